;; Multiple values pass through dynamic-wind and parameterize.
(call-with-values
 (lambda ()
   (dynamic-wind (lambda () #f)
                 (lambda () (values 1 2 3))
                 (lambda () #f)))
 (lambda args (write args) (newline)))
(define p (make-parameter 0))
(call-with-values
 (lambda () (parameterize ((p 5)) (values (p) (+ 1 (p)))))
 (lambda (a b) (write (list a b (p))) (newline)))
