;; @exit 70
;; @error vector-length: argument 1 must be a vector, but is "abc"
;; vector-length of a string.
(display "before")
(newline)
(write (vector-length "abc"))
(newline)
(display "not reached")
