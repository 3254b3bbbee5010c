;; What has no meaning elsewhere is refused in the sending call, with the path to it, and
;; nothing of the message arrives.

(define-record-type holder (make-holder label content) holder? (label holder-label) (content holder-content))
(define port (open-input-string "text"))

(define (keep x) (lambda () x))
(define (assigned x) (let ((y #f)) (set! y x) (lambda () (set! y y) y)))

(define me (self))
(define echo (remote-spawn there (lambda () (let loop () (recv ((from tag x) (! from (list tag 'arrived))) (x (! me (list 'got x)))) (loop)))))

(define (send x) (! echo x) 'sent)

(show (send port)
      (send (list 1 port))
      (send (cons* 1 2 port))
      (send (vector 1 2 port))
      (send (list 1 (vector 2 (list 3 port))))
      (send (make-holder "x" port))
      (send (box port))
      (send (keep port))
      (send (assigned port))
      (send (list (keep (keep port))))
      (send (let ((t (make-hash-table))) (hash-table-set! t 'key port) t))
      (send (let ((t (make-hash-table))) (hash-table-set! t port 1) t))
      (send (make-promise port))
      (let ((p (open-input-string "local"))) (send (delay (read p))))
      (call-with-output-string (lambda (out) (let ((x (send (call/cc (lambda (k) k))))) (write x out))))
      (send (open-output-string))
      (send (open-output-bytevector))
      (send (open-input-bytevector (bytevector 1)))
      (send (list 'env (environment '(scheme base))))
      (send (interaction-environment))
      (send (make-parameter port))
      (!? echo port 1)
      (let ((p (open-input-string "x"))) (on there (lambda () (read-char p))))
      (remote-spawn there (let ((p (open-input-string "x"))) (lambda () (read-char p))))
      (! (remote-service 'nobody there) port)
      (on there (lambda () (open-input-string "result")))
      (on there (lambda () (list 1 (open-input-string "result"))))
      (on there (lambda () (raise (list 'object (open-input-string "result"))))))

;; A process that cannot move stays and can go on.
(define (stay-or-go procedure)
  (let ((me (self)))
    (spawn (lambda () (! me (list 'end (procedure (lambda () (catch describe (migrate-task there))))))))
    (recv (('end x) x) (after 5 'lost))))

(show (stay-or-go (lambda (go) (call-with-output-string (lambda (out) (write (go) out) (write (eq? (current-node) there) out)))))
      (stay-or-go (lambda (go) (with-output-to-string (lambda () (write (go))))))
      (stay-or-go (lambda (go) (let* ((p (open-input-string "abc")) (moved (go))) (list moved (read-char p))))))

;; The node is as before, and nothing has arrived.
(show (!? echo 'x 5)
      (recv (('got x) x) (after 0.05 'nothing))
      (ping there))
