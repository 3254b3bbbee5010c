(define-library (here b)
  (export b)
  (import (scheme base))
  (begin (define (b) 'b)))
