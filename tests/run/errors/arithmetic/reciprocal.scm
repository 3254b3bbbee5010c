;; @exit 70
;; @error division by zero
;; The reciprocal of zero.
(display "before")
(newline)
(write (/ 0))
(newline)
(display "not reached")
