;;; (scheme case-lambda) of R7RS, appendix A.

(define-library (scheme case-lambda)
  (export case-lambda)
  (import (termite core)))
