;; Recursion without names.
(define Y
  (lambda (f)
    ((lambda (x) (f (lambda args (apply (x x) args))))
     (lambda (x) (f (lambda args (apply (x x) args)))))))
(write ((Y (lambda (fact) (lambda (n) (if (= n 0) 1 (* n (fact (- n 1))))))) 10))
(newline)
(write ((Y (lambda (ack)
             (lambda (m n)
               (cond ((= m 0) (+ n 1))
                     ((= n 0) (ack (- m 1) 1))
                     (else (ack (- m 1) (ack m (- n 1)))))))) 2 3))
(newline)
