;; @exit 65
;; A string that does not end.
(display "not reached")
(display "no end)
