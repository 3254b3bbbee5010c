(define-library (scrap)
  (export)
  (import (scheme base)))
