;; Fails when it is asked for the sum of something else than numbers.
(define-library (example.org/ada sums)
  (export total apply-all)
  (import (scheme base))
  (include "src/total.scm"))
