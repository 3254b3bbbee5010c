;; A failure in an after thunk takes the place of the one in flight.
(write (guard (e (#t (list 'caught e)))
         (dynamic-wind
          (lambda () #f)
          (lambda () (raise 'body))
          (lambda () (raise 'after)))))
(newline)
