;; The handler of with-exception-handler runs in the context of the raise.
(define trace '())
(define (note x) (set! trace (cons x trace)))
(define result
  (with-exception-handler
   (lambda (e) (note (list 'handling e)) 5)
   (lambda ()
     (dynamic-wind
      (lambda () (note 'in))
      (lambda () (let ((v (raise-continuable 'c))) (note (list 'got v)) (* v 2)))
      (lambda () (note 'out))))))
(write result)
(newline)
(for-each (lambda (x) (write x) (newline)) (reverse trace))
