;; @exit 70
;; @error division by zero
;; modulo of a large number by zero.
(display "before")
(newline)
(write (modulo (expt 10 40) 0))
(newline)
(display "not reached")
