;; Inside a handler the outer handler is the current one.
(write (call/cc
        (lambda (k)
          (with-exception-handler
           (lambda (e) (k (list 'outer e)))
           (lambda ()
             (with-exception-handler
              (lambda (e) (raise (list 'inner e)))
              (lambda () (raise 'first))))))))
(newline)
(write (with-exception-handler
        (lambda (e) (list 'outer e))
        (lambda ()
          (with-exception-handler
           (lambda (e) (list 'inner (raise-continuable e)))
           (lambda () (raise-continuable 'x))))))
(newline)
