;;; Child processes and TCP connections as ports, by Gambit's names. This owns how they are
;;; described; starting, connecting and waiting are primitives.
;;;
;;; Whatever has to wait parks the process that asked, and no other. Ports of connections and
;;; children are for text and for bytes, in both directions; they belong to their node and
;;; cannot be sent. One that is dropped without being closed stays open until the node ends.

(define-library (termite io)
  (export open-process open-input-process open-output-process
          call-with-input-process call-with-output-process
          with-input-from-process with-output-to-process
          process-pid process-status shell-command
          open-tcp-client open-tcp-server tcp-server-accept tcp-server-port-number
          call-with-tcp-client)
  (import (termite core) (termite primitives) (termite runtime) (termite list)
          (termite port))
  (begin

    ;; -- settings: `(key: value key: value ...)` --

    (define (settings? x)
      (and (pair? x) (memq (car x) all-keys) #t))

    (define process-keys
      '(path: arguments: environment: directory:
        stdin-redirection: stdout-redirection: stderr-redirection:))
    (define client-keys '(server-address: port-number:))
    (define server-keys '(server-address: port-number: backlog:))
    (define all-keys (append process-keys server-keys))

    (define (check-settings who known settings)
      (cond ((null? settings) #t)
            ((not (memq (car settings) known))
             (error (string-append (symbol->string who) ": unknown setting:") (car settings)))
            ((not (pair? (cdr settings)))
             (error (string-append (symbol->string who) ": setting without a value:")
                    (car settings)))
            (else (check-settings who known (cddr settings)))))

    (define (setting settings key default)
      (let ((found (memq key settings)))
        (if found (cadr found) default)))

    ;; -- child processes --

    ;; A process is described by its path, by a list of its path and arguments, or by
    ;; settings. Those of its streams that are not redirected are the node's own.

    (define (start who description stdin? stdout?)
      (let ((settings (process-settings who description)))
        (check-settings who process-keys settings)
        (%open-process (setting settings 'path: #f)
                       (setting settings 'arguments: '())
                       (setting settings 'environment: #f)
                       (setting settings 'directory: #f)
                       (setting settings 'stdin-redirection: stdin?)
                       (setting settings 'stdout-redirection: stdout?)
                       (setting settings 'stderr-redirection: #f))))

    (define (process-settings who description)
      (cond ((string? description) (list 'path: description))
            ((settings? description) description)
            ((and (list? description) (pair? description))
             (list 'path: (car description) 'arguments: (cdr description)))
            (else
             (%signal-wrong-type
              who 1 "a path, a list of a path and arguments, or settings" description))))

    ;; Starts a child process: a port to its input and output. Raises a file error when
    ;; it cannot be started.
    (define (open-process description)
      (start 'open-process description #t #t))

    ;; For what the process writes.
    (define (open-input-process description)
      (start 'open-input-process description #f #t))

    ;; For what the process reads.
    (define (open-output-process description)
      (start 'open-output-process description #t #f))

    ;; Calls the procedure with a port to the output of a child process, which is waited
    ;; for; the procedure's value. Raises a file error when it cannot be started.
    (define (call-with-input-process description procedure)
      (call-with-port (open-input-process description) procedure))

    ;; Returns when the process has ended, as what it does is wanted.
    (define (call-with-output-process description procedure)
      (let ((port (open-output-process description)))
        (receive results (call-with-port port procedure)
          (process-status port)
          (%values-list results))))

    ;; Calls the thunk with the output of a child process as the current input.
    (define (with-input-from-process description thunk)
      (call-with-input-process
       description
       (lambda (port) (parameterize ((current-input-port port)) (thunk)))))

    ;; Calls the thunk with the input of a child process as the current output.
    (define (with-output-to-process description thunk)
      (call-with-output-process
       description
       (lambda (port) (parameterize ((current-output-port port)) (thunk)))))

    ;; The exit code of what the shell does; with `capture?`, a pair of it and what was
    ;; written.
    (define (shell-command command #!optional (capture? #f))
      (let* ((port (start 'shell-command (list "/bin/sh" "-c" command) #f capture?))
             (output (and capture? (read-rest port))))
        (close-port port)
        (if capture?
            (cons (process-status port) output)
            (process-status port))))

    (define (read-rest port)
      (let loop ((parts '()))
        (let ((part (read-string 65536 port)))
          (if (eof-object? part)
              (string-concatenate (reverse parts))
              (loop (cons part parts))))))

    ;; -- TCP --

    ;; An address is "host:port", "[host]:port", ":port" or "host"; what it leaves out is
    ;; what is given otherwise.
    (define (split-address who address host port)
      (let* ((colon (last-colon address))
             (number (and colon
                          (string->number
                           (substring address (+ colon 1) (string-length address)))))
             (name (if number (substring address 0 colon) address)))
        (values (if (string=? name "") host (without-brackets name))
                (or number port
                    (%signal-wrong-type who 1 "an address with a port number" address)))))

    ;; The index of the last colon that is not inside of brackets.
    (define (last-colon address)
      (let loop ((i (- (string-length address) 1)))
        (cond ((< i 0) #f)
              ((char=? (string-ref address i) #\:) i)
              ((char=? (string-ref address i) #\]) #f)
              (else (loop (- i 1))))))

    (define (without-brackets name)
      (let ((end (- (string-length name) 1)))
        (if (and (> end 0)
                 (char=? (string-ref name 0) #\[)
                 (char=? (string-ref name end) #\]))
            (substring name 1 end)
            name)))

    ;; (open-tcp-client "host:port"), (open-tcp-client host port) or
    ;; (open-tcp-client settings): a port onto a connection to there.
    (define (open-tcp-client address #!optional (port #f))
      (let* ((settings? (settings? address))
             (settings (if settings? address '()))
             (address (if settings? (setting address 'server-address: "localhost") address))
             (port (setting settings 'port-number: port)))
        (check-settings 'open-tcp-client client-keys settings)
        (if (not (string? address))
            (%signal-wrong-type 'open-tcp-client 1 "an address or settings" address))
        (receive (host port) (split-address 'open-tcp-client address "localhost" port)
          (%open-tcp-client host port))))

    ;; (open-tcp-server port-number [backlog]), (open-tcp-server "host:port" [backlog]) or
    ;; (open-tcp-server settings): a port from which `read` and `tcp-server-accept` take
    ;; connections. It listens on loopback unless the address says otherwise, as "*:port"
    ;; does for all; port number 0 takes a free one.
    (define (open-tcp-server address #!optional (backlog #f))
      (let ((settings (server-settings address backlog)))
        (check-settings 'open-tcp-server server-keys settings)
        (let ((address (setting settings 'server-address: ""))
              (port (setting settings 'port-number: #f))
              (backlog (setting settings 'backlog: #f)))
          (receive (host port) (split-address 'open-tcp-server address "127.0.0.1" port)
            (%open-tcp-server (cond ((string=? host "*") "0.0.0.0")
                                    ((string=? host "localhost") "127.0.0.1")
                                    (else host))
                              port
                              backlog)))))

    (define (server-settings address backlog)
      (cond ((integer? address) (list 'port-number: address 'backlog: backlog))
            ((string? address) (list 'server-address: address 'backlog: backlog))
            ((settings? address) address)
            (else (%signal-wrong-type
                   'open-tcp-server 1 "a port number, an address or settings" address))))

    ;; The procedure gets a port onto a connection, which is closed when it returns.
    (define (call-with-tcp-client address procedure)
      (call-with-port (open-tcp-client address) procedure))))
