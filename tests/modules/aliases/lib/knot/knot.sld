(define-library (knot)
  (export)
  (import (scheme base) (x)))
