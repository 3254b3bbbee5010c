;; Doubly recursive Fibonacci: fixnum arithmetic and non-tail calls of a known
;; procedure, nothing else.

;; @size full=35 zeal=14
(define size 35)

(define (fib n)
  (if (< n 2)
      n
      (+ (fib (- n 1))
         (fib (- n 2)))))

(define (main n) (fib n))

;; The same number by addition, to compare with.
(define (fib-iterative n)
  (let loop ((i 0) (a 0) (b 1))
    (if (= i n)
        a
        (loop (+ i 1) b (+ a b)))))

(bench-run "fib" (lambda () (main size)) (fib-iterative size))
