;;; (scheme complex) of R7RS, appendix A.

(define-library (scheme complex)
  (export angle imag-part magnitude make-polar make-rectangular real-part)
  (import (termite primitives)))
