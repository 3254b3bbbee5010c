;; Fibonacci numbers far beyond the fixnum range.
(define (fib n)
  (let loop ((i 0) (a 0) (b 1))
    (if (= i n)
        a
        (loop (+ i 1) b (+ a b)))))
(for-each (lambda (n)
            (write (fib n))
            (newline))
          '(0 1 50 90 100 150 300))
