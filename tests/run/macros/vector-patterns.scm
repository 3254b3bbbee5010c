;; Vectors in patterns and templates.
(define-syntax vec
  (syntax-rules ()
    ((_ #(a b)) (list 'two a b))
    ((_ #(a b ...)) (list 'many a '(b ...)))
    ((_ #(a b ... z) rest) (list a z 'rest rest))))
(write (vec #(1 2)))
(newline)
(write (vec #(1 2 3)))
(newline)
(write (vec #(1)))
(newline)
(define-syntax to-vector
  (syntax-rules () ((_ (x y) ...) '#(#(y x) ...))))
(write (to-vector (1 2) (3 4)))
(newline)
(define-syntax spread
  (syntax-rules () ((_ #((a ...) ...)) '(a ... ...))))
(write (spread #((1 2) (3))))
(newline)
