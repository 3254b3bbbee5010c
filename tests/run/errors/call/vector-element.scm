;; @exit 70
;; @error not a procedure: none
;; A procedure table with a hole.
(define table (vector + - 'none *))
(define (run i) (write ((vector-ref table i) 6 3)) (newline))
(run 0)
(run 1)
(run 2)
