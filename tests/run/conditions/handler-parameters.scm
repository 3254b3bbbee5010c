;; The handler sees the parameters of the raise, the guard clause its own.
(define p (make-parameter 'outside))
(write (with-exception-handler
        (lambda (e) (list e (p)))
        (lambda ()
          (parameterize ((p 'inside))
            (raise-continuable 'signal)))))
(newline)
(write (guard (e (#t (list e (p))))
         (parameterize ((p 'inside))
           (raise 'signal))))
(newline)
