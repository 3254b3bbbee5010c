;; The library of the repository: what lies in it is below its name.
(define-library (example.org/ada tool)
  (export run)
  (import (scheme base) (.parts first) (prefix (.parts second @3) second:))
  (begin (define (run) (list (first) (second:second)))))
