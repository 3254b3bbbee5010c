(define-library (words)
  (export word)
  (import (scheme base))
  (begin (define word 'words-of-4)))
