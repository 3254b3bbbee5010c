(define-library (here a below)
  (export below)
  (import (scheme base))
  (begin (define (below) 'below)))
