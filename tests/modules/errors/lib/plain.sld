(define-library (plain)
  (export x)
  (import (scheme base))
  (begin (define x 1)))
