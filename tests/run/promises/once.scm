;; A shared promise is computed once, also through several paths.
(define log '())
(define (note x) (set! log (cons x log)) x)
(define r (delay (begin (note 'hi) 1)))
(define s (delay-force r))
(define t (delay-force s))
(write (list (force t) (force r) (force s)))
(newline)
(write log)
(newline)
(define q
  (let ((first? #t))
    (delay (if first?
               (begin
                 (set! first? #f)
                 (note 'outer)
                 'second)
               'other))))
(write (list (force q) (force q)))
(newline)
