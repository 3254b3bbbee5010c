;;; (termite process). Each line of the output is an expression and its value.

(include "../../tests/support/show.inc")

(define me (self))

(define (send-all . messages)
  (for-each (lambda (message) (! me message)) messages))

(define (drain)
  (let ((message (? 0 'empty)))
    (if (eq? message 'empty) '() (cons message (drain)))))

;; -- in order, and by choice --

(show (begin (send-all 1 2 3) (list (?) (?? odd?) (?)))
      (begin (send-all 1 2 3 4) (list (?? even?) (?? (lambda (x) (> x 2))) (drain)))
      (? 0)
      (? 0 'default)
      (? 1/1000 'default)
      (? 0.001 'default)
      (? (timeout->time 0.001) 'default)
      (begin (send-all 1) (? 0 'default))
      (?? even? 0)
      (begin (send-all 1) (list (?? even? 0 'default) (drain)))
      (? 'soon)
      (?? 5))

;; -- recv --

(show (begin (send-all 'a '(1 2) 'b) (list (recv ((x y) (+ x y))) (drain)))
      (begin (send-all '(b 1) '(a 2)) (list (recv (('a x) x) (('b x) (- x))) (drain)))
      (begin (send-all 1 2) (list (recv (x (where (even? x)) x)) (drain)))
      (recv (x x) (after 0 'timeout))
      (recv (after 0.001 'paused))
      (begin (send-all 1) (list (recv ((x) x) (after 0 'none)) (drain)))
      (let ((tag (make-tag)))
        (send-all 'a 'b (list tag 2))
        (list (recv ('b 'taken)) (recv ((,tag x) x)) (recv ((,tag x) x) (after 0 'none)) (drain)))
      (let ((tag (make-tag)))
        (send-all (list (make-tag) 1) (list tag 2))
        (list (recv ((,tag x) x)) (length (drain))))
      (let loop ((n 0))
        (if (< n 3) (! me n))
        (recv
          (x (where (= x n)) (loop (+ n 1)))
          (after 0 n)))
      (catch (lambda (e) (list e (drain)))
        (send-all 'one 'two)
        (recv ('two (raise 'thrown))))
      (catch (lambda (e) (list e (drain)))
        (send-all 'one 'two)
        (recv (x (where (eq? x 'two) (raise 'guard)) x))))

;; Messages that do not match do not put off the end.
(let ((talker (spawn (lambda () (let loop () (! me 'noise) (recv (after 0.001 'ok)) (loop))))))
  (show (recv ('signal 'bad) (after 0.05 'ended))
        (?? (lambda (x) (eq? x 'signal)) 0.05 'ended))
  (terminate! talker)
  (wait-for talker)
  (drain))

;; -- calls --

(define (serve)
  (recv
    ((from tag ('add a b)) (! from (list tag (+ a b))) (serve))
    ((from tag 'twice) (! from (list tag 1)) (! from (list tag 2)) (serve))
    ((from tag 'late) (recv (after 0.02 'ok)) (! from (list tag 'late)) (serve))
    ((from tag 'die) (raise 'died))
    ((from tag 'end) 'done)))

(define server (spawn serve name: 'server))

(show (!? server '(add 21 21))
      (begin (send-all 'before) (list (!? server '(add 1 2)) (drain)))
      (list (!? server 'twice) (!? server '(add 1 1)) (length (drain)))
      (list (!? (spawn (lambda () (recv ((from tag x) (! from (list tag x)))))) 'once) (drain))
      (!? server 'late 0.001)
      (!? server 'late 0.001 'default)
      (begin (? 0.06 'pause) (drain))
      (!? server '(add 5 6) 10 'default)
      (!? 'nobody 1)
      (!? server (open-input-string ""))
      (! 'nobody 1)
      (! me (open-input-string ""))
      (!? server 'end)
      (!? server '(add 1 2))
      (!? (spawn-link serve) '(add 1 2))
      (drain))

;; -- ends --

(define (crash object)
  (lambda ()
    (recv
      ('go (raise object))
      ('end 'over)
      ('shutdown (shutdown!))
      ('halt (halt!)))))

(define (reason-of message)
  (let* ((process (spawn-linked-to me (crash 'boom)))
         (reference (monitor process)))
    (! process message)
    (catch (lambda (e) (list (describe e) (recv (('DOWN ,reference ,process reason) reason))))
      (recv (('DOWN ,reference ,process reason) reason)))))

(show (reason-of 'go)
      (reason-of 'end)
      (reason-of 'shutdown)
      (reason-of 'halt)
      (let* ((p (spawn-link (crash 'boom))) (reference (monitor p)))
        (terminate! p)
        (recv (('DOWN ,reference ,p reason) reason)))
      (let ((p (spawn (lambda () 1)))) (list (wait-for p) (wait-for p)))
      (let ((p (spawn (crash 'boom)))) (list (wait-for p 0 'waiting) (catch list (wait-for p 0.001))))
      (let* ((p (spawn (crash 'boom))) (reference (monitor p)))
        (demonitor reference)
        (! p 'end)
        (wait-for p)
        (drain))
      (wait-for 5))

;; `after` thunks run at `halt!` and `shutdown!`, not at `terminate!`.
(define (wound end)
  (spawn (lambda ()
           (dynamic-wind
            (lambda () (! me 'in))
            end
            (lambda () (! me 'out))))))

(show (begin (wait-for (wound halt!)) (drain))
      (begin (wait-for (wound shutdown!)) (drain))
      (let ((p (wound ?)))
        (let ((in (?)))
          (terminate! p)
          (wait-for p)
          (cons in (drain)))))

;; -- links --

(define (linked-crash link)
  (let ((p (spawn (lambda () (recv ('go (raise 'boom)))))))
    (link p)
    (! p 'go)
    (wait-for p)
    'nothing))

;; A process that takes one exception without a word.
(define (absorber)
  (spawn (lambda () (catch void (? 1 'none)))))

;; Starts a process that ends by an exception when told to, linked with this one.
(define (linked-end me)
  (! me (list 'linked (spawn-link (lambda () (recv ('go (raise 'boom))))))))

(show (linked-crash inbound-link)
      (linked-crash full-link)
      (length (drain))
      (begin (spawn-link (lambda () (raise 'error))) (? 1 'ok))
      (begin (spawn (lambda () (raise 'error)) links: (list me)) (? 1 'ok))
      (begin (spawn-linked-to me (lambda () (car '()))) (? 1 'ok))
      (let ((p (spawn (lambda () (recv ('go (raise 'boom)))) links: (list (absorber)))))
        (full-link p)
        (unlink p)
        (! p 'go)
        (recv (after 0.01 'unlinked)))
      (begin (spawn-link (lambda () 'fine)) (? 0.01 'ok))
      (let* ((p (spawn (lambda () (linked-end me) (? 1 'alive)) links: (list (absorber))))
             (reference (monitor p)))
        (recv (('linked q) (! q 'go)))
        (recv (('DOWN ,reference _ reason) (termite-exception-object reason))))
      (spawn-linked-to 5 (lambda () 1))
      (spawn 5)
      (spawn (lambda () 1) nome: 5))

;; A signal comes ahead of the messages that were there before it.
(show (begin
        (send-all 'first)
        (spawn-link (lambda () (raise 'boom)))
        (recv ('none 1) (after 0.01 'timeout)))
      (begin
        (spawn-link (lambda () (raise 'boom)))
        (recv ('none 1) (after 0.01 'timeout)))
      (drain))

;; -- isolation --

(show (let ((p (spawn (lambda () (recv ((from x) (set-car! x 'changed) (! from x)))))) (x (list 1 2)))
        (! p (list me x))
        (list x (?)))
      (let ((x (list 1 2)))
        (wait-for (spawn (lambda () (set-car! x 'changed))))
        x)
      (let ((p (make-parameter 1)))
        (parameterize ((p 2)) (spawn (lambda () (! me (p)))))
        (?))
      (list (pid? me) (pid? 5) (eq? me (self)) (tag? (make-tag)) (tag? me))
      (eq? (make-tag) (make-tag)))
