;; @exit 70
;; @error vector-ref: argument 2 must be
;; A negative index.
(display "before")
(newline)
(write (vector-ref (vector 1 2 3) -1))
(newline)
(display "not reached")
