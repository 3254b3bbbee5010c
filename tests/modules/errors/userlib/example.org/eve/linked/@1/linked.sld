(define-library (linked)
  (export)
  (import (scheme base))
  (include "inside.scm"))
