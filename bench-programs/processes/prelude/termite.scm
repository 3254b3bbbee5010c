;; Prelude of the process benchmarks for Termite; see ../README.md. It stands in front of a
;; program and supplies `bench-row`, what the machine and the harness tell, and the peer.

(define bench-samples 3)

(define (setting name)
  (string->number (or (get-environment-variable name) "0")))

;; What the harness varies: processes or operations; 0 where a program needs none.
(define size (setting "BENCH_SIZE"))

(define (seconds)
  (/ (inexact (current-jiffy)) (jiffies-per-second)))

(define (print-row row figure result expected)
  (display row)
  (display "\t")
  (display figure)
  (display "\t")
  (if (equal? result expected)
      (display "ok")
      (begin
        (display "WRONG got ")
        (write result)
        (display ", expected ")
        (write expected)))
  (newline)
  (if (not (equal? result expected)) (exit 1)))

;; Calls (thunk operations) to warm up and then for each sample, whose microseconds per
;; operation are printed.
(define (bench-row row operations run expected)
  (run operations)
  (let loop ((i 0))
    (if (< i bench-samples)
        (begin
          (bench-once row operations run expected)
          (loop (+ i 1))))))

;; One sample, not warmed up.
(define (bench-once row operations run expected)
  (let* ((start (seconds))
         (result (run operations))
         (stop (seconds)))
    (print-row row (* 1e6 (/ (- stop start) operations)) result expected)))

;; Resident bytes of this OS process.
(define (resident-bytes)
  (let* ((line (call-with-input-file "/proc/self/statm" read-line))
         (fields (string-split line #\space)))
    (* 4096 (string->number (cadr fields)))))

;; The node beside, which the harness has started; waits until it answers.
(define (await-peer)
  (let ((peer (make-node "localhost" (setting "BENCH_PEER"))))
    (node-init)
    (let loop ((tries 100))
      (cond ((eq? (ping peer 0.1) 'pong) peer)
            ((= tries 0) (error "the peer does not answer"))
            (else
             (? 0.05 'again)
             (loop (- tries 1)))))))

;; How many calls `call.scm` makes in a sample.
(define calls 200000)
(define calls-when-full 200000)
