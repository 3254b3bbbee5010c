(define-library (tool parts first)
  (export first)
  (import (scheme base) (.. second))
  (begin (define (first) (list 'first (second)))))
