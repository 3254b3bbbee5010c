;;; (termite node), on one node. Each line of the output is an expression and its value.

(include "../../tests/support/show.inc")

(define home (current-node))
(define other home)

(include "../../tests/support/node-checks.inc")

;; -- nodes --

(show (node? home)
      (node? me)
      (list (node-host node1) (node-port node1) (node-host node2) (node-port node2))
      (eq? node1 (make-node "localhost" 3001))
      (eq? node1 node2)
      (eq? (pid-node me) home)
      (make-node 5 5)
      (make-node "localhost" 70000)
      (node-init 5)
      (connected-nodes))

;; -- ports as processes --

(show (let ((p (spawn-output-port (current-output-port))))
        (! p "text ")
        (! p #\c)
        (! p 5)
        (! p newline)
        (!? p (lambda (port) (write "x" port) 'written)))
      (let ((p (spawn-input-port (open-input-string "one\ntwo\n"))))
        (! p 5)
        (list (!? p read-line) (!? p read-char) (!? p read-line)))
      (spawn-input-port 5)
      (spawn-output-port (open-input-string "")))
