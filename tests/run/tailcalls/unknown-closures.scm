;; @zeal skip-level1: a hundred thousand iterations
;; Tail calls through closures stored in a vector.
(define steps (make-vector 3 #f))
(define (jump i n)
  ((vector-ref steps (modulo i 3)) i n))
(do ((s 0 (+ s 1)))
    ((= s 3))
  (vector-set! steps s
               (lambda (i n)
                 (if (= i 0)
                     n
                     (jump (- i 1) (+ n s))))))
(write (jump 100000 0))
(newline)
