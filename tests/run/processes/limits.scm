;;; Limits of a process: it ends with a condition when it holds too much, and other
;;; processes go on.

;; Takes what links bring, so that nothing is reported; where processes stand when they
;; end is not always the same.
(define sink
  (spawn (lambda ()
           (let loop ()
             (guard (e (#t #f)) (?))
             (loop)))))

(define (how-it-ends thunk)
  (let ((reason (wait-for (spawn thunk name: 'greedy links: (list sink)))))
    (if (condition? reason)
        (list (condition-kind reason) (condition-report-string reason))
        reason)))

(define (hold n)
  (let loop ((i 0) (held '()))
    (if (< i n)
        (loop (+ i 1) (cons (make-vector 1000 i) held))
        (length held))))

(define (waste n)
  (let loop ((i 0))
    (if (< i n)
        (begin
          (make-vector 1000 i)
          (loop (+ i 1))))))

(define (show . things)
  (for-each write things)
  (newline))

;; What a process holds counts, and its handlers are not asked.
(show (how-it-ends
       (lambda ()
         (set-heap-limit! 100000)
         (guard (e (#t 'handled)) (hold 300)))))

;; Garbage does not count, however much.
(show (how-it-ends
       (lambda ()
         (set-heap-limit! 100000)
         (waste 1500))))

;; Nor does what is held without a limit, or below it.
(show (how-it-ends
       (lambda ()
         (set-heap-limit! 100000)
         (set-heap-limit! #f)
         (hold 300))))
(show (how-it-ends
       (lambda ()
         (set-heap-limit! 1000000)
         (hold 300))))

;; Messages that wait are held by their receiver.
(define me (self))

;; Starts a process, and waits until it has set its limits.
(define (start limit thunk)
  (let ((pid (spawn (lambda ()
                      (limit)
                      (! me 'ready)
                      (thunk))
                    name: 'slow
                    links: (list sink))))
    (?? symbol?)
    pid))

(define (fill pid n)
  (if (> n 0)
      (begin
        (! pid (make-vector 1000 n))
        (fill pid (- n 1)))))

(define (receive-symbol)
  (?? symbol?))

;; The end of a process that is sent to.
(define (end-of pid send)
  (let ((reference (monitor pid)))
    (send)
    (recv (('DOWN ,reference _ reason)
           (if (condition? reason)
               (list (condition-kind reason) (condition-report-string reason))
               reason)))))

(let ((pid (start (lambda () (set-heap-limit! 100000))
                  (lambda ()
                    (let loop ()
                      (?? symbol? 0.001 #f)
                      (waste 1)
                      (loop))))))
  (show (end-of pid (lambda () (fill pid 400)))))

;; A mailbox.
(let ((pid (start (lambda () (set-mailbox-limit! 10)) receive-symbol)))
  (show (end-of pid (lambda () (fill pid 11)))))

(let ((pid (start (lambda () (set-mailbox-limit! 10)) receive-symbol)))
  (show (end-of pid (lambda () (fill pid 9) (! pid 'end)))))

(show (how-it-ends
       (lambda ()
         (set-mailbox-limit! 10)
         (fill (self) 11)
         (let loop () (loop)))))

;; A link brings the condition.
(spawn-link (lambda ()
              (set-heap-limit! 100000)
              (hold 300))
            name: 'child)
(show (guard (e ((termite-exception? e)
                 (condition-kind (termite-exception-object e))))
        (?)))
