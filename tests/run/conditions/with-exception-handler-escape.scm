;; A handler that leaves by a continuation.
(write (call/cc
        (lambda (k)
          (with-exception-handler
           (lambda (e) (k (list 'escaped e)))
           (lambda () (+ 1 (raise 'problem)))))))
(newline)
(write (call/cc
        (lambda (k)
          (with-exception-handler
           (lambda (e) (k 'not-used))
           (lambda () 'no-problem)))))
(newline)
