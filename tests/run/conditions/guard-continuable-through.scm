;; guard without a matching clause re-raises continuably: an outer handler's
;; value comes back to the raise-continuable inside.
(write (with-exception-handler
        (lambda (e) (list 'resumed e))
        (lambda ()
          (list 'result
                (guard (e ((string? e) 'never))
                  (list 'inside (raise-continuable 'signal)))))))
(newline)
