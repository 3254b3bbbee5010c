;; @exit 70
;; @error exact-integer-sqrt: argument 1 must be
;; exact-integer-sqrt of a negative number.
(display "before")
(newline)
(write (call-with-values (lambda () (exact-integer-sqrt -4)) list))
(newline)
(display "not reached")
