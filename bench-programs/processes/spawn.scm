;; A chain: each process starts the next and ends; the last one tells the first.

(define (chain n first)
  (if (= n 0)
      (! first 'done)
      (spawn (lambda () (chain (- n 1) first)))))

(define (main n)
  (chain n (self))
  (?))

(bench-row "spawn" 300000 main 'done)
