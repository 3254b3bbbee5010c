(define-library (here a)
  (export a)
  (import (scheme base) (.. b) (.below) (rename (only (... there c) c) (c c-of-there)))
  (begin (define (a) (list 'a (b) (below) (c-of-there)))))
