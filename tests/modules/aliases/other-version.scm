;; The alias has a version already.
(define-module-alias (cats) (example.org/zoo cats @2.0))
(import (cats @1.0))
