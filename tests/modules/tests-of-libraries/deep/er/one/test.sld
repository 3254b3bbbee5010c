(define-library (deep er one test)
  (import (scheme base) (scheme write) (deep er one))
  (begin (write one) (newline)))
