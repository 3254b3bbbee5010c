;; A library in a plain directory.
(define-library (plain lists)
  (export first-of)
  (import (scheme base))
  (begin
    (define (first-of l) (+ 1 (car l)))))
