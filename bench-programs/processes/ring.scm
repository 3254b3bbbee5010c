;; A ring of processes is made, and a number goes round it. Each process passes on one less
;; than it received, and ends once that was 0 or less. The time is that of all, from the
;; making to the end of the last process, for each process.

(define (relay next)
  (let ((k (?)))
    (! next (- k 1))
    (if (> k 0) (relay next))))

(define (make-ring n first)
  (if (= n 1)
      first
      (make-ring (- n 1) (spawn-relay first))))

(define (spawn-relay next)
  (spawn (lambda () (relay next))))

;; The number of hops must be a multiple of the number of processes, this one included: it
;; is then the last.
(define (make-main hops)
  (lambda (n)
    (let ((next (make-ring n (self))))
      (let loop ((k hops))
        (! next k)
        (let ((received (?)))
          (if (> received 0)
              (loop (- received 1))
              received))))))

(bench-row "ring-0" 250000 (make-main 0) -249999)
(bench-row "ring-1000000" 250000 (make-main 1000000) -249999)
