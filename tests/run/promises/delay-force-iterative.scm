;; @zeal skip-level1: a hundred thousand iterations
;; delay-force makes a loop of promises run in constant space.
(define (loop n)
  (if (= n 0)
      (delay 'done)
      (delay-force (loop (- n 1)))))
(write (force (loop 100000)))
(newline)
(define (stream-from n) (delay (cons n (stream-from (+ n 1)))))
(define (nth s n)
  (delay-force
   (let ((p (force s)))
     (if (= n 0)
         (delay (car p))
         (nth (cdr p) (- n 1))))))
(write (force (nth (stream-from 0) 10000)))
(newline)
