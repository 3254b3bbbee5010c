;; Fibonacci over flonums: what boxing a float costs.

;; @size full=33 zeal=14
(define size 33)

(define (fibfp n)
  (if (< n 2.)
      n
      (+ (fibfp (- n 1.))
         (fibfp (- n 2.)))))

(define (main n) (fibfp (inexact n)))

;; The same number by addition, to compare with.
(define (fibfp-iterative n)
  (let loop ((i 0) (a 0.) (b 1.))
    (if (= i n)
        a
        (loop (+ i 1) b (+ a b)))))

(bench-run "fibfp" (lambda () (main size)) (fibfp-iterative size))
