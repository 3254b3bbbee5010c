;; @exit 70
;; @error count: expected 1
;; @error but got 0
;; A wrong call in tail position, after others.
(define (count n)
  (write n)
  (newline)
  (if (= n 0)
      (count)
      (count (- n 1))))
(count 2)
