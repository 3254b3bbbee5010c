;; @exit 70
;; @error modulo: division by zero
;; modulo by zero.
(display "before")
(newline)
(write (modulo -7 0))
(newline)
(display "not reached")
