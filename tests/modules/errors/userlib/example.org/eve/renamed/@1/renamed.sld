(define-library (example.org/eve original)
  (export)
  (import (scheme base)))
