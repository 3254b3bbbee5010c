;;; Processes and messages: what `TERMITE.md` says in its sections 2 and 3. It owns the
;;; forms that retrieve messages, calls, and the exceptions that come along links.
;;;
;;; Invariants:
;;; - Whoever retrieves messages raises pending signals first: the mailbox gives nothing
;;;   while there is one, and `await` raises it.
;;; - A deadline is fixed before the first look at the mailbox.
;;; - A call that has been started is ended however it turns out, so that no late reply
;;;   and no news of the other's end is left behind.
;;; - A message is removed only when it is taken; a search starts at the first message, or
;;;   where the reply to a call can stand at the earliest.

(define-library (termite process)
  (export
   spawn spawn-link spawn-linked-to
   (rename %self self) (rename %pid? pid?)
   halt! shutdown! terminate! wait-for
   (rename %set-mailbox-limit! set-mailbox-limit!) (rename %set-heap-limit! set-heap-limit!)
   (rename %processes processes) (rename %process-info process-info)
   (rename %make-tag make-tag) (rename %tag? tag?)
   inbound-link outbound-link full-link
   unlink (rename %monitor monitor) (rename %demonitor demonitor)
   ! ? ?? !? recv remote-service
   termite-exception? termite-exception-origin termite-exception-reason
   termite-exception-object
   current-time time? timeout->time seconds->time time->seconds thread-sleep!
   %call %await-node (rename deadline %timeout->deadline)
   (rename make-termite-exception %make-termite-exception))
  (import (termite core) (termite primitives) (termite runtime) (termite list))
  (begin

    ;; -- exceptions that came along links --

    ;; `origin` is the process that ended or could not be reached, `reason` a symbol,
    ;; `object` what was raised there.
    (define-record-type termite-exception
      (make-termite-exception origin reason object)
      termite-exception?
      (origin termite-exception-origin)
      (reason termite-exception-reason)
      (object termite-exception-object))

    (define (raise-signal signal)
      (raise (make-termite-exception (vector-ref signal 0)
                                     (vector-ref signal 1)
                                     (vector-ref signal 2))))

    ;; What has come is raised, too, in a process that waits for input or output.
    (define (raise-pending-signal)
      (let ((signal (%mailbox-signal)))
        (if signal (raise-signal signal))))

    (%set-signal-hook! raise-pending-signal)

    ;; A monitor's news as an exception. Its reason is the object that was raised, when it
    ;; is not one of the symbols for other ends.
    (define (raise-down pid reason)
      (raise (make-termite-exception pid
                                     (if (symbol? reason) reason 'uncaught-exception)
                                     reason)))

    ;; -- time --

    ;; A moment, in seconds since 1970.
    (define-record-type time
      (make-time seconds)
      time?
      (seconds time->seconds))

    ;; The moment so many seconds after the beginning of 1970.
    (define (seconds->time seconds)
      (if (not (real? seconds))
          (%signal-wrong-type 'seconds->time 1 "a real number" seconds))
      (make-time seconds))

    ;; Now, as a time object.
    (define (current-time) (make-time (current-second)))

    ;; The moment so many seconds from now.
    (define (timeout->time seconds)
      (seconds->time (+ (current-second) seconds)))

    ;; What `%mailbox-wait` takes, from a number of seconds, a time object, or #f.
    (define (deadline timeout)
      (cond ((or (not timeout) (fixnum? timeout) (flonum? timeout))
             (%deadline timeout))
            ((time? timeout)
             (%deadline (inexact (- (time->seconds timeout) (current-second)))))
            ((real? timeout) (%deadline (inexact timeout)))
            (else (%signal-wrong-type 'timeout 1 "a number of seconds or a time" timeout))))

    (define (raise-timeout) (raise 'timeout))

    ;; -- retrieving messages --

    ;; Waits for news in the mailbox: #t; #f when the deadline has passed. Raises what has
    ;; come along a link.
    (define (await deadline)
      (let ((signal (%mailbox-signal)))
        (if signal
            (raise-signal signal)
            (%mailbox-wait deadline))))

    ;; As `await`, and until a connection has been made or has failed.
    (define (%await-node deadline)
      (let ((signal (%mailbox-signal)))
        (if signal
            (raise-signal signal)
            (%node-wait deadline))))

    ;; (? [timeout [default]]): the next message. Without default, raises `timeout`.
    (define ?
      (case-lambda
        (()
         (let ((message (%mailbox-receive)))
           (if (%no-message? message)
               (receive-within #f raise-timeout)
               message)))
        ((timeout) (receive-within (deadline timeout) raise-timeout))
        ((timeout default) (receive-within (deadline timeout) (lambda () default)))))

    (define (receive-within deadline otherwise)
      (let ((message (%mailbox-receive)))
        (cond ((not (%no-message? message)) message)
              ((await deadline) (receive-within deadline otherwise))
              (else (otherwise)))))

    ;; (?? predicate [timeout [default]]): the first message that satisfies it. Without
    ;; default, raises `timeout`.
    (define ??
      (case-lambda
        ((predicate) (find-within predicate #f raise-timeout))
        ((predicate timeout) (find-within predicate (deadline timeout) raise-timeout))
        ((predicate timeout default)
         (find-within predicate (deadline timeout) (lambda () default)))))

    (define (find-within predicate deadline otherwise)
      (%check-procedure '?? 1 predicate)
      (%mailbox-rewind)
      (let loop ()
        (let ((message (%mailbox-next)))
          (cond ((%no-message? message)
                 (if (await deadline) (loop) (otherwise)))
                ((predicate message)
                 (%mailbox-take!)
                 message)
                (else (loop))))))

    ;; Does nothing for so many seconds, or until a moment; messages stay where they are.
    (define (thread-sleep! timeout)
      (if (not timeout)
          (%signal-wrong-type 'thread-sleep! 1 "a number of seconds or a time" timeout))
      (find-within (lambda (message) #f) (deadline timeout) void))

    ;; (recv (pattern [(where guard ...)] body ...) ... [(after seconds body ...)]): the
    ;; first message that matches a clause of `match`; the others stay.
    (define-syntax recv
      (syntax-rules ()
        ((_ clause ...)
         (%with-after (recv-at-last) (recv-within) clause ...))))

    (define-syntax recv-at-last
      (syntax-rules ()
        ((_ clause ...)
         (recv-loop #f (loop) (begin (await #f) (loop)) clause ...))))

    (define-syntax recv-within
      (syntax-rules ()
        ((_ seconds (body ...) clause ...)
         (let ((end (deadline seconds)))
           (recv-loop end (loop) (if (await end) (loop) (let () body ...)) clause ...)))))

    ;; (recv-loop end (loop) news clause ...): `news` is evaluated when there is no message
    ;; left to look at, and calls `loop` to go on.
    (define-syntax recv-loop
      (syntax-rules ()
        ((_ end (loop) news clause ...)
         (begin
           (recv-start clause ...)
           (let loop ()
             (let ((message (%mailbox-next)))
               (if (%no-message? message)
                   news
                   (%match message (%mailbox-take!) (loop) clause ...))))))))

    ;; Where the search starts. What can only be an answer to a tag, `(,tag ...)` and no other
    ;; clause, is not looked for before where the mailbox ended when the tag was made.
    (define-syntax recv-start
      (syntax-rules (unquote)
        ((_ (((unquote tag) . pattern) . body)) (%mailbox-seek tag))
        ((_ clause ...) (%mailbox-rewind))))

    ;; -- sending --

    ;; Sends a message to a process or a service. Raises for what is neither, and for a
    ;; message that cannot be sent; not for a destination that is dead or out of reach.
    (define (! destination message)
      (if (%pid? destination)
          (%send destination message)
          (send-to-service destination message)))

    (define (send-to-service x message)
      (check-service '! x)
      (%send-service (service-node x) (service-name x) message))

    ;; A service of a node by its name, resolved whenever a message arrives there.
    (define-record-type service
      (make-service name node)
      service?
      (name service-name)
      (node service-node))

    ;; A destination for `!` and `!?`. Raises for what is no name or no node.
    (define (remote-service name node)
      (cond ((not (symbol? name))
             (%signal-wrong-type 'remote-service 1 "a symbol" name))
            ((not (%node? node))
             (%signal-wrong-type 'remote-service 2 "a node" node))
            (else (make-service name node))))

    (define (check-service who x)
      (if (not (service? x))
          (%signal-wrong-type who 1 "a process or a service" x)))

    ;; -- calls --

    ;; (!? destination message [timeout [default]]): sends `(self tag message)` and waits
    ;; for the reply in `(tag reply)`. Without default, raises `timeout`; raises a
    ;; termite-exception when the destination dies or is out of reach.
    (define !?
      (case-lambda
        ((destination message)
         (%call destination message #f raise-timeout raise-down void))
        ((destination message timeout)
         (%call destination message (deadline timeout) raise-timeout raise-down void))
        ((destination message timeout default)
         (%call destination message (deadline timeout) (lambda () default) raise-down
                void))))

    ;; A call until a deadline: `otherwise` is called when that has passed, `down` with the
    ;; destination and the reason when it has died, `abandon` with the tag when the call is
    ;; given up without an answer.
    (define (%call destination message deadline otherwise down abandon)
      (let ((tag (call-start destination)))
        (call-send tag destination (list (%self) tag message))
        (let loop ()
          (let ((answer (%mailbox-next)))
            (cond ((%no-message? answer)
                   (if (call-await tag deadline abandon)
                       (loop)
                       (begin
                         (call-end tag)
                         (abandon tag)
                         (otherwise))))
                  ((reply? answer tag)
                   (call-end tag)
                   (cadr answer))
                  ((down? answer tag)
                   (call-end tag)
                   (down (caddr answer) (cadddr answer)))
                  (else (loop)))))))

    (define (call-start destination)
      (if (%pid? destination)
          (%call-start destination)
          (begin
            (check-service '!? destination)
            (%call-start-service (service-node destination)
                                 (service-name destination)))))

    (define (call-send tag destination message)
      (with-exception-handler
       (lambda (object)
         (call-end tag)
         (raise object))
       (lambda () (! destination message))))

    ;; As `await`, during a call.
    (define (call-await tag deadline abandon)
      (let ((signal (%mailbox-signal)))
        (if signal
            (begin
              (call-end tag)
              (abandon tag)
              (raise-signal signal))
            (%mailbox-wait deadline))))

    ;; Ends a call and removes every answer to it. Nothing comes between the last look at
    ;; the mailbox and the end: there is no safepoint between the two.
    (define (call-end tag)
      (%mailbox-seek tag)
      (let loop ()
        (let ((message (%mailbox-next)))
          (cond ((%no-message? message) (%call-end tag))
                ((or (reply? message tag) (down? message tag))
                 (%mailbox-take!)
                 (call-end tag))
                (else (loop))))))

    ;; `(tag reply)`
    (define (reply? message tag)
      (and (pair? message)
           (eq? (car message) tag)
           (pair? (cdr message))
           (null? (cddr message))))

    ;; `(DOWN tag pid reason)`
    (define (down? message tag)
      (and (pair? message)
           (eq? (car message) 'DOWN)
           (pair? (cdr message))
           (eq? (cadr message) tag)))

    ;; -- starting processes --

    ;; (spawn thunk [name: n] [links: pids]): a new process; its pid. The exception that
    ;; ends it goes to `pids` too. Raises for what is no procedure or cannot be copied.
    (define spawn
      (case-lambda
        ((thunk) (%spawn thunk #f 0 '()))
        ((thunk . options) (apply spawn-with thunk options))))

    (define (spawn-with thunk #!rest options #!key name (links '()))
      (%check-keys options '(name: links:))
      (%spawn (linking-to links thunk) name 0 '()))

    ;; (spawn-link thunk [name: n]): a new process linked with this one, both ways.
    (define spawn-link
      (case-lambda
        ((thunk) (%spawn thunk #f 1 '()))
        ((thunk . options) (apply spawn-link-with thunk options))))

    (define (spawn-link-with thunk #!rest options #!key name)
      (%check-keys options '(name:))
      (%spawn thunk name 1 '()))

    ;; (spawn-linked-to pid thunk [name: n]): a new process whose exceptions go to `pid`.
    (define (spawn-linked-to pid thunk #!rest options #!key name)
      (%check-keys options '(name:))
      (%spawn (linking-to (list pid) thunk) name 0 '()))

    ;; What a new process does to begin with, so that no exception of it is missed.
    (define (linking-to pids thunk)
      (%check-procedure 'spawn 1 thunk)
      (for-each (lambda (pid) (check-pid 'spawn pid)) pids)
      (if (null? pids)
          thunk
          (lambda ()
            (for-each outbound-link pids)
            (thunk))))

    (define (check-pid who x)
      (if (not (%pid? x))
          (%signal-wrong-type who 1 "a process" x)))

    ;; -- ending processes --

    ;; Ends this process quietly, after the `after` thunks around.
    (define (halt!)
      (%unwind)
      (%end-process 'halt 'normal))

    ;; Ends this process with the reason `normal`, after the `after` thunks around.
    (define (shutdown!)
      (%unwind)
      (%end-process 'shutdown 'normal))

    ;; Ends another process with the reason `terminated`, without its `after` thunks.
    (define (terminate! pid)
      (%terminate pid))

    ;; (wait-for pid [timeout [default]]): waits until it has ended; the reason. Without
    ;; default, raises `timeout`.
    (define wait-for
      (case-lambda
        ((pid) (wait-within pid #f raise-timeout))
        ((pid timeout) (wait-within pid (deadline timeout) raise-timeout))
        ((pid timeout default)
         (wait-within pid (deadline timeout) (lambda () default)))))

    (define (wait-within pid deadline otherwise)
      (check-pid 'wait-for pid)
      (let ((tag (%call-start pid)))
        (let loop ()
          (let ((message (%mailbox-next)))
            (cond ((%no-message? message)
                   (if (call-await tag deadline void)
                       (loop)
                       (begin
                         (call-end tag)
                         (otherwise))))
                  ((down? message tag)
                   (call-end tag)
                   (cadddr message))
                  (else (loop)))))))

    ;; -- links --

    ;; The exception that ends `pid` is raised here from now on.
    (define (inbound-link pid) (%link pid (%self)))

    ;; The exception that ends this process is raised in `pid` from now on.
    (define (outbound-link pid) (%link (%self) pid))

    ;; Links both ways.
    (define (full-link pid)
      (inbound-link pid)
      (outbound-link pid))

    ;; Removes the links with `pid`, both ways.
    (define (unlink pid) (%unlink (%self) pid))))
