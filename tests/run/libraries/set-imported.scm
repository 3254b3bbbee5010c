;; @exit 65
;; @error `n` is imported and cannot be assigned
;; A program cannot assign what it imports, whoever assigns it besides.
(define-library (counter)
  (export n next!)
  (import (scheme base))
  (begin
    (define n 0)
    (define-syntax next! (syntax-rules () ((_) (set! n (+ n 1)))))))
(import (scheme base) (scheme write) (counter))
(next!)
(write n)
(set! n 5)
