;; What generated programs are made of. They define (root note), and before this `places`, a
;; vector of three nodes; what they print must not depend on which these are.

(define (norm x) (modulo x 10007))

(define (place i) (vector-ref places i))

(define p0 (make-parameter 0))
(define p1 (make-parameter 1 norm))

(define-record-type pair-of (make-pair-of left right) pair-of?
  (left pair-of-left set-pair-of-left!)
  (right pair-of-right))

;; Calls the procedure in a new process with a way to note numbers; a tag to wait for.
(define (fork node procedure)
  (let ((tag (make-tag)) (me (self)))
    (remote-spawn node
      (lambda ()
        (parameterize ((p0 0) (p1 1))
          (let* ((log '())
                 (note (lambda (x) (set! log (cons x log)) x))
                 (value (procedure note)))
            (! me (list 'done tag value (reverse log)))))))
    tag))

;; The value of a fork; its notes are added to those of the caller.
(define (join note tag)
  (recv
    (('done ,tag value log)
     (for-each note log)
     value)
    (after 8 (error "a process has not answered"))))

;; Suspends a process where it calls `hold`, and goes on from there twice, on two nodes.
(define (twice note first second third procedure x y)
  (let ((tag (make-tag)) (me (self)))
    (remote-spawn first
      (lambda ()
        (parameterize ((p0 0) (p1 1))
          (let* ((hold (lambda (v)
                         (call/cc (lambda (k) (! me (list 'held tag k)) (halt!)))))
                 (value (procedure hold)))
            (! me (list 'done tag value '()))))))
    (let ((k (recv (('held ,tag k) k) (after 8 (error "nothing was held")))))
      (remote-spawn second (lambda () (k x)))
      (let ((a (join note tag)))
        (remote-spawn third (lambda () (k y)))
        (list a (join note tag))))))

(define (serve table)
  (recv
    ((from tag ('put key value))
     (hash-table-update!/default table key (lambda (old) (norm (+ (* 3 old) value))) 7)
     (! from (list tag (hash-table-size table)))
     (serve table))
    ((from tag ('get key))
     (! from (list tag (hash-table-ref/default table key 5)))
     (serve table))
    ((from tag 'all)
     (! from (list tag (table-sum table)))
     (serve table))
    ('stop 'stopped)))

(define (start-server node)
  (remote-spawn node (lambda () (serve (make-hash-table)))))

;; Does not depend on the order of the entries.
(define (table-sum table)
  (hash-table-fold table (lambda (key value sum) (norm (+ sum (* value (+ 1 (norm key)))))) 0))

(define (stop server value)
  (! server 'stop)
  value)

(define (print-all)
  (let* ((log '())
         (note (lambda (x) (set! log (cons x log)) x))
         (value (join note (fork (current-node) root))))
    (write (list 'value value))
    (newline)
    (write (list 'log (length log) (reverse log)))
    (newline)))
