;; before, thunk and after run in order; the value is the thunk's.
(define trace '())
(define (note x) (set! trace (cons x trace)))
(define result
  (dynamic-wind
   (lambda () (note 'before))
   (lambda () (note 'during) 'value)
   (lambda () (note 'after) 'ignored)))
(write result)
(newline)
(write (reverse trace))
(newline)
