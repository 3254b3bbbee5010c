;; Two versions of one library in one program.
(import (prefix (example.org/ada counter @1) one:)
        (prefix (example.org/ada counter @2) two:)
        (prefix (example.org/ada counter util @2) util:))

(define (show . all) (for-each (lambda (x) (write x) (display " ")) all) (newline))

;; State.
(one:next!) (one:next!) (two:next!)
(show 'state (one:next!) (two:next!) (util:step))

;; Record types.
(define p (one:make-point 1))
(define q (two:make-point 2))
(show 'records (one:point? p) (two:point? p) (two:point? q) (one:point-x p))
(guard (e (#t (show 'raised (condition-report-string e))))
  (two:point-x p))

;; Macros insert what their own version means by a name.
(define (next!) 'mine)
(define tmp 5)
(define other 6)
(one:swap! tmp other)
(show 'swapped tmp other)
(show 'macros (one:unless-zero 0 'no) (two:unless-zero 0 'no))
(show 'define-macro (one:twice (one:next!)) (two:twice (two:next!)))
(show (procedure-name one:next!) (procedure-name two:next!) (procedure-name util:step))
