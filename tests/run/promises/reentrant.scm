;; A promise that forces itself keeps its first value (R7RS 4.2.5).
(define count 0)
(define x 5)
(define p
  (delay (begin
           (set! count (+ count 1))
           (if (> count x)
               count
               (force p)))))
(write (force p))
(newline)
(set! x 10)
(write (force p))
(newline)
