;; A later version of Figure 4, which knows neither where it lies nor its version.
(define-library (hello)
  (export hi)
  (import (scheme base) (scheme write))
  (begin
    (define (hi str)
      (display (string-append "hi, " str "!\n")))))
