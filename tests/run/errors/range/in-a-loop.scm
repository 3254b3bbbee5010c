;; @exit 70
;; @error vector-ref: argument 2 must be an index below 3, but is 3
;; A loop that runs one step too far.
(define v (vector 1 2 3))
(define (show-all i)
  (write (vector-ref v i))
  (newline)
  (show-all (+ i 1)))
(show-all 0)
