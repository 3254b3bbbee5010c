;; Figure 4 of "An R7RS Compatible Module System for Termite Scheme".
(define-library (github.com/fred hello)
  (export hi)
  (import (only (scheme base) define)
          (rename (scheme write) (display show)))
  (begin
    (define (hi str)
      (show "hello ")
      (show str)
      (show "\n"))))
