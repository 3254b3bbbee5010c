;; An escape runs the after thunks from the inside out.
(define trace '())
(define (note x) (set! trace (cons x trace)))
(define (wind name thunk)
  (dynamic-wind
   (lambda () (note (list 'in name)))
   thunk
   (lambda () (note (list 'out name)))))
(write (call/cc
        (lambda (k)
          (wind 'a (lambda ()
                     (wind 'b (lambda ()
                                (wind 'c (lambda () (k 'escaped)))
                                (note 'not-reached))))))))
(newline)
(for-each (lambda (x) (write x) (newline)) (reverse trace))
