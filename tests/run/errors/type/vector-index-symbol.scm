;; @exit 70
;; @error vector-ref: argument 2 must be
;; An index that is not a number.
(display "before")
(newline)
(write (vector-ref (vector 1 2 3) 'x))
(newline)
(display "not reached")
