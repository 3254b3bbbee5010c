;; Takeuchi's function in a style where every value is handed to a captured
;; continuation: the price of call/cc and of invoking an escape.

;; @size full=30 zeal=1
(define size 30)

(define (ctak x y z)
  (call-with-current-continuation
   (lambda (k) (ctak-to k x y z))))

(define (ctak-to k x y z)
  (if (< y x)
      (call-with-current-continuation
       (lambda (k2)
         (ctak-to
          k2
          (call-with-current-continuation
           (lambda (k3) (ctak-to k3 (- x 1) y z)))
          (call-with-current-continuation
           (lambda (k3) (ctak-to k3 (- y 1) z x)))
          (call-with-current-continuation
           (lambda (k3) (ctak-to k3 (- z 1) x y))))))
      (k z)))

(define (main count)
  (let loop ((i 0) (sum 0))
    (if (= i count)
        sum
        (loop (+ i 1) (+ sum (ctak 18 12 6))))))

(bench-run "ctak" (lambda () (main size)) (* 7 size))
