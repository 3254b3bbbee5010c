;; Figure 1 of "An R7RS Compatible Module System for Termite Scheme": the server, on node2.
(declare (block))
(import (termite))

(define pong-server
  (spawn
   (lambda ()
     (let loop ()
       (recv
         ((from tag 'ping)
          (! from (list tag 'gnop))) ;; BUG!
         (('update k)
          (k #t)))
       (loop)))))

(node-init node2)

;; publish the pong server
(publish-service 'pong-server pong-server)
