;; `size` processes wait for a message at the same time. What each holds is the growth of
;; the resident memory. Then a number goes through all of them, so that each has lived.

(define (wait-then-count next)
  (! next (+ 1 (?))))

(define (spawn-waiter next)
  (spawn (lambda () (wait-then-count next))))

(define (make-chain n first)
  (if (= n 0)
      first
      (make-chain (- n 1) (spawn-waiter first))))

(define (row name)
  (string-append name "-" (number->string size)))

;; The same with few processes, so that code is there and compiled.
(define (warm-up)
  (! (make-chain 1000 (self)) 0)
  (?))

(define (main n)
  (let* ((before (resident-bytes))
         (start (seconds))
         (chain (make-chain n (self)))
         (stop (seconds))
         (after (resident-bytes)))
    (print-row (row "idle-bytes") (inexact->exact (round (/ (- after before) n))) #t #t)
    (! chain 0)
    (let ((counted (?)))
      (print-row (row "alive") (* 1e6 (/ (- stop start) n)) counted n))))

(warm-up)
(main size)
