;; A name that the user gives is bound for the user's body.
(define-syntax with-name
  (syntax-rules ()
    ((_ name value body) (let ((name value)) body))))
(write (with-name x 5 (* x x)))
(newline)
(define-syntax for
  (syntax-rules (in)
    ((_ x in list body ...)
     (for-each (lambda (x) body ...) list))))
(for x in '(1 2 3)
  (write (* x 10))
  (display " "))
(newline)
(define-syntax my-let
  (syntax-rules ()
    ((_ ((name value) ...) body ...)
     ((lambda (name ...) body ...) value ...))))
(write (my-let ((a 1) (b 2)) (define c 3) (list a b c)))
(newline)
