(define-library (leaky)
  (export)
  (import (scheme base))
  (include "../../../../secret.scm"))
