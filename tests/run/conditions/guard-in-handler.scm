;; A guard inside a handler, and a handler inside a guard.
(write (with-exception-handler
        (lambda (e)
          (guard (e2 ((string? e2) (string-append "guarded " e2)))
            (raise "inside")))
        (lambda () (raise-continuable 'start))))
(newline)
(write (guard (e (#t (list 'guard e)))
         (with-exception-handler
          (lambda (e) (raise (list 'handler e)))
          (lambda () (raise 'a)))))
(newline)
(write (guard (e (#t 'secondary))
         (with-exception-handler
          (lambda (e) 'returned)
          (lambda () (list (raise-continuable 'a) (raise 'b))))))
(newline)
