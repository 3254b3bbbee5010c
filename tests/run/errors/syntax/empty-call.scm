;; @exit 65
;; A call of nothing.
(display "not reached")
(write ())
