;; @zeal skip-level1: a million iterations
;; A million iterations of a loop that is a tail call of itself.
(define (loop i sum)
  (if (= i 0)
      sum
      (loop (- i 1) (+ sum i))))
(write (loop 1000000 0))
(newline)
