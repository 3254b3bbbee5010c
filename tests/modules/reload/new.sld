(define-library (greet)
  (export greet keep farewell)
  (import (scheme base))
  (begin
    (define count 100)
    (define (greet name) (set! count (+ count 1)) (list 'good-day name count))
    (define (farewell) 'bye)
    (define (keep) (lambda () (greet 'kept)))))
