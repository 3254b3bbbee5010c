;;; SRFI 11: `let-values` and `let*-values`, as in R7RS.

(define-library (srfi 11)
  (export let-values let*-values)
  (import (termite core)))
