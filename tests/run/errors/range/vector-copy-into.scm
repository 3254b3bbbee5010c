;; @exit 70
;; @error vector-copy!
;; vector-copy! of more than fits.
(display "before")
(newline)
(define v (make-vector 3 0))
(vector-copy! v 1 (vector 1 2 3))
