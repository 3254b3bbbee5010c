(define-library (circle b)
  (export)
  (import (scheme base) (.. a)))
