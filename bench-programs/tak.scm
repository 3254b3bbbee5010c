;; Takeuchi's function, (tak 18 12 6), repeated: calls with three arguments,
;; the last of them a tail call.

;; @size full=500 zeal=1
(define size 500)

(define (tak x y z)
  (if (< y x)
      (tak (tak (- x 1) y z)
           (tak (- y 1) z x)
           (tak (- z 1) x y))
      z))

(define (main count)
  (let loop ((i 0) (sum 0))
    (if (= i count)
        sum
        (loop (+ i 1) (+ sum (tak 18 12 6))))))

(bench-run "tak" (lambda () (main size)) (* 7 size))
