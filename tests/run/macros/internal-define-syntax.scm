;; Macros defined inside bodies, used before and after other definitions.
(define (f n)
  (define-syntax inc!
    (syntax-rules ()
      ((_ v) (inc! v 1))
      ((_ v by) (set! v (+ v by)))))
  (define total 0)
  (define-syntax add-all!
    (syntax-rules () ((_ x ...) (begin (inc! total x) ...))))
  (inc! n)
  (add-all! 1 2 n)
  total)
(write (f 10))
(newline)
(write (let ()
         (define-syntax ten (syntax-rules () ((_) 10)))
         (define x (ten))
         (* x 2)))
(newline)
