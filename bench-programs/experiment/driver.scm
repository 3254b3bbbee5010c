;; Calls a program on another node, again and again, and measures that.
;;
;; The environment says where and how: BENCH_PEER is the other node's port; BENCH_WARM the
;; calls at least, and BENCH_SECONDS the seconds at least, that are made and do not count;
;; BENCH_RUNS the calls that follow. Each call prints a line with tabs between:
;;
;;   warm or run | seconds, in all | seconds of (run) there | bytes of frames sent |
;;   bytes received | units that the other node has fetched so far | ok or WRONG
;;
;; At the end the other node is told to end too.

(import (only (termite primitives) %traffic %units-fetched))

;; The library that is measured; the harness puts its name here.
;; @library
(import (prefix (bench.local/experiment puzzle @1.0) program:))

(define (setting name)
  (string->number (get-environment-variable name)))

(define peer (make-node "localhost" (setting "BENCH_PEER")))

;; The connection is there before anything is measured.
(define (await-peer tries)
  (cond ((eq? (ping peer 0.1) 'pong))
        ((= tries 0) (error "the other node does not answer"))
        (else
         (? 0.05 'again)
         (await-peer (- tries 1)))))

(define (seconds-between start stop)
  (/ (inexact (- stop start)) (jiffies-per-second)))

;; What runs there; it answers with its own time, the units fetched and the result.
(define (work)
  (let* ((start (current-jiffy))
         (result (program:run))
         (stop (current-jiffy)))
    (list (- stop start) (%units-fetched) result)))

(define (call kind)
  (let* ((before (%traffic))
         (start (current-jiffy))
         (answer (on peer work))
         (stop (current-jiffy))
         (after (%traffic)))
    (print-row (list kind
                     (seconds-between start stop)
                     (seconds-between 0 (list-ref answer 0))
                     (- (car after) (car before))
                     (- (cdr after) (cdr before))
                     (list-ref answer 1)
                     (if (equal? (list-ref answer 2) program:expected)
                         "ok"
                         "WRONG")))))

(define (print-row fields)
  (display (car fields))
  (for-each (lambda (field)
              (display "\t")
              (display field))
            (cdr fields))
  (newline))

(define (warm-up calls seconds)
  (let ((start (current-jiffy)))
    (let loop ((i 0))
      (if (or (< i calls)
              (< (seconds-between start (current-jiffy)) seconds))
          (begin
            (call "warm")
            (loop (+ i 1)))))))

(node-init)
(await-peer 100)
(warm-up (setting "BENCH_WARM") (setting "BENCH_SECONDS"))
(do ((i (setting "BENCH_RUNS") (- i 1)))
    ((= i 0))
  (call "run"))

;; Nothing answers: the node is gone.
(guard (e (#t #f))
  (on peer exit 5))
(exit)
