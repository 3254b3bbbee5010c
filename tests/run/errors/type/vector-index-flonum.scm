;; @exit 70
;; @error vector-ref: argument 2 must be
;; An index that is not exact.
(display "before")
(newline)
(write (vector-ref (vector 1 2 3) 1.0))
(newline)
(display "not reached")
