;;; (scheme load) of R7RS, appendix A.

(define-library (scheme load)
  (export load)
  (import (termite core)
          (termite primitives)
          (only (termite runtime) %run-thunks))
  (begin

    ;; Evaluates the forms of a file in an environment, by default the session's. Raises
    ;; a file error when it cannot be read.
    (define (load path #!optional environment)
      (%run-thunks (%compile-file path environment)))))
