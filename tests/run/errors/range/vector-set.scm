;; @exit 70
;; @error vector-set!: argument 2 must be an index below 2, but is 2
;; Assignment beyond the end.
(display "before")
(newline)
(define v (make-vector 2 0))
(vector-set! v 1 'ok)
(write v)
(newline)
(vector-set! v 2 'bad)
