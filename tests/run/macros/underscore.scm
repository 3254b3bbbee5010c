;; The underscore matches anything and binds nothing.
(define-syntax second
  (syntax-rules () ((_ _ x _ ...) x)))
(write (second 1 2 3 4))
(newline)
(define-syntax count-args
  (syntax-rules ()
    ((_) 0)
    ((_ _ rest ...) (+ 1 (count-args rest ...)))))
(write (count-args a b c d))
(newline)
