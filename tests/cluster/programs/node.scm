;;; What each node of a simulated cluster runs: services, and workers that use those of
;;; others in all the ways there are. What matters is logged, for the checker.
;;;
;;; `seed`, `gen` (which start of its place this is), `places` (how many there are) and
;;; `listens` are set from outside. The number of the place makes the code of each differ,
;;; and the library that it imports, @LIBRARY@.

(import (termite primitives) @LIBRARY@)

(define me @ME@)

;; -- logging --

;; The logger's mailbox is emptied from outside.
(define (start-logger)
  (%publish 'log
            (spawn (lambda ()
                     (let loop ()
                       (if (%no-message? (%mailbox-next))
                           (%mailbox-wait #f))
                       (loop))))))

(define (log . facts)
  (%send (%resolve 'log) facts))

(define (describe object)
  (cond ((termite-exception? object)
         (list 'exception (termite-exception-reason object)
               (describe (termite-exception-object object))))
        ((condition? object) (condition-report-string object))
        (else object)))

;; Whether a procedure for other nodes says that it could not reach one.
(define (no-answer? object)
  (and (condition? object)
       (let ((text (condition-report-string object)))
         (or (string-prefix? "remote-spawn: " text)
             (string-prefix? "on: " text)))))

;; Runs a procedure; what it raises is logged as `kind`.
(define (guarded kind name thunk)
  (with-exception-catcher
   (lambda (object) (log kind name (describe object)))
   thunk))

;; -- chance --

(define random-state seed)

(define (fresh-seed)
  (set! random-state (modulo (+ (* random-state 69069) 12345) 2147483648))
  random-state)

;; (rnd n): from 0 to below n.
(define (make-rnd)
  (let ((state (fresh-seed)))
    (lambda (n)
      (set! state (modulo (+ (* state 1103515245) 12345) 2147483648))
      (modulo (quotient state 65536) n))))

;; -- names and places --

(define serial 0)

(define (fresh-name kind)
  (set! serial (+ serial 1))
  (string-append "n" (number->string me) "." (number->string gen) "-" kind
                 (number->string serial)))

(define (place i)
  (%make-node (if (even? (fresh-seed)) "localhost" "127.0.0.1") (+ 3000 i)))

(define (other-place rnd)
  (place (modulo (+ me 1 (rnd (- places 1))) places)))

(define (any-place rnd)
  (if (= 0 (rnd 4))
      (%current-node)
      (other-place rnd)))

(define (sleep seconds)
  (recv (after seconds #t)))

;; Between 0 and so many seconds.
(define (nap rnd seconds)
  (sleep (/ (* seconds (rnd 1000)) 1000.0)))

;; -- calls --

;; (ok value), (timeout), (down reason)
(define (call-service where name message seconds)
  (let ((end (%deadline seconds))
        (tag (%call-start-service where name)))
    (%send-service where name (list (self) tag message))
    (let loop ()
      (let ((m (%mailbox-next)))
        (cond ((%no-message? m)
               (let ((signal (%mailbox-signal)))
                 (cond (signal
                        (%call-end tag)
                        (list 'signal signal))
                       ((%mailbox-wait end) (loop))
                       (else
                        (%call-end tag)
                        (list 'timeout)))))
              ((and (pair? m) (eq? (car m) tag))
               (%mailbox-take!)
               (%call-end tag)
               (list 'ok (cadr m)))
              ((and (pair? m) (eq? (car m) 'DOWN) (eq? (cadr m) tag))
               (%mailbox-take!)
               (%call-end tag)
               (list 'down (cadddr m)))
              (else (loop)))))))

;; The same of a process, with the language's own call.
(define (call-process pid message seconds)
  (with-exception-catcher
   (lambda (object)
     (if (termite-exception? object)
         (list 'down (termite-exception-reason object))
         (list 'error (describe object))))
   (lambda ()
     (let ((answer (!? pid message seconds 'no-answer)))
       (if (eq? answer 'no-answer)
           (list 'timeout)
           (list 'ok answer))))))

;; Asks until there is an answer, some times.
(define (ask where name message)
  (let loop ((n 3))
    (let ((answer (call-service where name message 8)))
      (cond ((eq? (car answer) 'ok) (cadr answer))
            ((= n 0) #f)
            (else
             (sleep 2)
             (loop (- n 1)))))))

;; -- services --

(define (publish name thunk)
  (%publish name (spawn thunk)))

;; Gets numbered messages. A procedure in one is called; it knows what it must return.
(define (sink)
  (do ((i 0 (+ i 1)))
      ((= i places))
    (if (not (= i me))
        (%monitor-node (place i))))
  (let loop ()
    (recv
     (('num text payload)
      (log 'got text)
      (if (procedure? payload)
          (guarded 'bad text
                   (lambda ()
                     (let ((result (payload)))
                       (if (not (equal? (car result) (cdr result)))
                           (log 'bad text result)))))))
     (('node-up where) #t)
     (('node-down where reason) (log 'node-down reason))
     ((from tag 'pid) (! from (list tag (self))))
     (x (log 'bad 'sink x)))
    (loop)))

;; Answers at once, later, or at once before it ends.
(define (echo)
  (let loop ()
    (recv
     ((from tag ('echo x delay dies))
      (cond ((eq? dies 'before) (raise 'echo-ends))
            ((= delay 0) (! from (list tag x)))
            (else
             (spawn (lambda ()
                      (sleep delay)
                      (! from (list tag x))))))
      (if (eq? dies 'after)
          (raise 'echo-ends)))
     ((from tag 'pid) (! from (list tag (self))))
     (x (log 'bad 'echo x)))
    (loop)))

(define (quiet thunk)
  (lambda ()
    (with-exception-catcher (lambda (object) (shutdown!)) thunk)))

;; Sees to it that there is an echo service.
(define (keeper)
  (let ((pid (spawn echo)))
    (%publish 'echo pid)
    (let ((ref (monitor pid)))
      (recv (('DOWN ,ref _ _) #t))
      (keeper))))

;; A process that ends by itself in the way `kind` says. It tells `to` something last, so
;; that the order of that and the news of its end can be seen.
(define (mortal kind delay name to)
  (log 'note 'alive name (self))
  (sleep delay)
  (! to (list 'last name (if (odd? me) (lambda () name) name)))
  (case kind
    ((immortal) (let loop () (? ) (loop)))
    ((raise) (raise 'mortal-ends))
    ((halt) (halt!))
    ((shutdown) (shutdown!))
    (else 'returned)))

(define (nursery)
  (let loop ()
    (recv
     ((from tag ('mortal kind delay name))
      (! from (list tag (spawn (lambda () (mortal kind delay name from))))))
     (x (log 'bad 'nursery x)))
    (loop)))

(define (runner)
  (let loop ()
    (recv
     (('run thunk) (spawn thunk))
     (x (log 'bad 'runner x)))
    (loop)))

;; Processes that this node has come to know of, wherever they are, alive or not.
(define known '())

(define (get-to-know pid)
  (set! known (cons pid (if (> (length known) 20) (list-head known 15) known))))

(define (some-known rnd)
  (if (null? known)
      #f
      (list-ref known (rnd (length known)))))

(define (gossip)
  (let ((rnd (make-rnd)))
    (let loop ()
      (recv
       ((from tag 'any) (! from (list tag (some-known rnd))))
       (x (log 'bad 'gossip x)))
      (loop))))

;; -- workers --

;; Runs a procedure of a name and a source of chance that must come to an end.
(define (worker kind body)
  (let ((name (fresh-name kind))
        (rnd (make-rnd)))
    (log 'started name)
    (spawn (lambda ()
             (nap rnd 2)
             (guarded 'error name (lambda () (body name rnd)))
             (log 'finished name)))))

(define flavour 'none)
(define table #f)
(define-record-type thing (make-thing a b) thing? (a thing-a) (b thing-b))

;; What a numbered message carries beside its number.
(define (payload rnd)
  (case (rnd 9)
    ((0) (make-vector (rnd 3000) 'filling))
    ((1) (lambda () (cons flavour (list 'flavour me))))
    ((2)
     (let ((k (rnd 100)))
       (lambda () (cons (fold + k '(1 2 3)) (+ 6 k)))))
    ((3)
     (let ((x (make-thing me gen)))
       (lambda () (cons (thing-a x) (if (thing? x) me 'not-a-thing)))))
    ((4) (lambda () (cons (hash-table-ref/default table 'me #f) me)))
    ((6) (let ((k (rnd 100))) (lambda () @USE@)))
    ((5) (lambda () (cons (string-pad-left (number->string me) 4) (string-append "   " (number->string me)))))
    (else #f)))

(define (pump-to destination! name count rnd)
  (do ((k 0 (+ k 1)))
      ((= k count))
    (destination! (list 'num
                        (string-append "<" name ":" (number->string k) ">")
                        (payload rnd)))
    (if (= 0 (rnd 3))
        (nap rnd (if (= 0 (rnd 6)) 6 0.02)))))

(define (pump name rnd)
  (do ((round (rnd 3) (- round 1)))
      ((< round 0))
    (let* ((where (other-place rnd))
           (count (+ 2 (rnd 20)))
           (name (fresh-name "s")))
      (if (= 0 (rnd 2))
          (pump-to (lambda (m) (%send-service where 'sink m)) name count rnd)
          (let ((pid (ask where 'sink 'pid)))
            (if pid
                (pump-to (lambda (m) (! pid m)) name count rnd)))))
    (nap rnd 10)))

(define (new-mortal rnd)
  (let ((kind (list-ref '(immortal raise raise halt shutdown return) (rnd 6)))
        (name (fresh-name "m"))
        (delay (/ (rnd 3000) 1000.0)))
    (let ((answer (call-service (any-place rnd) 'nursery
                                (list 'mortal kind delay name) 5)))
      (and (eq? (car answer) 'ok)
           (begin
             (get-to-know (cadr answer))
             (list (cadr answer) kind name))))))

(define (call-thunk x)
  (if (procedure? x) (x) x))

;; Whether what the mortal said last has come.
(define (last-came? name)
  (recv
   (('last ,name x) (equal? (call-thunk x) name))
   (after 0 #f)))

;; `check?`: whether to see that what it said last has come first.
(define (await-end ref name check? seconds)
  (recv
   (('DOWN ,ref pid reason)
    (log 'down ref reason)
    (if (and check?
             (not (last-came? name))
             (memq reason '(mortal-ends normal)))
        (log 'bad name 'its-end-came-before-its-last-message))
    #t)
   (after seconds #f)))

(define (watcher name rnd)
  (do ((round (rnd 5) (- round 1)))
      ((< round 0))
    (let ((m (new-mortal rnd)))
      (if m
          (let* ((pid (car m))
                 (first? #t)
                 (refs (list-tabulate (+ 1 (rnd 2)) (lambda (i) (monitor pid)))))
            (for-each (lambda (ref) (log 'monitor ref pid)) refs)
            (for-each
             (lambda (ref)
               (if (await-end ref (caddr m) first? (/ (rnd 8000) 1000.0))
                   (set! first? #f)
                   (begin
                     (demonitor ref)
                     (recv (('DOWN ,ref _ reason)
                            (set! first? #f)
                            (log 'down ref reason))
                           (after 0 (log 'demonitored ref))))))
             refs)
            (last-came? (caddr m))
            (if (= 0 (rnd 3)) (terminate! pid)))))
    (nap rnd 4))
  (leftovers name))

;; Watches something that may live for ever; ends when that does.
(define (patient rnd)
  (nap rnd 3)
  (let ((m (new-mortal rnd)))
    (if m
        (let ((ref (monitor (car m))))
          (recv (('DOWN ,ref pid reason) #t))
          (leftovers (caddr m))))))

;; Nothing may be left in the mailbox but what mortals said last.
(define (leftovers name)
  (sleep 4)
  (let loop ()
    (recv
     (('last _ _) (loop))
     (x
      (log 'bad name 'left-over x)
      (loop))
     (after 0 #t))))

;; Each link fires once, and not when it has been taken back.
(define (linker name rnd)
  (let loop ((round (rnd 5)) (open '()))
    (if (>= round 0)
        (let ((m (new-mortal rnd)))
          (if m
              (let ((pid (car m)))
                (case (rnd 3)
                  ((0) (full-link pid))
                  (else (inbound-link pid)))
                (let ((left (signals name (cons pid open) (/ (rnd 5000) 1000.0))))
                  (if (and (memq pid left) (= 0 (rnd 2)))
                      (begin
                        (unlink pid)
                        (let ((left (signals name left 0)))
                          (loop (- round 1) (delete pid left))))
                      (loop (- round 1) left))))
              (loop (- round 1) (signals name open 1))))
        (begin
          (signals name open 5)
          (if (= 0 (rnd 2))
              (begin
                (log 'finished name)
                (quietly-raise 'linker-ends)))))))

;; Takes signals for so many seconds; the links that have not fired.
(define (signals name open seconds)
  (let ((end (%deadline seconds)))
    (let loop ((open open))
      (let ((signal (%mailbox-signal)))
        (cond (signal
               (let ((pid (vector-ref signal 0)))
                 (if (not (memq pid open))
                     (log 'bad name 'fired-again pid (vector-ref signal 1)))
                 (loop (delete pid open))))
              ((not (%no-message? (%mailbox-receive))) (loop open))
              ((%mailbox-wait end) (loop open))
              (else open))))))

(define (quietly-raise object)
  (%end-process 'exception object))

;; Calls with short times, and sees that nothing comes when they are over.
(define (caller name rnd)
  (do ((round (rnd 12) (- round 1)))
      ((< round 0))
    (let* ((where (any-place rnd))
           (x (rnd 100000))
           (delay (if (= 0 (rnd 2)) 0 (/ (rnd 2000) 1000.0)))
           (dies (list-ref '(no no no no after before) (rnd 6)))
           (seconds (/ (+ 1 (rnd 2500)) 1000.0))
           (message (list 'echo x delay dies))
           (pid (and (= 0 (rnd 2))
                     (let ((a (call-service where 'echo 'pid 5)))
                       (and (eq? (car a) 'ok) (cadr a)))))
           (answer (if pid
                       (call-process pid message seconds)
                       (call-service where 'echo message seconds))))
      (log 'note name answer)
      (case (car answer)
        ((ok) (if (not (eqv? (cadr answer) x)) (log 'bad name answer x)))
        ((timeout down) #t)
        (else (log 'bad name answer))))
    (nap rnd 2))
  (leftovers name))

;; Sends procedures to be run elsewhere, some of which send others on.
(define (courier name rnd)
  (do ((round (rnd 8) (- round 1)))
      ((< round 0))
    (let ((id (fresh-name "c"))
          (make (lambda (id)
                  (let ((thunk (payload rnd)))
                    (lambda ()
                      (guarded 'error id
                               (lambda ()
                                 (if (procedure? thunk)
                                     (let ((result (thunk)))
                                       (log 'ran id (car result) (cdr result)))
                                     (log 'ran id 'no 'no)))))))))
      (let ((errand (make id)) (far (other-place rnd)))
        (%send-service (other-place rnd) 'runner
                       (list 'run
                             (if (= 0 (rnd 2))
                                 errand
                                 (lambda ()
                                   (%send-service far 'runner (list 'run errand))))))))
    (nap rnd 5)))

;; A computation that goes from place to place in the middle of a recursion.
(define (traveller name rnd)
  (let ((id (fresh-name "t")) (hop 0))
    (define (go!)
      (set! hop (+ hop 1))
      (let ((n hop) (where (place (rnd places))))
        (log 'note 'leave id n)
        (call/cc
         (lambda (k)
           (%send-service where 'runner (list 'run (lambda () (k #t))))
           (halt!)))
        (log 'arrive id n)))
    (define (walk n)
      (if (= n 0)
          0
          (begin
            (if (= 0 (rnd 2)) (go!))
            (if (= 0 (rnd 6)) (nap rnd 3))
            (+ n (walk (- n 1))))))
    (spawn (lambda ()
             (guarded 'error id
                      (lambda ()
                        (log 'home id (walk 20) 210)))))))

;; The same by the language's own procedure, which raises when it stays.
(define (migrant name rnd)
  (let ((id (fresh-name "t")) (hop 0))
    (define (go!)
      (set! hop (+ hop 1))
      (let ((n hop) (where (place (rnd places))))
        (log 'note 'leave id n)
        (with-exception-catcher
         (lambda (object)
           (log (if (no-answer? object) 'note 'error) 'stays id (describe object)))
         (lambda () (migrate-task where)))
        (log 'arrive id n)))
    (define (walk n)
      (if (= n 0)
          0
          (begin
            (if (= 0 (rnd 2)) (go!))
            (if (= 0 (rnd 6)) (nap rnd 3))
            (+ n (walk (- n 1))))))
    (spawn (lambda ()
             (guarded 'error id
                      (lambda ()
                        (log 'home id (walk 12) 78)
                        (leftovers id)))))))

;; Raises no exception that came along a link.
(define (disregarding-links name thunk)
  (with-exception-catcher
   (lambda (object)
     (log (if (or (termite-exception? object) (no-answer? object)) 'note 'error)
          name (describe object)))
   thunk))

;; Runs procedures elsewhere and waits for their values, some of them not long enough.
(define (delegate name rnd)
  (do ((round (rnd 8) (- round 1)))
      ((< round 0))
    (let* ((id (fresh-name "d"))
           (k (rnd 1000))
           (delay (if (= 0 (rnd 2)) 0 (/ (rnd 2000) 1000.0)))
           (raises? (= 0 (rnd 5)))
           (thunk (lambda ()
                    (log 'arrive id 1)
                    (if (> delay 0) (sleep delay))
                    (if raises? (raise (list 'raised k)))
                    (list flavour k)))
           (answer (with-exception-catcher
                    (lambda (object)
                      (cond ((equal? object (list 'raised k)) 'raised)
                            ((no-answer? object) 'failed)
                            ((termite-exception? object) 'lost)
                            (else (describe object))))
                    (lambda ()
                      (if (= 0 (rnd 2))
                          (on (any-place rnd) thunk (/ (rnd 3000) 1000.0) 'late)
                          (on (any-place rnd) thunk))))))
      (cond ((memq answer '(failed late lost)) #t)
            ((and (eq? answer 'raised) raises?) #t)
            ((and (not raises?) (equal? answer (list (list 'flavour me) k))) #t)
            (else (log 'bad name answer))))
    (nap rnd 3))
  (leftovers name))

;; Has to do with processes that may be long dead, or on nodes that it never talked to.
(define (historian name rnd)
  (do ((round (rnd 8) (- round 1)))
      ((< round 0))
    (let* ((answer (call-service (other-place rnd) 'gossip 'any 5))
           (heard (and (eq? (car answer) 'ok) (cadr answer)))
           (pid (or heard (some-known rnd))))
      (if heard (get-to-know heard))
      (if pid
          (case (rnd 6)
            ((0 1)
             (let ((ref (monitor pid)))
               (log 'monitor ref pid)
               (if (not (await-end ref name #f 40))
                   (begin
                     (demonitor ref)
                     (recv (('DOWN ,ref _ reason) (log 'down ref reason))
                           (after 0 (log 'demonitored ref)))))))
            ((2)
             (full-link pid)
             (signals name (list pid) 1)
             (unlink pid)
             (signals name (list pid) 0))
            ((3) (! pid (list 'hello)))
            ((4) (alive? pid))
            (else (call-process pid 'anything 2)))))
    (nap rnd 12))
  (leftovers name))

;; Starts processes elsewhere, linked with this one or not. One that was not told of may
;; have been started and linked all the same.
(define (starter name rnd)
  (do ((round (rnd 5) (- round 1)))
      ((< round 0))
    (disregarding-links
     name
     (lambda ()
       (let* ((id (fresh-name "p"))
              (where (any-place rnd))
              (this (self))
              (thunk (lambda ()
                       (log 'arrive id 1)
                       (get-to-know (self))
                       (! this (list 'last id flavour))
                       (sleep 5))))
         (get-to-know (if (= 0 (rnd 2))
                          (remote-spawn where thunk)
                          (remote-spawn-link where thunk))))
       (nap rnd 6))))
  (disregarding-links name (lambda () (leftovers name))))

(define (breaker name rnd)
  (nap rnd 20)
  (%disconnect (other-place rnd)))

;; -- the node --

;; Up to `n` of a kind.
(define (several n kind body rnd)
  (do ((i (rnd (+ n 1)) (- i 1)))
      ((= i 0))
    (worker kind body)))

(define (start)
  (if (= listens 1)
      (node-init (make-node "127.0.0.1" (+ 3000 me))))
  (set! flavour (list 'flavour me))
  (set! table (make-hash-table))
  (hash-table-set! table 'me me)
  (start-logger)
  (publish 'sink sink)
  (spawn keeper)
  (publish 'nursery nursery)
  (publish 'runner runner)
  (publish 'gossip gossip)
  (let ((rnd (make-rnd)))
    (several 3 "pump" pump rnd)
    (several 3 "watcher" watcher rnd)
    (several 2 "linker" linker rnd)
    (several 3 "caller" caller rnd)
    (several 2 "courier" courier rnd)
    (several 2 "traveller" traveller rnd)
    (several 2 "migrant" migrant rnd)
    (several 2 "delegate" delegate rnd)
    (several 2 "historian" historian rnd)
    (several 2 "starter" starter rnd)
    (spawn (lambda () (patient rnd)))
    (if (= 0 (rnd 3))
        (worker "breaker" breaker))))

(start)
