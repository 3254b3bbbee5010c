;; Beyond the first part there is nothing.
(define-library (inline)
  (export)
  (import (.... b)))
(import (inline))
