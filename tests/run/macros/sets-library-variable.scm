;; A library's macro assigns a variable of its library, exported or not, wherever it is
;; used; the library's own procedures see it.
(define-library (helper)
  (export assign!)
  (import (scheme base))
  (begin
    (define-syntax assign!
      (syntax-rules () ((_ variable value) (set! variable value))))))
(define-library (counter)
  (export next! current reset! total swap-with! tick ticks through apply-to hold)
  (import (scheme base) (helper))
  (begin
    (define n 0)
    (define total 100)
    (define other 'other)
    (define passed 1)
    (define hold (lambda () 'first))
    (define count 0)
    (define (current) (list n total other passed (hold)))
    (define (add a b) (+ a b))
    (define-syntax next!
      (syntax-rules () ((_) (begin (set! n (add n 1)) n))))
    (define-syntax reset!
      (syntax-rules () ((_) (begin (set! n 0) (set! total 0)))))
    ;; Through a macro of this library, and one of another.
    (define-syntax put!
      (syntax-rules () ((_ v x) (set! v x))))
    (define-syntax swap-with!
      (syntax-rules ()
        ((_ variable) (let ((old other)) (assign! other variable) (put! variable old)))))
    ;; By a macro that is given by the user.
    (define-syntax through
      (syntax-rules () ((_ setter value) (setter passed value))))
    (define-syntax apply-to
      (syntax-rules () ((_ value) (put! hold (lambda () value)))))
    (define-syntax tick
      (syntax-rules () ((_) (let-syntax ((up (syntax-rules () ((_ v) (set! v (+ v 1))))))
                              (up count)))))
    (define (ticks) count)))
(define-library (user)
  (export bump!)
  (import (scheme base) (counter))
  (begin
    (define (bump!) (next!))
    (next!)))
(import (scheme base) (scheme write) (counter) (user))

(define n 'mine)
(define variable 'mine-too)
(define (show . objects)
  (for-each (lambda (x) (write x) (display " ")) objects)
  (newline))
(show (next!) (bump!) n)
(show (current) total)
(swap-with! variable)
(show variable (current))
(through set! 7)
(let ((passed 5))
  (through set! (+ passed 4))
  (show passed))
(apply-to 'second)
(show (current) (hold))
(tick)
(tick)
(show (ticks))
(reset!)
(show (current) total (next!))
