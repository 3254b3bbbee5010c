;;; SRFI 27.

(import (scheme base) (scheme write) (scheme read) (srfi 27) (only (termite) spawn self ! ?))

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

(define-syntax report
  (syntax-rules ()
    ((_ expression) (guard (e ((error-object? e) (error-object-message e))) expression))))

(define (draw f count)
  (if (= count 0) '() (let ((x (f))) (cons x (draw f (- count 1))))))
(define (integers source n count)
  (let ((next (random-source-make-integers source)))
    (draw (lambda () (next n)) count)))
(define (every ok? list)
  (or (null? list) (and (ok? (car list)) (every ok? (cdr list)))))
(define (in-range? n) (lambda (x) (and (exact-integer? x) (< -1 x n))))
(define (in-unit? x) (< 0 x 1))

(define a (make-random-source))
(define b (make-random-source))
(define big (expt 10 50))

(show (random-source? a)
      (random-source? default-random-source)
      (random-source? 1)
      (equal? (integers a 1000 20) (integers b 1000 20))
      (every (in-range? 6) (draw (lambda () (random-integer 6)) 500))
      (every (in-range? 6) (integers a 6 500))
      (every (in-range? big) (integers a big 50))
      (every (in-range? 1) (integers a 1 5))
      (let loop ((n 0) (seen 0))
        (if (= seen 63) 'all-seen
            (loop (+ n 1)
                  (let ((bit (expt 2 (random-integer 6))))
                    (if (odd? (quotient seen bit)) seen (+ seen bit))))))
      (every in-unit? (draw random-real 100))
      (every in-unit? (draw (random-source-make-reals a) 100))
      (every inexact? (draw (random-source-make-reals a 0.01) 10))
      (every in-unit? (draw (random-source-make-reals a 1e-20) 10))
      (every (lambda (x) (and (exact? x) (in-unit? x) (integer? (* 10 x))))
             (draw (random-source-make-reals a 1/10) 100))
      (every (lambda (x) (= x 1/2)) (draw (random-source-make-reals a 2/3) 10)))

;; States: put back, written and read, copied to another source.
(define (state-as-text source)
  (let ((port (open-output-string)))
    (write (random-source-state-ref source) port)
    (get-output-string port)))
(define (again? source)
  (let* ((state (read (open-input-string (state-as-text source))))
         (first (integers source 1000000 10)))
    (random-source-state-set! source state)
    (equal? first (integers source 1000000 10))))
(show (again? a)
      (again? default-random-source)
      (begin
        (random-source-state-set! b (random-source-state-ref a))
        (equal? (integers a 99 10) (integers b 99 10)))
      (begin
        (random-source-state-set! default-random-source (random-source-state-ref a))
        (equal? (draw (lambda () (random-integer 99)) 10) (integers a 99 10)))
      (let ((same (random-source-state-ref a)))
        (integers a 2 1)
        (equal? same (random-source-state-ref a))))

(define (after-pseudo source i j)
  (random-source-pseudo-randomize! source i j)
  (integers source 1000000 5))
(show (equal? (after-pseudo a 1 2) (after-pseudo b 1 2))
      (equal? (after-pseudo a 1 2) (after-pseudo a 2 1))
      (equal? (after-pseudo a big 2) (after-pseudo a 0 2))
      (equal? (after-pseudo a 3 4) (after-pseudo default-random-source 3 4))
      (begin
        (random-source-pseudo-randomize! a 5 5)
        (random-source-randomize! a)
        (equal? (integers a big 5) (after-pseudo a 5 5)))
      (begin (random-source-randomize! default-random-source) 'done))

;; A source that is sent is a copy with the state that it had.
(define me (self))
(define child
  (spawn (lambda () (let ((source (?))) (! me (integers source 1000 10))))))
(! child a)
(define here (integers a 1000 10))
(show (equal? here (?)))

(show (report (random-integer 0))
      (report (random-integer 1.5))
      (report ((random-source-make-integers a) -1))
      (report (random-source-make-integers 'x))
      (report (random-source-make-reals a 1))
      (report (random-source-make-reals a 'x))
      (report (random-source-make-reals 1))
      (report (random-source-state-ref 1))
      (report (random-source-state-set! a 'x))
      (report (random-source-state-set! a '(xoshiro256++ #u8(1 2))))
      (report (random-source-state-set! default-random-source '(xoshiro256++ 5)))
      (report (random-source-randomize! 1))
      (report (random-source-pseudo-randomize! 1 2 3))
      (report (random-source-pseudo-randomize! a -1 3))
      (report (random-source-pseudo-randomize! a 1 'x)))
