;; @zeal skip-level1: a hundred thousand iterations
;; apply calls its procedure in tail position.
(define (loop i . rest)
  (if (= i 0)
      (cons 'done rest)
      (apply loop (- i 1) rest)))
(write (loop 100000 'a 'b))
(newline)
(define (loop2 args)
  (if (= (car args) 0)
      args
      (apply (lambda (i x) (loop2 (list (- i 1) (+ x 1)))) args)))
(write (loop2 '(50000 0)))
(newline)
