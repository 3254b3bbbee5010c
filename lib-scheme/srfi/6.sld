;;; SRFI 6: string ports, as in R7RS.

(define-library (srfi 6)
  (export open-input-string open-output-string get-output-string)
  (import (termite primitives)))
