;; What error makes, and its accessors.
(define e
  (call/cc (lambda (k)
             (with-exception-handler
              k
              (lambda () (error "Something bad:" 'x 42 "str" '(1 2)))))))
(write (error-object? e))
(newline)
(write (error-object-message e))
(newline)
(write (error-object-irritants e))
(newline)
(write (map error-object? (list 'a "b" 5 '())))
(newline)
(write (guard (e ((error-object? e) (error-object-irritants e))) (error "none")))
(newline)
