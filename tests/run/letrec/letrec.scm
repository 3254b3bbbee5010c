;; letrec of procedures and of plain values.
(write (letrec ((even? (lambda (n) (if (= n 0) #t (odd? (- n 1)))))
                (odd? (lambda (n) (if (= n 0) #f (even? (- n 1))))))
         (list (even? 100) (odd? 101) (even? 7))))
(newline)
(write (letrec ((a 1) (f (lambda () (+ a b))) (b 2)) (f)))
(newline)
(write (letrec ((x (lambda () y)) (y 'value)) (x)))
(newline)
