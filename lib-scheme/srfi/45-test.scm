;;; SRFI 45.

(import (scheme base) (scheme write) (srfi 45) (prefix (scheme lazy) r7rs:))

(define-syntax show
  (syntax-rules ()
    ((_ expression ...)
     (begin
       (begin
         (write 'expression)
         (display " => ")
         (write expression)
         (newline))
       ...))))

(define count 0)
(define (counted x) (set! count (+ count 1)) x)

(define once (delay (counted 'value)))
(define chain (lazy (let ((inner once)) inner)))

;; Promises of one chain of `lazy` take no space.
(define (loop n) (if (= n 0) (lazy (eager 'end)) (lazy (loop (- n 1)))))

;; The first value stays when forcing a promise forces it again.
(define depth 0)
(define again
  (delay
    (begin
      (set! depth (+ depth 1))
      (if (< depth 5) (force again) (begin (set! depth 100) 'first)))))

(show (list (force once) (force once) count)
      (list (force chain) count)
      (force (loop 100000))
      (force again)
      (force (lazy (lazy (lazy (delay 'deep)))))
      (promise? (eager 1))
      (promise? (lazy (eager 1)))
      (promise? 1)
      (force (eager 'x))
      (promise? (force (eager (delay 1))))
      (force (force (eager (delay 1))))
      (force 5)
      (r7rs:force (lazy (r7rs:delay 'mixed)))
      (force (r7rs:delay-force (eager 'mixed)))
      (r7rs:promise? (eager 1))
      (guard (e (#t (list 'raised e))) (force (delay (raise 'oops)))))
