;; Work on another node: the samples of "Concurrency Oriented Programming in Termite
;; Scheme", sections 4.8 and 4.9, with node2 for their node.
(import (termite))

(define node node2)

(println
 (let ((me (self)))
   (remote-spawn node
    (lambda ()
      (! me 'boo)))
   (?)))

;; The exception that ends a process on another node comes along the link.
(println
 (catch
  (lambda (e) (termite-exception-object e))
  (let ((me (self)))
    (remote-spawn-link node
     (lambda ()
       (raise 'error))))
  (? 2 'ok)))

;; A procedure's value, and its exception, from there.
(println (on node (lambda () (list 'node-port (node-port (current-node))))))
(println (catch (lambda (e) (list 'raised e)) (on node (lambda () (raise 'oops)))))

;; A process that moves, and leaves its mailbox behind.
(define me (self))

(spawn
 (lambda ()
   (let ((here (current-node)))
     (migrate-task node)
     (! me (list 'moved (not (eq? here (current-node))))))))
(println (?))

;; One that leaves a proxy, which forwards its messages.
(define traveller
  (spawn
   (lambda ()
     (migrate/proxy node)
     (let loop ()
       (recv
         ((from tag 'where)
          (! from (list tag (eq? (current-node) node2)))))
       (loop)))))

(println (!? traveller 'where))
(println (ping node))
(exit)
