;;; Nodes: what `TERMITE.md` says in its section 4. It owns the services that every node
;;; has, and what is made of them: starting processes elsewhere, running procedures there,
;;; moving there.
;;;
;;; A service is a process published under a name. `spawner` starts processes and runs
;;; procedures for callers, `linker` knows which processes live, `publisher` knows the
;;; names, `ping-server` says that it is there.
;;;
;;; Invariants:
;;; - A service answers every request that it understands and drops every other message.
;;; - A procedure that `on` runs has a run in the spawner's table until it has ended. Its
;;;   process ends with its caller, and when the caller gives up.
;;; - There is no state at toplevel: a service's state is its loop's.

(define-library (termite node)
  (export
   (rename %make-node make-node) (rename %node? node?)
   (rename %node-host node-host) (rename %node-port node-port)
   (rename %current-node current-node) node1 node2
   (rename %pid-node pid-node) (rename %pid-node pid-home)
   node-init alive?
   remote-spawn remote-spawn-link on
   publish-service unpublish-service resolve-service
   ping migrate-task migrate/proxy
   (rename %connected-nodes connected-nodes) (rename %disconnect disconnect)
   (rename %monitor-node monitor-node)
   spawn-output-port spawn-input-port)
  (import (termite core) (termite primitives) (termite runtime) (termite list)
          (termite match) (termite process) (only (termite port) write-string write-char)
          (only (termite repl) start-repl-service))
  (begin

    ;; The node that the paper's examples call so: port 3001 of this machine.
    (define node1 (%make-node "localhost" 3001))

    ;; The node that the paper's examples call so: port 3002 of this machine.
    (define node2 (%make-node "localhost" 3002))

    ;; -- the node itself --

    ;; (node-init [node]): listens at the node's address, at any free port of localhost
    ;; without one, and starts the services; the current node. Again for the same address
    ;; it changes nothing. Raises when it cannot listen there.
    (define (node-init #!optional (node (%make-node "localhost" 0)))
      (check-node 'node-init node)
      (let ((result (%node-init node)))
        (if (string? result)
            (error (string-append "node-init: cannot listen: " result))))
      (start-services)
      (%current-node))

    (define (start-services)
      (start-service 'spawner (lambda () (serve-spawns (%make-hash-table 'eq?))))
      (start-service 'linker serve-links)
      (start-service 'publisher serve-names)
      (start-service 'ping-server serve-pings)
      (start-repl-service))

    (define (start-service name thunk)
      (if (not (%resolve name))
          (%publish name (spawn thunk name: name))))

    (define (check-node who x)
      (if (not (%node? x))
          (%signal-wrong-type who 1 "a node" x)))

    ;; -- asking services --

    (define (raise-timeout) (raise 'timeout))

    ;; How long a question waits that needs no more than the other node's attention, in
    ;; seconds.
    (define patience 5)

    ;; Asks a service, having connected first, so that it can be said why that fails.
    (define (ask who node service message deadline otherwise abandon)
      (check-node who node)
      (connect who node deadline)
      (%call (remote-service service node) message deadline otherwise
             (lambda (origin reason) (no-answer who node reason))
             abandon))

    ;; Sees to it that the node is connected, until the deadline. Raises when it is not.
    (define (connect who node deadline)
      (if (not (eq? (%node-state node #t) #t))
          (await-connection who node deadline)))

    ;; Puts the scan mark behind the last message, so that waiting is for news.
    (define (pass-messages)
      (if (not (%no-message? (%mailbox-next)))
          (pass-messages)))

    (define (await-connection who node deadline)
      (pass-messages)
      (let ((state (%node-state node #f)))
        (cond ((eq? state #t) #t)
              ((string? state) (raise-unreachable who node state))
              ((%await-node deadline) (await-connection who node deadline))
              (else #f))))

    (define (raise-unreachable who node why)
      (error (string-append (symbol->string who) ": no connection with "
                            (address node) ": " why)))

    (define (address node)
      (if (%node-host node)
          (string-append (%node-host node) ":" (number->string (%node-port node)))
          "a node of unknown address"))

    (define (no-answer who node reason)
      (let ((place (string-append (symbol->string who) ": " (address node))))
        (match reason
          (('refused (? string? why)) (error (string-append place " refuses: " why)))
          (_ (error (string-append place " was lost:") reason)))))

    ;; What an answer stands for: `(values result ...)`, `(raised object)`, `(failed text)`
    ;; for what could not be sent, `(ended pid reason)`.
    (define (receive-answer who answer)
      (match answer
        (('values . results) (%values-list results))
        (('raised object) (raise object))
        (('failed text) (error (string-append (symbol->string who) ": " text)))
        (('ended pid reason) (raise-ended pid reason))))

    (define (raise-ended pid reason)
      (raise (%make-termite-exception pid 'no-result reason)))

    ;; Calls a procedure; its results or what it raised, as an answer.
    (define (attempt thunk)
      (with-exception-catcher
       (lambda (object) (list 'raised (%without-place object)))
       (lambda ()
         (receive results (thunk)
           (cons 'values results)))))

    ;; Sends an answer. One that cannot be sent goes as text.
    (define (reply to tag answer)
      (with-exception-catcher
       (lambda (object)
         (! to (list tag (list 'failed (unsent answer object)))))
       (lambda () (! to (list tag answer)))))

    (define (unsent answer fault)
      (match answer
        (('raised (? condition? e)) (condition-report-string e))
        (('raised object) (string-append "raised " (object->string object)))
        (_ (string-append "the result " (condition-report-string fault)))))

    ;; -- the spawner: processes for other nodes --

    ;; A procedure that runs for a caller.
    (define-record-type run
      (make-run tag caller caller-monitor worker worker-monitor)
      run?
      (tag run-tag)
      (caller run-caller)
      (caller-monitor run-caller-monitor)
      (worker run-worker)
      (worker-monitor run-worker-monitor))

    ;; `runs` has each run by its tag and by both of its monitors.
    (define (serve-spawns runs)
      (recv
        (((? %pid? from) tag ('spawn thunk name links mutual))
         (reply from tag (attempt (lambda () (start from thunk name links mutual)))))
        (((? %pid? from) tag ('on thunk)) (start-run runs from tag thunk))
        (('done tag) (end-run runs (run-of runs tag)))
        (('cancel tag) (cancel-run runs (run-of runs tag)))
        (('DOWN monitor pid reason) (run-down runs (run-of runs monitor) pid reason))
        (_ #f))
      (serve-spawns runs))

    (define (start from thunk name links mutual)
      (let ((pid (spawn thunk name: name links: links)))
        (if mutual
            (begin
              (%link from pid)
              (%link pid from)))
        pid))

    (define (run-of runs key)
      (hash-table-ref/default runs key #f))

    (define (start-run runs caller tag thunk)
      (let* ((spawner (%self))
             (worker (spawn (lambda () (work spawner caller tag thunk))))
             (run (make-run tag caller (%monitor caller) worker (%monitor worker))))
        (hash-table-set! runs tag run)
        (hash-table-set! runs (run-caller-monitor run) run)
        (hash-table-set! runs (run-worker-monitor run) run)))

    (define (work spawner caller tag thunk)
      (reply caller tag (attempt thunk))
      (! spawner (list 'done tag)))

    ;; Forgets a run; #f is none.
    (define (end-run runs run)
      (if run
          (begin
            (%demonitor (run-caller-monitor run))
            (%demonitor (run-worker-monitor run))
            (hash-table-delete! runs (run-tag run))
            (hash-table-delete! runs (run-caller-monitor run))
            (hash-table-delete! runs (run-worker-monitor run)))))

    (define (cancel-run runs run)
      (if run
          (begin
            (end-run runs run)
            (%terminate (run-worker run)))))

    ;; One of the two has ended before there was a result.
    (define (run-down runs run pid reason)
      (cond ((not run) #f)
            ((eq? pid (run-worker run))
             (end-run runs run)
             (reply (run-caller run) (run-tag run) (list 'ended pid reason)))
            (else (cancel-run runs run))))

    ;; (remote-spawn node thunk [name: n] [links: pids] [timeout: seconds]): a new process
    ;; on the node; its pid. Raises when the node is out of reach or refuses, and `timeout`.
    ;; It inherits no parameters, on this node either.
    (define remote-spawn
      (case-lambda
        ((node thunk) (spawn-on node thunk #f '() #f #f))
        ((node thunk . options) (apply remote-spawn-with node thunk options))))

    (define (remote-spawn-with node thunk #!rest options #!key name (links '()) timeout)
      (%check-keys options '(name: links: timeout:))
      (spawn-on node thunk name links #f timeout))

    ;; (remote-spawn-link node thunk [name: n] [timeout: seconds]): the same, linked with
    ;; this process both ways before it runs.
    (define (remote-spawn-link node thunk #!rest options #!key name timeout)
      (%check-keys options '(name: timeout:))
      (spawn-on node thunk name '() #t timeout))

    (define (spawn-on node thunk name links mutual timeout)
      (%check-procedure 'remote-spawn 2 thunk)
      (cond ((not (eq? node (%current-node)))
             (receive-answer
              'remote-spawn
              (ask 'remote-spawn node 'spawner (list 'spawn thunk name links mutual)
                   (%timeout->deadline timeout) raise-timeout void)))
            (mutual (spawn-link (%from-base thunk) name: name))
            (else (spawn (%from-base thunk) name: name links: links))))

    ;; (on node thunk [timeout [default]]): calls the procedure on the node; its values.
    ;; Raises what it raised, and when the node is lost. Without default, raises `timeout`.
    (define on
      (case-lambda
        ((node thunk) (run-on node thunk #f raise-timeout))
        ((node thunk timeout)
         (run-on node thunk (%timeout->deadline timeout) raise-timeout))
        ((node thunk timeout default)
         (run-on node thunk (%timeout->deadline timeout) (lambda () default)))))

    (define (run-on node thunk deadline otherwise)
      (%check-procedure 'on 2 thunk)
      (if (eq? node (%current-node))
          (start-services))
      (receive-answer
       'on
       (ask 'on node 'spawner (list 'on thunk) deadline
            (lambda () (receive results (otherwise) (cons 'values results)))
            (lambda (tag) (! (remote-service 'spawner node) (list 'cancel tag))))))

    ;; -- the linker: which processes live --

    (define (serve-links)
      (recv
        (((? %pid? from) tag ('alive? pid)) (! from (list tag (eq? (%process-alive? pid) #t))))
        (_ #f))
      (serve-links))

    ;; Whether a process lives. Its node is asked, for a bounded time: #f when it does not
    ;; answer.
    (define (alive? pid)
      (if (not (%pid? pid))
          (%signal-wrong-type 'alive? 1 "a process" pid))
      (let ((known (%process-alive? pid)))
        (if (%default-object? known)
            (let ((never (lambda ignored #f)))
              (%call (remote-service 'linker (%pid-node pid)) (list 'alive? pid)
                     (%timeout->deadline patience) never never void))
            known)))

    ;; -- the publisher: names of processes --

    (define (serve-names)
      (recv
        (((? %pid? from) tag ('resolve name)) (! from (list tag (and (symbol? name) (%resolve name)))))
        (_ #f))
      (serve-names))

    ;; Gives a process of this node a name for others. Raises for another node's process.
    (define (publish-service name pid)
      (check-name 'publish-service name)
      (%publish name pid))

    (define (check-name who x)
      (if (not (symbol? x))
          (%signal-wrong-type who 1 "a symbol" x)))

    ;; (unpublish-service name [pid]): takes a name of this node back, if it is that
    ;; process's.
    (define (unpublish-service name #!optional pid)
      (check-name 'unpublish-service name)
      (if (or (not pid) (eq? pid (%resolve name)))
          (%unpublish name)))

    ;; (resolve-service name [node]): the process that has the name now, or #f. Raises when
    ;; the node is out of reach.
    (define (resolve-service name #!optional (node (%current-node)))
      (check-name 'resolve-service name)
      (if (eq? node (%current-node))
          (%resolve name)
          (ask 'resolve-service node 'publisher (list 'resolve name)
               (%timeout->deadline patience) raise-timeout void)))

    ;; -- the ping server --

    (define (serve-pings)
      (recv
        (((? %pid? from) tag 'ping) (! from (list tag 'pong)))
        (_ #f))
      (serve-pings))

    ;; (ping node [timeout]): `pong`, or `no-reply` when there is none within a second or
    ;; the timeout.
    (define (ping node #!optional (timeout 1))
      (check-node 'ping node)
      (let ((no-reply (lambda ignored 'no-reply)))
        (%call (remote-service 'ping-server node) 'ping (%timeout->deadline timeout)
               no-reply no-reply void)))

    ;; -- moving --

    ;; The new process waits for a word from the old one, which gives it when it knows that
    ;; it is not needed any more: so at most one of them goes on, whatever is lost.

    ;; What the new process does; its end if the old one ends, or is lost, without the word.
    (define (arrival old k)
      (lambda ()
        (let ((monitor (%monitor old)))
          (recv
            ('go
             (%demonitor monitor)
             (recv (('DOWN ,monitor _ _) #t) (after 0 #t)))
            (('DOWN ,monitor _ _) (halt!))))
        (k #t)))

    ;; Goes on in a new process on the node, and ends this one. Its mailbox and links stay
    ;; behind. Raises here when the node is out of reach or refuses. When the connection is
    ;; lost as the word is given, it may go on nowhere.
    (define (migrate-task node)
      (call-with-current-continuation
       (lambda (k)
         (! (remote-spawn node (arrival (%self) k)) 'go)
         (halt!))))

    ;; Goes on in a new process on the node, linked with this one, which forwards to it
    ;; every message that it gets, and ends when it ends. Raises here as `migrate-task` does.
    (define (migrate/proxy node)
      (call-with-current-continuation
       (lambda (k)
         (let ((pid (remote-spawn-link node (arrival (%self) k))))
           (! pid 'go)
           (%at-base (lambda () (forward pid (%monitor pid))))))))

    (define (forward pid monitor)
      (recv
        (('DOWN ,monitor ,pid reason) 'ended)
        (message
         (! pid message)
         (forward pid monitor))))

    ;; -- ports as processes --

    ;; A process that stands for an output port. It writes strings and characters that it
    ;; is sent, calls procedures with the port, and in `(from tag procedure)` replies with
    ;; the result.
    (define (spawn-output-port port)
      (check-port 'spawn-output-port output-port? "an output port" port)
      (spawn (lambda () (serve-output port)) name: 'output-port))

    (define (serve-output port)
      (recv
        (((? %pid? from) tag (? procedure? procedure)) (! from (list tag (procedure port))))
        ((? procedure? procedure) (procedure port))
        ((? string? text) (write-string text port))
        ((? char? c) (write-char c port))
        (_ #f))
      (%flush-output-port port)
      (serve-output port))

    ;; A process that stands for an input port: it replies to `(from tag procedure)` with
    ;; what the procedure, called with the port, returns.
    (define (spawn-input-port port)
      (check-port 'spawn-input-port input-port? "an input port" port)
      (spawn (lambda () (serve-input port)) name: 'input-port))

    (define (serve-input port)
      (recv
        (((? %pid? from) tag (? procedure? procedure)) (! from (list tag (procedure port))))
        (_ #f))
      (serve-input port))

    (define (check-port who kind? kind x)
      (if (not (kind? x))
          (%signal-wrong-type who 1 kind x)))))
