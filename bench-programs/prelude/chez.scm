(import (chezscheme))

;; Benchmark prelude for Chez.  It stands in front of a program and supplies
;; bench-run; see ../README.md for the protocol.  The import above makes the
;; whole file a top-level program, which Chez compiles as one block.

;; @iterations
(define bench-iterations 1)

(define (bench-repeat count thunk)
  (if (= count 1)
      (thunk)
      (begin
        (thunk)
        (bench-repeat (- count 1) thunk))))

(define (bench-seconds)
  (let ((now (current-time 'time-monotonic)))
    (+ (time-second now) (/ (time-nanosecond now) 1e9))))

(define (bench-make-table)
  (make-hashtable equal-hash equal?))

(define bench-table-set! hashtable-set!)
(define bench-table-ref hashtable-ref)

(define (bench-sort sequence less?)
  (if (vector? sequence)
      (vector-sort less? sequence)
      (list-sort less? sequence)))

;; What R7RS has and Chez calls otherwise.
(define (read-line port) (get-line port))
(define (read-string count port) (get-string-n port count))
(define (write-string text port) (put-string port text))

(define (bench-run name thunk expected)
  (let* ((start (bench-seconds))
         (result (bench-repeat bench-iterations thunk))
         (stop (bench-seconds))
         (right (equal? result expected)))
    (display name)
    (display "\t")
    (display (- stop start))
    (display "\t")
    (if right
        (display "ok")
        (begin
          (display "WRONG got ")
          (write result)
          (display ", expected ")
          (write expected)))
    (newline)
    (if (not right) (exit 1))))

