;; raise-continuable returns what the handler returns.
(write (with-exception-handler
        (lambda (e) (* e 2))
        (lambda () (+ 1 (raise-continuable 21)))))
(newline)
(write (with-exception-handler
        (lambda (e)
          (cond ((string? e) (string-length e))
                (else 0)))
        (lambda ()
          (list (raise-continuable "four")
                (raise-continuable 'x)
                (raise-continuable "")))))
(newline)
(call-with-values
 (lambda ()
   (with-exception-handler
    (lambda (e) (values 1 2 3))
    (lambda () (raise-continuable 'many))))
 (lambda l (write l) (newline)))
