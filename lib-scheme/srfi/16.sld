;;; SRFI 16: `case-lambda`, as in R7RS.

(define-library (srfi 16)
  (export case-lambda)
  (import (termite core)))
