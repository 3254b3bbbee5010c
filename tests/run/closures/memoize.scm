;; A memoising wrapper over an association list.
(define calls 0)
(define (memoize f)
  (let ((seen '()))
    (lambda (x)
      (let ((hit (assv x seen)))
        (if hit
            (cdr hit)
            (let ((y (f x)))
              (set! seen (cons (cons x y) seen))
              y))))))
(define fib
  (memoize (lambda (n)
             (set! calls (+ calls 1))
             (if (< n 2)
                 n
                 (+ (fib (- n 1)) (fib (- n 2)))))))
(write (fib 40))
(newline)
(write calls)
(newline)
