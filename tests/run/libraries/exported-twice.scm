;; The same name exported twice, with the same meaning, counts once.
(define-library (twice)
  (export a b a (rename c d) (rename c d))
  (export b)
  (import (scheme base))
  (begin
    (define a 1)
    (define-syntax b (syntax-rules () ((_ x) (list a x))))
    (define c 3)))
(import (scheme base) (scheme write) (twice))
(write (list a (b 2) d))
(newline)
