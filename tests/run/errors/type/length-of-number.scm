;; @exit 70
;; @error length: argument 1 must be
;; length of a number.
(display "before")
(newline)
(write (length 5))
(newline)
(display "not reached")
