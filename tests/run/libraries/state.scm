;; A library has one instance: its state is shared by all importers.
(define-library (state)
  (export bump! current)
  (import (scheme base))
  (begin
    (define n 0)
    (define (bump!) (set! n (+ n 1)) n)
    (define (current) n)))
(define-library (user of state)
  (export bump-twice!)
  (import (scheme base) (prefix (state) s:))
  (begin
    (define (bump-twice!) (s:bump!) (s:bump!))))
(import (scheme base) (scheme write) (state) (user of state))
(bump!)
(write (bump-twice!))
(write (current))
(newline)
