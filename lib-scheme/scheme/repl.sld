;;; (scheme repl) of R7RS, appendix A.

(define-library (scheme repl)
  (export interaction-environment)
  (import (termite core)
          (termite primitives))
  (begin

    (define (interaction-environment)
      (%environment #f))))
