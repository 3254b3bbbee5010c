;; @exit 70
;; @error car: argument 1 must be a pair, but is 5
;; car of what is not a pair.
(display "before")
(newline)
(write (car 5))
(newline)
(display "not reached")
