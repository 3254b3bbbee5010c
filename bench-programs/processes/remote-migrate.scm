;; A process goes to another node and comes back. The time is that of both moves.

(define peer (await-peer))
(define home (current-node))

(define (travel n first)
  (if (= n 0)
      (! first (eq? home (current-node)))
      (begin
        (migrate-task peer)
        (migrate-task home)
        (travel (- n 1) first))))

(define (main n)
  (let ((me (self)))
    (spawn (lambda () (travel n me)))
    (?)))

(bench-row "remote-migrate" 2000 main #t)

;; A node would stay up after its script.
(exit)
