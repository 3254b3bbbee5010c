;; @zeal skip-level1: a hundred thousand iterations
;; call-with-values calls its consumer in tail position.
(define (loop i sum)
  (if (= i 0)
      sum
      (call-with-values (lambda () (values (- i 1) (+ sum i)))
        loop)))
(write (loop 100000 0))
(newline)
(define (loop2 i)
  (let-values (((j k) (values (- i 1) 0)))
    (if (= j k)
        'end
        (loop2 j))))
(write (loop2 50000))
(newline)
