;; @exit 65
;; A block comment that does not end.
(display "not reached")
#| this goes on
