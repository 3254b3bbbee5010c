;; @zeal skip-level1: a million iterations
;; Two procedures that call each other in tail position.
(define (my-even? n)
  (if (= n 0) #t (my-odd? (- n 1))))
(define (my-odd? n)
  (if (= n 0) #f (my-even? (- n 1))))
(write (my-even? 1000000))
(newline)
(write (my-odd? 10001))
(newline)
