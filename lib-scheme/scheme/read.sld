;;; (scheme read) of R7RS, appendix A.

(define-library (scheme read)
  (export read)
  (import (termite port)))
