;; A process goes on in another process of its node: it takes its continuation, starts a
;; process that returns to that, and ends. The time is that of one such move.

(define (move)
  (call/cc
   (lambda (k)
     (spawn (lambda () (k #t)))
     (halt!))))

(define (travel n home)
  (if (= n 0)
      (! home 'arrived)
      (begin
        (move)
        (travel (- n 1) home))))

(define (main n)
  (let ((me (self)))
    (spawn (lambda () (travel n me)))
    (?)))

(bench-row "migrate" 100000 main 'arrived)
