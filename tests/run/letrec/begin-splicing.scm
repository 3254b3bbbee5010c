;; begin at the toplevel and in bodies splices its definitions.
(begin
  (define a 1)
  (define b (+ a 1)))
(write (list a b))
(newline)
(define (f)
  (begin
    (define x 10)
    (define (g) (* x 2)))
  (begin)
  (g))
(write (f))
(newline)
(begin (begin (begin (define deep 'nested))))
(write deep)
(newline)
