;; Multiple values: made, taken, taken in lists, passed through.
(define (divide n d) (values (quotient n d) (remainder n d)))

(define (min+max list)
  (let loop ((rest (cdr list)) (low (car list)) (high (car list)))
    (if (null? rest)
        (values low high)
        (loop (cdr rest) (min low (car rest)) (max high (car rest))))))

(define (pass thunk) (call-with-values thunk values))

(define (digits n)
  (let loop ((n n) (acc '()))
    (receive (q r) (divide n 10)
      (if (zero? q) (cons r acc) (loop q (cons r acc))))))

(define (none) (values))

(define (run n)
  (none)
  (let-values (((q r) (divide n 7)) (all (pass (lambda () (values 1 2 3)))))
    (let*-values (((low high) (min+max (list n q r 5))) ((sum) (+ low high)))
      (define-values (a . more) (values 1 2 3))
      (list q r all low high sum (digits n) a more
            (call-with-values (lambda () (values)) list)
            (receive list (pass none) list)
            (receive (x . rest) (divide 17 5) (cons rest x))
            (guard (e (#t 'wrong-count)) (+ 1 (values 1 2)))))))

(run 1234)
