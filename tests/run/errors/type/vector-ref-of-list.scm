;; @exit 70
;; @error vector-ref: argument 1 must be a vector, but is (1 2)
;; vector-ref of a list.
(display "before")
(newline)
(write (vector-ref '(1 2) 0))
(newline)
(display "not reached")
