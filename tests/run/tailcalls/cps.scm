;; @zeal skip-level1: ten thousand iterations
;; Continuation-passing style: closures as the stack.
(define (fact-cps n k)
  (if (= n 0)
      (k 1)
      (fact-cps (- n 1) (lambda (v) (k (* n v))))))
(write (fact-cps 20 (lambda (v) v)))
(newline)
(define (count-cps n k)
  (if (= n 0)
      (k 0)
      (count-cps (- n 1) (lambda (v) (k (+ v 1))))))
(write (count-cps 10000 (lambda (v) (list v))))
(newline)
