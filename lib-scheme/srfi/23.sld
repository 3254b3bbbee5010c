;;; SRFI 23: `error`, as in R7RS.

(define-library (srfi 23)
  (export error)
  (import (termite primitives)))
