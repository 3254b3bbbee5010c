(define-library (hello)
  (export hi)
  (import (scheme base))
  (begin (define (hi) "hi")))
