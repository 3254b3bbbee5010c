;; One level of ellipsis in patterns and templates.
(define-syntax my-list
  (syntax-rules () ((_ x ...) (list x ...))))
(write (list (my-list) (my-list 1) (my-list 1 2 3)))
(newline)
(define-syntax pairs
  (syntax-rules () ((_ (a b) ...) (list (cons a b) ...))))
(write (pairs (1 2) (3 4)))
(newline)
(define-syntax firsts
  (syntax-rules () ((_ (a . rest) ...) '(a ...))))
(write (firsts (1 2 3) (4) (5 . 6)))
(newline)
(define-syntax repeat
  (syntax-rules () ((_ x y ...) '((x y) ...))))
(write (repeat k 1 2 3))
(newline)
