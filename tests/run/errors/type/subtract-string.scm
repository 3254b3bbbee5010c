;; @exit 70
;; @error -: argument 1 must be a number, but is "5"
;; Subtracting from a string.
(display "before")
(newline)
(write (- "5" 1))
(newline)
(display "not reached")
