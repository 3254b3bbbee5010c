;;; A library that needs another, in its body too.

(define-library (cluster deep)
  (export deep-get)
  (import (scheme base) (cluster store))
  (begin
    (define base (list (store-get) 'deep))

    (define (deep-get) base)))
