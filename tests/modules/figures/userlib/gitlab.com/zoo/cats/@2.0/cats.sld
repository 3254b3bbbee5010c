;; Figure 5.
(define-library (gitlab.com/zoo cats)
  (export main)
  (import (scheme base)
          (github.com/fred hello @1.0))
  (begin
    (define (main)
      (hi "lion")
      (hi "tiger"))))
