;;; SRFI 8: `receive`, binding multiple values.

(define-library (srfi 8)
  (export receive)
  (import (termite core)))
