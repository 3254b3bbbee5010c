;; Version 2: its state, its record type and its macros are its own.
(define-library (counter)
  (export next! make-point point? point-x swap! unless-zero twice record-type)
  (import (scheme base) (.util) (only (termite) define-macro))
  (begin
    (define count 0)
    (define (next!) (set! count (+ count (step))) count)
    (define-record-type point (make-point x) point? (x point-x))
    (define (record-type) point)
    (define-macro (twice expression)
      (list 'list 2 (list '+ expression expression)))
    (define-syntax unless-zero
      (syntax-rules () ((_ n e) (if (= n 0) (next!) e))))
    (define-syntax swap!
      (syntax-rules () ((_ a b) (let ((tmp a)) (set! a b) (set! b tmp)))))))
