;; A library, whose body is the test.
(define-library (maths test)
  (import (scheme base) (scheme write) (scheme process-context) (..maths))
  (begin
    (define (check ok) (unless ok (exit 3)))
    (check (= (cube 3) 27))
    (display "cube works\n")
    (check (= (cube 3) 28))))
