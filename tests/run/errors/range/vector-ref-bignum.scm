;; @exit 70
;; @error vector-ref: argument 2 must be
;; An index that is no fixnum.
(display "before")
(newline)
(write (vector-ref (vector 1 2 3) (expt 10 30)))
(newline)
(display "not reached")
