;; A version in a directory that is searched: the directory's name says which.
(define-library (tool)
  (export run)
  (import (scheme base) (.words))
  (begin (define (run) word)))
