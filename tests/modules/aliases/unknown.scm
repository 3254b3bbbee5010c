;; The report has both names.
(define-module-alias (cats) (example.org/zoo cats @9))
(import (cats))
