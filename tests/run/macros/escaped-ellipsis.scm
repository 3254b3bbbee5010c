;; (... ...) stands for an ellipsis, (... template) for the template as it is.
(define-syntax quoted-dots
  (syntax-rules () ((_ x) '(x (... ...)))))
(write (quoted-dots a))
(newline)
(define-syntax whole
  (syntax-rules () ((_ x) '(... (x ...)))))
(write (whole a))
(newline)
(define-syntax define-variadic
  (syntax-rules ()
    ((_ name op)
     (define-syntax name
       (syntax-rules ()
         ((_ x (... ...)) (op (* 2 x) (... ...))))))))
(define-variadic double-sum +)
(write (double-sum 1 2 3))
(newline)
