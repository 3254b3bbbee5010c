;;; A library with state, whose body takes some slices.

(define-library (cluster store)
  (export store-get)
  (import (scheme base))
  (begin
    (define shelf (make-vector 3 #f))

    (define (store-get) (vector-ref shelf 1))

    (let loop ((i 0) (all '()))
      (if (< i 300)
          (loop (+ i 1) (cons i all))
          (vector-set! shelf 1 (length all))))))
