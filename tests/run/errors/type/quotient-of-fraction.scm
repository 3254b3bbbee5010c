;; @exit 70
;; @error quotient
;; quotient of a fraction.
(display "before")
(newline)
(write (quotient 1/2 3))
(newline)
(display "not reached")
