;; Figure 1 of "An R7RS Compatible Module System for Termite Scheme": the client, on node1.
;; It replaces the code of the server while that runs.
(declare (block))
(import (termite))

(define pong-server
  (remote-service 'pong-server node2))

(define new-server
  (spawn
   (lambda ()
     (let loop () ;; code that will be migrated
       (recv
         ((from tag 'clone)
          (call/cc
           (lambda (k)
             (! from (list tag k)))))
         ((from tag 'ping)
          (! from (list tag 'pong)))
         (('update k)
          (k #t)))
       (loop)))))

(node-init node1)

(println (!? pong-server 'ping))
(! pong-server (list 'update (!? new-server 'clone)))
(println (!? pong-server 'ping))
(exit)
