;;; A REPL on another node: the service there, and what `termite attach` does here.
;;;
;;; The service `repl` starts a *session* for each that attaches. A session has an
;;; *evaluator*, a process of its own, so that what is evaluated has a mailbox to itself:
;;; orders to it carry a key that nobody else has. All sessions evaluate in the node's
;;; environment, as its own REPL and `eval` do. What an evaluation writes, and the
;;; processes that it starts, goes to a port that the session empties now and then.
;;;
;;; Who attaches has a *terminal*, a process that shows what comes, in order, and the
;;; process that attaches, which gives entries and waits for their end.
;;;
;;; Messages to a session:
;;;   (entry text)               to be evaluated; one at a time
;;;   (command name argument)    about the node, as at its own REPL
;;;   (interrupt)
;;; Messages to a terminal:
;;;   (output text)
;;;   (done outcome)             of an entry or a command
;;; Outcomes:
;;;   (values text ...)          values as `write` shows them
;;;   (answer text)              of a command; #f: there is no such command
;;;   (report text)              of an uncaught exception, or diagnostics
;;;   (interrupted)

(define-library (termite repl)
  (export start-repl-service
          attach attach-entry attach-command attach-interrupt)
  (import (termite core) (termite primitives) (termite runtime) (termite list)
          (termite process) (termite match) (termite port) (only (srfi 1) remove))
  (begin

    ;; -- the service --

    (define (start-repl-service)
      (if (not (%resolve 'repl))
          (%publish 'repl (spawn serve name: 'repl-service))))

    (define (serve)
      (recv
       ((from tag ('attach terminal))
        (where (pid? from) (pid? terminal))
        (! from (list tag (spawn (lambda () (run-session terminal)) name: 'repl-session))))
       (_ #f))
      (serve))

    ;; -- a session --

    ;; How often output is sent on while something is evaluated, and else; in seconds.
    (define busy-interval 0.05)
    (define idle-interval 0.5)

    ;; `down` and `lost` are the references of the monitors on terminal and evaluator.
    (define-record-type session
      (make-session terminal down out key evaluator lost)
      session?
      (terminal session-terminal)
      (down session-down)
      (out session-out)
      (key session-key)
      (evaluator session-evaluator)
      (lost session-lost))

    (define (run-session terminal)
      (idle (start-session terminal (%monitor terminal) (open-output-string))))

    (define (start-session terminal down out)
      (let* ((key (%make-tag))
             (this (self))
             (evaluator (spawn (lambda () (evaluate-for this key out)) name: 'repl)))
        (make-session terminal down out key evaluator (%monitor evaluator))))

    (define (restart s)
      (start-session (session-terminal s) (session-down s) (session-out s)))

    (define (idle s)
      (let ((down (session-down s))
            (lost (session-lost s)))
        (recv
         (('entry text)
          (! (session-evaluator s) (list (session-key s) text))
          (busy s #f))
         (('command name argument)
          (done s (list 'answer (%inspect name argument)))
          (idle s))
         (('interrupt) (idle s))
         (('DOWN ,down _ _) (end s))
         (('DOWN ,lost _ _) (idle (restart s)))
         (after idle-interval
           (send-output s)
           (idle s)))))

    ;; `interrupt?`: the evaluation is to be interrupted as soon as it can be.
    (define (busy s interrupt?)
      (let ((down (session-down s))
            (lost (session-lost s))
            (key (session-key s))
            (interrupt? (and interrupt? (not (%interrupt (session-evaluator s))))))
        (recv
         ((,key outcome)
          (done s outcome)
          (idle s))
         (('interrupt) (busy s #t))
         (('DOWN ,down _ _) (end s))
         (('DOWN ,lost _ _)
          (done s '(report "the process that evaluates has ended; there is a new one\n"))
          (idle (restart s)))
         (after busy-interval
           (send-output s)
           (busy s interrupt?)))))

    (define (done s outcome)
      (send-output s)
      (! (session-terminal s) (list 'done outcome)))

    (define (send-output s)
      (let ((text (%take-output-string (session-out s))))
        (if (not (string-null? text))
            (! (session-terminal s) (list 'output text)))))

    (define (end s)
      (terminate! (session-evaluator s)))

    ;; -- evaluating --

    (define (evaluate-for session key out)
      (parameterize ((current-output-port out)
                     (current-error-port out))
        (let loop ()
          (recv
           ((,key text) (! session (list key (evaluate text)))))
          (loop))))

    ;; The outcome of an entry. An interrupt, or what nothing handles, leaves it through
    ;; its continuation.
    (define (evaluate text)
      (let ((thunks (%compile-text text)))
        (if (string? thunks)
            (list 'report thunks)
            (let ((outcome
                   (call/cc
                    (lambda (leave)
                      (%set-interrupt! (lambda () (leave '(interrupted))))
                      (with-exception-handler
                       (lambda (object)
                         (leave (list 'report (%report object (%capture)))))
                       (lambda () (run thunks)))))))
              (%set-interrupt! #f)
              outcome))))

    (define (run thunks)
      (receive results (%run-thunks thunks)
        (cons 'values (map shown (remove void? results)))))

    (define (void? x) (eq? x (void)))

    ;; As much of a value as the node's own REPL shows.
    (define (shown x) (object->string x 400))

    ;; -- who attaches --

    ;; Seconds to wait for the node, and for its service.
    (define patience 30)

    ;; Attaches to the node at an address: the session, or a string that says why not.
    ;; When the session is lost later, the program ends with the exit code `lost`.
    (define (attach host port lost)
      (let ((node (%make-node host port)))
        (or (unreachable node)
            (let ((session (open-session node (start-terminal lost))))
              (if (pid? session) session (no-session session))))))

    ;; Why a node cannot be reached; #f when it is connected.
    (define (unreachable node)
      (let ((end (%deadline patience)))
        (let loop ((state (%node-state node #t)))
          (cond ((eq? state #t) #f)
                ((string? state) state)
                ((%node-wait end) (loop (%node-state node #f)))
                (else "there is no answer")))))

    ;; The session, or a symbol that says why there is none.
    (define (open-session node terminal)
      (let ((tag (%call-start-service node 'repl)))
        (%send-service node 'repl (list (self) tag (list 'attach terminal)))
        (let ((session (recv
                        ((,tag session) session)
                        (('DOWN ,tag _ reason) reason)
                        (after patience 'timeout))))
          (%call-end tag)
          (if (pid? session) (! terminal (list 'session session)))
          session)))

    (define (no-session reason)
      (string-append "no service named repl answers there ("
                     (%display->string reason)
                     ")"))

    (define (start-terminal lost)
      (let ((owner (self)))
        (spawn (lambda ()
                 (recv (('session session)
                        (%monitor session)
                        (show-all session owner lost))))
               name: 'terminal)))

    (define (show-all session owner lost)
      (recv
       (('output text) (show text (current-output-port)))
       (('done outcome)
        (show-outcome outcome)
        (! owner (list session 'done)))
       (('DOWN _ ,session reason)
        (show (string-append "the session has ended: " (%display->string reason) "\n")
              (current-error-port))
        (exit lost)))
      (show-all session owner lost))

    (define (show text port)
      (write-string text port)
      (%flush-output-port port))

    (define (show-outcome outcome)
      (match outcome
        (('values . texts)
         (for-each (lambda (text) (show (string-append text "\n") (current-output-port)))
                   texts))
        (('answer #f)
         (show "the node knows no such command; ,help lists them\n" (current-error-port)))
        (('answer text) (show text (current-output-port)))
        (('report text) (show text (current-error-port)))
        (('interrupted) (show "interrupted\n" (current-error-port)))))

    ;; Has an entry evaluated there, and waits until that is done.
    (define (attach-entry session text)
      (! session (list 'entry text))
      (await-done session))

    (define (attach-command session name argument)
      (! session (list 'command name argument))
      (await-done session))

    ;; Interrupts the evaluation that is awaited, and waits until that is done.
    (define (attach-interrupt session)
      (! session '(interrupt))
      (await-done session))

    (define (await-done session)
      (recv ((,session 'done) #t)))))
