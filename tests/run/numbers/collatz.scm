;; Integer loops that mix odd and even steps.
(define (collatz n)
  (let loop ((n n) (steps 0) (peak n))
    (cond ((= n 1) (list steps peak))
          ((even? n) (loop (quotient n 2) (+ steps 1) peak))
          (else
           (let ((next (+ (* 3 n) 1)))
             (loop next (+ steps 1) (max peak next)))))))
(for-each (lambda (n)
            (write (cons n (collatz n)))
            (newline))
          '(1 6 7 27 97))
