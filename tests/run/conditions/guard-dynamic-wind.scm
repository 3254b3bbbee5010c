;; after thunks run before a guard clause's body, before thunks do not run again.
(define trace '())
(define (note x) (set! trace (cons x trace)))
(define result
  (guard (e (#t (note 'handler) (list 'caught e)))
    (dynamic-wind
     (lambda () (note 'in))
     (lambda () (note 'body) (raise 'boom) (note 'not-here))
     (lambda () (note 'out)))))
(write result)
(newline)
(write (reverse trace))
(newline)
