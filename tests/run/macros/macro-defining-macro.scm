;; A macro that defines macros, whose templates use both sets of variables.
(define-syntax define-constant-macro
  (syntax-rules ()
    ((_ name value)
     (define-syntax name
       (syntax-rules () ((_) value))))))
(define-constant-macro five 5)
(define-constant-macro greeting "hi")
(write (list (five) (greeting)))
(newline)
(define-syntax define-alias
  (syntax-rules ()
    ((_ new old)
     (define-syntax new
       (syntax-rules () ((_ . args) (old . args)))))))
(define-alias my-define define)
(define-alias my-lambda lambda)
(my-define (sq x) (* x x))
(write ((my-lambda (x) (sq x)) 7))
(newline)
