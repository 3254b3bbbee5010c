(define-library (circle a)
  (export)
  (import (scheme base) (circle b)))
