;; Found by its sibling without a version: that of the same tree.
(define-library (counter util)
  (export step)
  (import (scheme base))
  (begin (define (step) 2)))
