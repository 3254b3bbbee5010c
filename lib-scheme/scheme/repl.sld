;;; (scheme repl) of R7RS, appendix A.

(define-library (scheme repl)
  (export interaction-environment)
  (import (termite core)
          (termite primitives))
  (begin

    ;; The environment in which the session evaluates what is typed.
    (define (interaction-environment)
      (%environment #f))))
