;;; SRFI 9: `define-record-type`, as in R7RS.

(define-library (srfi 9)
  (export define-record-type)
  (import (termite core)))
