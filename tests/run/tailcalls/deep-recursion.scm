;; @zeal skip-level1: a hundred thousand frames
;; Recursion that is not a tail call may be as deep as memory allows.
(define (count n)
  (if (= n 0)
      0
      (+ 1 (count (- n 1)))))
(write (count 100000))
(newline)
(define (build n)
  (if (= n 0)
      '()
      (cons n (build (- n 1)))))
(write (length (build 50000)))
(newline)
(write (apply + (map (lambda (x) 1) (build 30000))))
(newline)
