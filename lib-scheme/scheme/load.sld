;;; (scheme load) of R7RS, appendix A.

(define-library (scheme load)
  (export load)
  (import (termite core)
          (termite primitives)
          (only (termite runtime) %run-thunks))
  (begin

    (define (load path #!optional environment)
      (%run-thunks (%compile-file path environment)))))
