;;; (termite node), on two nodes. Each line of the output is an expression and its value.

(define-syntax show
  (syntax-rules ()
    ((_ expression ...)
     (begin
       (begin
         (write 'expression)
         (display " => ")
         (write (catch describe expression))
         (newline))
       ...))))

;; What was raised, without pids.
(define (describe e)
  (cond ((termite-exception? e)
         (list 'exception
               (termite-exception-reason e)
               (describe (termite-exception-object e))))
        ((condition? e) (condition-report-string e))
        (else (list 'raised e))))

(define me (self))

(define (drain)
  (let ((message (? 0 'empty)))
    (if (eq? message 'empty) '() (cons message (drain)))))

(define (quietly . ignored) 'quiet)

;; A process that takes one exception without a word.
(define (absorber)
  (spawn (lambda () (catch quietly (? 5 'none)))))

(define home (current-node))
(define other node2)

(define incarnation (on other current-node))

;; -- on --

(show (on other (lambda () 1))
      (call-with-values (lambda () (on other (lambda () (values 1 2)))) list)
      (call-with-values (lambda () (on other (lambda () (values)))) list)
      (on other (lambda () (raise 'boom)))
      (on other (lambda () (car 5)))
      (on other (lambda () (raise-continuable 'boom)))
      (on other (lambda () (open-input-string "")))
      (on other (lambda () (error "irritant:" (open-input-string ""))))
      (on other (lambda () (raise (open-input-string ""))))
      (on other (lambda () (halt!)))
      (on other (lambda () (terminate! (self))))
      (on other ?  0.01)
      (on other ? 0.01 'default)
      (on other (lambda () (?)) 0 'default)
      (let ((port (open-input-string ""))) (catch condition? (on other (lambda () (read port)))))
      (on 5 (lambda () 1))
      (on other 5)
      (on other (lambda () (on (current-node) (lambda () 'nested))))
      (let ((n 0)) (on other (lambda () (set! n 1))) n)
      (let ((p (make-parameter 1))) (parameterize ((p 2)) (on other (lambda () (p)))))
      (drain))

;; The process that runs it ends with its caller, and when the caller has given up.
(define (run-for-ever node)
  (on node (lambda () (! me (self)) (?))))

(show (let* ((caller (spawn (lambda () (run-for-ever other)))) (worker (?)))
        (list (alive? worker)
              (begin (terminate! caller) (wait-for worker 5 'alive) (alive? worker))))
      (begin
        (on other (lambda () (! me (self)) (?)) 0.05 'default)
        (let ((worker (?))) (wait-for worker 5 'alive) (alive? worker)))
      (let ((caller (spawn (lambda () (run-for-ever other)) links: (list (absorber)))) (worker #f))
        (set! worker (?))
        (spawn-linked-to caller (lambda () (raise 'interrupted)))
        (wait-for worker 5 'alive)
        (alive? worker)))

;; -- remote-spawn --

(show (pid? (remote-spawn other (lambda () (! me 'boo))))
      (? 1)
      (begin (remote-spawn other (lambda () (! me (self))) name: 'named timeout: 5) (pid? (? 1)))
      (begin
        (remote-spawn other (lambda () (raise 'error)) links: (list me))
        (? 2 'ok))
      (begin
        (remote-spawn-link other (lambda () (? 0.01 'slow) (raise 'error)))
        (? 2 'ok))
      (remote-spawn other (lambda () 1) nome: 5)
      (remote-spawn other 5)
      (remote-spawn 5 (lambda () 1))
      (let ((p (remote-spawn other (lambda () (? 0.05 'end)))))
        (list (alive? p) (wait-for p) (alive? p) (wait-for p)))
      (let ((p (remote-spawn other ?)))
        (terminate! p)
        (memq (wait-for p 5 'alive) '(terminated noprocess))
        (alive? p))
      (alive? me)
      (alive? 5)
      (drain))

;; -- services --

(define (serve-names)
  (recv
    ((from tag x) (! from (list tag (list 'first x))))
    (x (! me (list 'got x))))
  (serve-names))

(define published
  (on other
      (lambda ()
        (let ((pid (spawn serve-names)))
          (publish-service 'names pid)
          pid))))

(define names (remote-service 'names other))

(show (eq? (resolve-service 'names other) published)
      (!? names 1)
      (begin (! names 2) (? 1 'lost))
      (on other (lambda () (unpublish-service 'names (self)) (pid? (resolve-service 'names))))
      (on other (lambda () (unpublish-service 'names published) (resolve-service 'names)))
      (resolve-service 'names other)
      (!? names 1)
      (!? names 1 5 'default)
      (! names 2)
      (begin
        (on other (lambda () (publish-service 'names (spawn serve-names))))
        (!? names 'again))
      (remote-service "names" other)
      (remote-service 'names 5)
      (resolve-service 5 other)
      (publish-service 5 me)
      (ping other)
      (ping 5)
      (begin (on other (lambda () (unpublish-service 'names))) (drain)))

;; Services drop what they do not understand.
(for-each
 (lambda (name)
   (let ((service (remote-service name other)))
     (! service 'nonsense)
     (! service '(nobody tag ping))
     (! service '(1 2 (spawn 3 4 5 6)))
     (! service '(1 2 (on 3)))
     (! service '(DOWN 1 2 3))
     (! service '(cancel 4))))
 '(spawner linker publisher ping-server))

(show (ping other)
      (on other (lambda () 'works))
      (resolve-service 'names other)
      (alive? published))

;; -- moving --

(show (let ((p (spawn
                (lambda ()
                  (let ((first (?)))
                    (migrate-task other)
                    (! me (list first (eq? (current-node) home) (? 0.01 'nothing))))))))
        (! p 1)
        (! p 2)
        (list (wait-for p) (? 1)))
      (let ((p (spawn
                (lambda ()
                  (let ((first (?)))
                    (migrate/proxy other)
                    (let* ((second (?)) (third (?)))
                      (! me (list first second third))))))))
        (for-each (lambda (n) (! p n)) '(1 2 3))
        (list (? 1) (begin (wait-for p 5 'alive) (alive? p))))
      (let ((p (spawn
                (lambda ()
                  (catch (lambda (e) (! me 'caught-at-home))
                    (?)
                    (migrate/proxy other)
                    (recv (after 0.01 'ok))
                    (raise 'caught-there)))
                links: (list me))))
        (! p 1)
        (wait-for p 1 'alive)
        (drain))
      (let ((p (spawn
                (lambda ()
                  (?)
                  (migrate/proxy other)
                  (recv (after 0.01 'ok))
                  (raise 'boom))
                links: (list (absorber)))))
        (! p 1)
        (describe (wait-for p 1 'alive)))
      (let ((p (spawn
                (lambda ()
                  (dynamic-wind
                   (lambda () (! me 'in))
                   (lambda () (migrate-task other) (! me 'there))
                   (lambda () (! me 'out)))))))
        (let* ((a (? 1)) (b (? 1)) (c (? 1)) (d (? 1)) (e (? 1)))
          (list a (length (filter (lambda (x) (eq? x 'in)) (list a b c d e)))
                (length (filter (lambda (x) (eq? x 'out)) (list a b c d e)))))))

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
