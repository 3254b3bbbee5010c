;; @exit 70
;; @error vector-ref: argument 2 must be an index below 3, but is 7
;; An index beyond the end.
(display "before")
(newline)
(write (vector-ref (vector 1 2 3) 7))
(newline)
(display "not reached")
