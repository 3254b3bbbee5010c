(define-library (cats)
  (export meow)
  (import (scheme base))
  (begin (define (meow) 'meow-1.0)))
