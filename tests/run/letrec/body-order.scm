;; Internal definitions are evaluated in order, after macros are known.
(define (f x)
  (define-syntax twice
    (syntax-rules () ((_ e) (begin e e))))
  (define a (* x 2))
  (define b (+ a 1))
  (define (show) (list a b c))
  (define c (* b b))
  (twice (set! a (+ a 1)))
  (show))
(write (f 5))
(newline)
