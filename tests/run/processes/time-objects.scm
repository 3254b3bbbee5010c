;; Time objects are deadlines wherever a timeout is taken, and `thread-sleep!` leaves the
;; messages alone.
(import (scheme base) (scheme write) (termite))

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

(define (in seconds) (seconds->time (+ (time->seconds (current-time)) seconds)))

;; Whether a thunk takes about so long; its value.
(define (taking least thunk)
  (let* ((start (current-second))
         (value (thunk))
         (took (- (current-second) start)))
    (list value (and (>= took (- least 0.001)) (< took (+ least 5))))))

(define past (seconds->time 0))
(define idle (spawn (lambda () (let loop () (?) (loop)))))

(show (time? (current-time))
      (time? 5)
      (time->seconds (seconds->time 1.5))
      (time->seconds (seconds->time 7))
      (< (abs (- (time->seconds (current-time)) (current-second))) 1)
      (taking 0.03 (lambda () (? (in 0.03) 'late)))
      (taking 0.03 (lambda () (?? number? (in 0.03) 'late)))
      (taking 0.03 (lambda () (!? idle 'hello (in 0.03) 'late)))
      (taking 0.03 (lambda () (wait-for (spawn (lambda () (thread-sleep! 2))) (in 0.03) 'late)))
      (taking 0.03 (lambda () (recv (x x) (after (in 0.03) 'late))))
      (taking 0 (lambda () (? past 'late)))
      (taking 0 (lambda () (recv (x x) (after past 'late))))
      (guard (e (#t e)) (? past))
      (taking 0.03 (lambda () (thread-sleep! 0.03) 'slept))
      (taking 0.03 (lambda () (thread-sleep! (in 0.03)) 'slept))
      (taking 0 (lambda () (thread-sleep! past) (thread-sleep! 0) (thread-sleep! -1) 'slept)))

;; Messages that come meanwhile stay, in order.
(define me (self))
(! me 'before)
(spawn (lambda () (! me 'meanwhile)))
(thread-sleep! 0.05)
(! me 'after)
(show (list (?) (?) (?)))

(define-syntax report
  (syntax-rules ()
    ((_ expression) (guard (e ((error-object? e) (error-object-message e))) expression))))
(show (report (seconds->time 'x))
      (report (time->seconds 5))
      (report (thread-sleep! #f))
      (report (thread-sleep! 'x))
      (report (? 'x)))
