;; @exit 70
;; @error vector-ref: argument 2 must be an index below 3, but is 3
;; The length is not an index.
(display "before")
(newline)
(write (vector-ref (vector 1 2 3) 3))
(newline)
(display "not reached")
