(define-library (rooted)
  (export)
  (import (scheme base))
  (include-library-declarations "/etc/passwd"))
