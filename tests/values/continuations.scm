;; Continuations as values: sent, kept, entered any number of times, on any node.

;; A continuation in the middle of a procedure called with `hold`, which gives it away; what
;; the procedure returns is sent to this process by whoever goes on.
(define (suspended procedure)
  (let ((me (self)))
    (spawn
     (lambda ()
       (! me (list 'end
                   (procedure
                    (lambda (x)
                      (call/cc
                       (lambda (k)
                         (! me (list 'held k))
                         (halt!)))))))))
    (recv (('held k) k) (('end x) x) (after 8 'nothing-held))))

;; Goes on with values on a node, in a process of its own; what comes of it.
(define (resume-on node k . values)
  (remote-spawn node (lambda () (apply k values)))
  (recv (('end x) x) (('held k) k) (after 8 'no-end)))

(define (tree-walk tree visit)
  (cond ((pair? tree) (tree-walk (car tree) visit) (tree-walk (cdr tree) visit))
        ((null? tree) 'end)
        (else (visit tree))))

;; A generator whose place in the tree is a continuation; it goes to a node for each leaf.
(define (leaves tree nodes)
  (let loop ((k (suspended (lambda (hold) (tree-walk tree hold) 'no-more))) (nodes nodes) (seen '()))
    (if (procedure? k)
        (loop (resume-on (car nodes) k 'next) (append (cdr nodes) (list (car nodes))) (cons 'leaf seen))
        (list k (length seen)))))

(define (run here there third)
  (show
   ;; Multi-shot, in the middle of map: earlier results are not disturbed (R7RS 6.10).
   (let ((k (suspended (lambda (hold) (map (lambda (x) (if (= x 2) (hold x) (* 10 x))) '(1 2 3))))))
     (list (resume-on there k 'a) (resume-on third k 'b) (resume-on here k 'c) (resume-on there k 'd)))
   (let* ((k1 (suspended (lambda (hold) (map hold '(1 2)))))
          (k2 (resume-on there k1 'x))
          (k3 (resume-on third k1 'y)))
     (list (resume-on third k2 'x2) (resume-on there k3 'y2) (resume-on here k2 'x3)))
   (let ((k (suspended (lambda (hold) (vector-map (lambda (x) (if (eq? x 'b) (hold x) x)) #(a b c))))))
     (list (resume-on there k 1) (resume-on third k 2)))
   (leaves '((1 2) (3 (4)) 5) (list there third here))
   ;; Several values.
   (let ((k (suspended (lambda (hold) (call-with-values (lambda () (hold 0)) list)))))
     (list (resume-on there k) (resume-on third k 1) (resume-on here k 1 2 3)))
   (let ((k (suspended (lambda (hold) (receive (a . rest) (hold 0) (list a rest))))))
     (list (resume-on there k 1 2 3) (resume-on third k 1)))
   ;; Assigned variables are copied with it.
   (let ((k (suspended (lambda (hold)
                         (let ((n 0))
                           (set! n (+ n 1))
                           (hold 0)
                           (set! n (+ n 1))
                           n)))))
     (list (resume-on there k 0) (resume-on there k 0) (resume-on here k 0)))
   (let ((k (suspended (lambda (hold)
                         (let ((v (vector 0 0)))
                           (vector-set! v (hold 0) 'set)
                           v)))))
     (list (resume-on there k 0) (resume-on third k 1)))
   ;; The base of a continuation ends the process with the value.
   (let ((p (remote-spawn there (lambda () (call/cc (lambda (k) (k 'ignored)))))))
     (memq (wait-for p 5 'alive) '(alive)))
   ;; A continuation of the sender, called there, does not come back by itself.
   (on there (lambda () (+ 1 (call/cc (lambda (k) (k 41))))))
   (let ((k (on there (lambda () (call/cc (lambda (k) k))))))
     (procedure? k))
   (call/cc (lambda (k) (on there (lambda () (procedure? k)))))
   ;; Generators by re-entry, all of it over there.
   (on there
       (lambda ()
         (let ((k #f) (n 0))
           (let ((x (call/cc (lambda (c) (set! k c) 0))))
             (set! n (+ n x))
             (if (< x 4) (k (+ x 1)) n)))))
   ;; Escapes out of loops, over there.
   (on there
       (lambda ()
         (call/cc (lambda (return) (for-each (lambda (x) (if (negative? x) (return x))) '(1 -2 3)) 'none))))
   ;; dynamic-wind: the afters here, the befores there.
   (let ((k (suspended (lambda (hold)
                         (let ((log '()))
                           (dynamic-wind
                            (lambda () (set! log (cons 'in log)))
                            (lambda () (hold 0) (set! log (cons 'body log)))
                            (lambda () (set! log (cons 'out log))))
                           (reverse log))))))
     (list (resume-on there k 0) (resume-on third k 0)))
   ;; Entering from within other winders leaves those first.
   (let* ((me (self))
          (k (suspended (lambda (hold)
                          (dynamic-wind
                           (lambda () (! me '(note k-in)))
                           (lambda () (hold 0))
                           (lambda () (! me '(note k-out))))))))
     (recv (('note x) x))
     (recv (('note x) x))
     (remote-spawn there
                   (lambda ()
                     (dynamic-wind
                      (lambda () (! me '(note in)))
                      (lambda () (k 'entered))
                      (lambda () (! me '(note out))))))
     (let collect ((got '()))
       (recv
         (('note x) (collect (cons x got)))
         (('end x) (reverse (cons x got)))
         (after 5 'lost))))
   ;; Winders are of one process even after a move: leaving them runs each once.
   (journey
    (lambda (go)
      (let ((log '()))
        (call/cc
         (lambda (escape)
           (dynamic-wind
            (lambda () (set! log (cons 'in log)))
            (lambda ()
              (dynamic-wind
               (lambda () (set! log (cons 'in2 log)))
               (lambda () (go there) (escape 'x))
               (lambda () (set! log (cons 'out2 log)))))
            (lambda () (set! log (cons 'out log))))))
        (reverse log))))
   ;; Coroutines by continuations that are kept in data.
   (let ((queue (list (suspended (lambda (hold) (list 'a (hold 1) (hold 2))))
                      (suspended (lambda (hold) (list 'b (hold 1)))))))
     (let loop ((queue queue) (done '()))
       (cond ((null? queue) (reverse done))
             ((procedure? (car queue))
              (loop (append (cdr queue) (list (resume-on (if (odd? (length queue)) there third) (car queue) (length queue)))) done))
             (else (loop (cdr queue) (cons (car queue) done))))))
   ;; A deep one.
   (let ((k (suspended (lambda (hold)
                         (let deep ((n 20000)) (if (= n 0) (hold 0) (+ 1 (deep (- n 1)))))))))
     (list (resume-on there k 0) (resume-on third k 1) (resume-on here k 2)))))
