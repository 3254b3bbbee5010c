;;; SRFI 39: parameter objects, as in R7RS. A parameter takes no argument: its value
;;; changes by `parameterize` alone.

(define-library (srfi 39)
  (export make-parameter parameterize)
  (import (termite core) (termite runtime)))
