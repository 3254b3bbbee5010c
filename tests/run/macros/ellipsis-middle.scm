;; Ellipsis followed by more patterns, and a dotted tail.
(define-syntax last-of
  (syntax-rules () ((_ x ... last) last)))
(write (list (last-of 1) (last-of 1 2 3)))
(newline)
(define-syntax but-last-two
  (syntax-rules () ((_ x ... y z) '((x ...) y z))))
(write (but-last-two 1 2 3 4))
(newline)
(write (but-last-two 1 2))
(newline)
(define-syntax tail-of
  (syntax-rules () ((_ x ... . rest) '((x ...) rest))))
(write (tail-of 1 2))
(newline)
(write (tail-of 1 2 . 3))
(newline)
(define-syntax dotted
  (syntax-rules () ((_ a . b) '(a b))))
(write (list (dotted 1) (dotted 1 2 3) (dotted 1 . 2)))
(newline)
