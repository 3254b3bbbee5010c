(define-library (keeper)
  (export keep)
  (import (scheme base) (animals) (prefix (.night) night:))
  (begin (define (keep) (list (meow) (night:keep)))))
