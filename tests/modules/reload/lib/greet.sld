(define-library (greet)
  (export greet keep)
  (import (scheme base))
  (begin
    (define count 0)
    (define (greet name) (set! count (+ count 1)) (list 'hello name count))
    (define (keep) (lambda () (greet 'kept)))))
