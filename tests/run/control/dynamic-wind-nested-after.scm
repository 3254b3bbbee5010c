;; An escape from an after thunk goes on with the winders outside of it.
(define trace '())
(define (note x) (set! trace (cons x trace)))
(define result
  (call/cc
   (lambda (outer)
     (dynamic-wind
      (lambda () (note 'in-1))
      (lambda ()
        (dynamic-wind
         (lambda () (note 'in-2))
         (lambda () 'value)
         (lambda () (note 'out-2) (outer 'from-after))))
      (lambda () (note 'out-1))))))
(write result)
(newline)
(write (reverse trace))
(newline)
