;; The report names the cycle.
(define-module-alias (a) (b))
(define-module-alias (b) (c))
(define-module-alias (c) (a))
(import (a))
