;;; (scheme eval) of R7RS, appendix A.

(define-library (scheme eval)
  (export environment eval)
  (import (termite core)
          (termite primitives)
          (only (termite runtime) %run-thunks))
  (begin

    ;; The environment that import sets, given as data, make. Raises an error when a
    ;; library cannot be found.
    (define (environment . import-sets)
      (%environment import-sets))

    ;; Without an environment, as in most Schemes, in the interaction environment.
    (define (eval expression #!optional environment)
      (%run-thunks (%compile expression environment)))))
