(define-library (deep er one)
  (export one)
  (import (scheme base))
  (begin (define one 1)))
