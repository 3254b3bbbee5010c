;; A jump from one extent to another leaves and enters only what differs.
(define trace '())
(define (note x) (set! trace (cons x trace)))
(define (wind name thunk)
  (dynamic-wind
   (lambda () (note (list 'in name)))
   thunk
   (lambda () (note (list 'out name)))))
(define k #f)
(define jumped #f)
(wind 'outer
      (lambda ()
        (wind 'left
              (lambda ()
                (call/cc (lambda (c) (set! k c)))
                (note 'in-left)))
        (wind 'right
              (lambda ()
                (note 'in-right)
                (if (not jumped)
                    (begin
                      (set! jumped #t)
                      (k #f)))))))
(for-each (lambda (x) (write x) (newline)) (reverse trace))
