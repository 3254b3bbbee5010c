;; Macros that expand into themselves.
(define-syntax my-and
  (syntax-rules ()
    ((_) #t)
    ((_ e) e)
    ((_ e1 e2 ...) (if e1 (my-and e2 ...) #f))))
(write (list (my-and) (my-and 1) (my-and 1 2 3) (my-and 1 #f 3)))
(newline)
(define-syntax my-let*
  (syntax-rules ()
    ((_ () body ...) (let () body ...))
    ((_ ((x v) rest ...) body ...)
     (let ((x v)) (my-let* (rest ...) body ...)))))
(write (my-let* ((a 1) (b (+ a 1)) (c (* b 10))) (list a b c)))
(newline)
(define-syntax reversed
  (syntax-rules ()
    ((_ "go" () out) (quote out))
    ((_ "go" (x . rest) (y ...)) (reversed "go" rest (x y ...)))
    ((_ x ...) (reversed "go" (x ...) ()))))
(write (reversed 1 2 3 4))
(newline)
