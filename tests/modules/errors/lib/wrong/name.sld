(define-library (right name)
  (export)
  (import (scheme base)))
