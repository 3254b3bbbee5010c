;; @exit 70
;; @error quotient: division by zero
;; quotient by zero.
(display "before")
(newline)
(write (quotient 7 0))
(newline)
(display "not reached")
