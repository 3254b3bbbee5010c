;;; (termite node), on two nodes. Each line of the output is an expression and its value.

(include "../../support/show.inc")

(define home (current-node))
(define other node2)

(define incarnation (on other current-node))

(include "../../support/node-checks.inc")

;; -- nodes --

(show (length (connected-nodes))
      (eq? (pid-node published) (pid-node (on other self)))
      (eq? (pid-node published) home)
      (on (make-node "localhost" 9) (lambda () 1))
      (ping (make-node "localhost" 9))
      (alive? (on other self)))

;; A monitor of the node, and what a loss of it does.
(monitor-node other)

(define linked (remote-spawn-link other (lambda () (?))))
(define monitored (remote-spawn other (lambda () (?))))
(define reference (monitor monitored))

(define (await-loss)
  (recv (('node-down node reason) (list 'node-down (eq? node other)))
        (after 5 'no-news)))

(disconnect other)

(show (? 5 'none)
      (recv (('DOWN ,reference ,monitored reason) reason) (after 5 'none))
      (await-loss)
      (ping other)
      (on other (lambda () 'connected-again))
      (alive? monitored))
(exit)
