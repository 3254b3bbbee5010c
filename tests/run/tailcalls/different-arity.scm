;; @zeal skip-level1: ten thousand iterations
;; A tail call may pass more or fewer arguments than its caller has.
(define (one a) (if (= a 0) 'one-done (three (- a 1) 'x 'y)))
(define (two a b) (if (= a 0) (list 'two-done b) (one (- a 1))))
(define (three a b c) (if (= a 0) (list 'three-done b c) (seven (- a 1) b c 4 5 6 7)))
(define (seven a b c d e f g) (if (= a 0) (list 'seven-done b c d e f g) (two (- a 1) (list b c g))))
(write (map one '(10000 10001 10002 10003)))
(newline)
