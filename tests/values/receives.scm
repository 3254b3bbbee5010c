;; Processes that move while they wait for, match and forward messages.

(define (feed pid . messages) (for-each (lambda (m) (! pid m)) messages))

;; The new process of a traveller, which says where it is by sending itself.
(define (traveller node procedure)
  (let ((me (self)))
    (remote-spawn node (lambda () (! me (list 'end (catch describe (procedure))))))))

(define (end) (recv (('end x) x) (after 8 'no-end)))

(define (nested)
  (recv
    (('outer n)
     (let ((inner (recv
                    (('inner m)
                     (list m (recv (('innermost k) k))))
                    (after 5 'no-inner))))
       (list n inner (recv (x x)))))))

(define (run here there third)
  (show
   (let ((p (traveller there nested))) (feed p '(inner 2) '(noise) '(innermost 3) '(outer 1)) (end))
   (let ((p (spawn (let ((me (self))) (lambda () (let ((r (nested))) (! me (list 'end r))))))))
     (feed p '(outer a) '(inner b) '(innermost c) 'd)
     (end))
   ;; A continuation out of the middle of nested recvs; its mailbox stays.
   (let* ((me (self))
          (p (spawn (lambda ()
                      (recv
                        (('first a)
                         (recv
                           (('second b)
                            (let ((here-now (call/cc (lambda (k) (! me (list 'held k)) 'stayed))))
                              (let ((third-one (recv (('third c) c) (after 2 'timed-out))))
                                (! me (list 'end a b here-now third-one))))))))))))
     (feed p '(second 2) '(first 1))
     (let ((k (recv (('held k) k) (after 5 #f))))
       (let* ((q (remote-spawn there (lambda () (k 'resumed)))))
         (feed p '(third 3))
         (feed q '(third 33))
         (let ((one (recv (('end . x) x) (after 5 'none))) (two (recv (('end . x) x) (after 5 'none))))
           (sort (list one two) (lambda (a b) (string<? (symbol->string (caddr a)) (symbol->string (caddr b)))))))))
   ;; The body of a clause moves; after it, messages are taken from the new mailbox.
   (journey (lambda (go)
              (! (self) 'old)
              (recv ('old (go there) (! (self) 'new) (recv (x x) (after 1 'nothing))))))
   (journey (lambda (go) (! (self) 'lost) (go there) (? 0.01 'mailbox-stays-behind)))
   (journey (lambda (go) (recv (after 0.01 (go there) (recv (after 0.01 'twice))))))
   (journey (lambda (go) (?? (lambda (m) (go there) (eq? m 'x)) 0.05 'none)))
   (journey (lambda (go) (go there) (let ((p (spawn (lambda () (recv ((from tag x) (! from (list tag (* x x)))))))))
                                      (go third)
                                      (!? p 7 5))))
   (journey (lambda (go) (go there) (!? (spawn (lambda () (?) (?))) 'x 0.05 'no-answer)))
   (journey (lambda (go) (go there) (let ((me (self))) (spawn (lambda () (! me 'local))) (list (? 5 'none) (eq? me (self))))))
   ;; Patterns with values from where they were.
   (let* ((tag (make-tag)) (p (traveller there (lambda () (recv ((,tag x) x) (after 5 'none))))))
     (feed p (list (make-tag) 'wrong) (list tag 'right))
     (end))
   (let* ((me (self)) (p (traveller there (lambda () (recv ((,me "text" #(a b) x x) x) (after 5 'none))))))
     (feed p (list me "text" #(a b) 1 2) (list me "text" #(a b) "same" "same"))
     (end))
   (let ((p (traveller there (lambda () (recv ((? string? s) (where (> (string-length s) 2)) s) (after 5 'none))))))
     (feed p 'x "ab" "abc")
     (end))
   ;; Order in a pair, over moves of the other's code.
   (let ((p (traveller there (lambda () (let loop ((n 100) (l '())) (if (= n 0) (reverse l) (loop (- n 1) (cons (?) l))))))))
     (for-each (lambda (i) (! p i)) (iota 100))
     (equal? (end) (iota 100)))
   ;; Procedures as messages, called where they arrive.
   (let ((p (traveller there (lambda () (let loop ((x 1)) (recv ('stop x) (f (loop (f x)))))))))
     (feed p (lambda (x) (+ x 1)) (lambda (x) (* x 10)) sqrt 'stop)
     (end))
   (let ((p (traveller there (lambda () (let loop ((x 1)) (recv ('stop x) ((f . args) (loop (apply f x args)))))))))
     (feed p (list + 1 2) (list list 'a 'b) 'stop)
     (end))
   ;; The hot update of a loop, by a continuation.
   (let* ((old (remote-spawn there (lambda () (let loop () (recv ((from tag 'ask) (! from (list tag 'old))) (('update k) (k #t))) (loop)))))
          (new (spawn (lambda () (let loop () (recv ((from tag 'clone) (call/cc (lambda (k) (! from (list tag k))))) ((from tag 'ask) (! from (list tag 'new))) (('update k) (k #t))) (loop)))))
          (before (!? old 'ask 5)))
     (! old (list 'update (!? new 'clone 5)))
     (list before (!? old 'ask 5) (!? new 'ask 5)))
   ;; Proxies keep the order.
   (let* ((me (self))
          (p (spawn (lambda () (let ((a (?))) (migrate/proxy there) (let* ((b (?)) (c (?))) (migrate/proxy third) (let* ((d (?)) (e (?))) (! me (list 'end (list a b c d e))))))))))
     (feed p 1 2 3 4 5)
     (list (end) (eq? (wait-for p 5 'alive) 'alive)))
   ;; What names a process does not go along.
   (journey (lambda (go) (publish-service 'roamer (self)) (go there) (list (eq? (resolve-service 'roamer) (self)) (begin (unpublish-service 'roamer) 'taken-back))))))
