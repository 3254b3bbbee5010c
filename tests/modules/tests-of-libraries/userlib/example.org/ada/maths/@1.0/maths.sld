(define-library (maths)
  (export cube)
  (import (scheme base))
  (begin (define (cube x) (* x x x))))
