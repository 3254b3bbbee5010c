;; Ellipsis below ellipsis.
(define-syntax my-cond-list
  (syntax-rules ()
    ((_ (name value ...) ...)
     '((value ... name) ...))))
(write (my-cond-list (a 1 2) (b) (c 3)))
(newline)
(define-syntax let-groups
  (syntax-rules ()
    ((_ ((name value) ...) ... body)
     (let ((name value) ... ...) body))))
(write (let-groups ((a 1) (b 2)) ((c 3)) (list a b c)))
(newline)
(define-syntax flatten2
  (syntax-rules ()
    ((_ ((x ...) ...) ...) '(x ... ... ...))))
(write (flatten2 ((1 2) (3)) () ((4) () (5 6))))
(newline)
(define-syntax sums
  (syntax-rules ()
    ((_ (op x ...) ...) (list (op x ...) ...))))
(write (sums (+ 1 2 3) (* 4 5) (-  6)))
(newline)
