;; Benchmark prelude for Termite and other R7RS systems.  It stands in front
;; of a program and supplies bench-run; see ../README.md for the protocol.

;; @iterations
(define bench-iterations 1)

(define (bench-repeat count thunk)
  (if (= count 1)
      (thunk)
      (begin
        (thunk)
        (bench-repeat (- count 1) thunk))))

(define (bench-make-table)
  (make-hash-table equal?))

(define bench-table-set! hash-table-set!)
(define bench-table-ref hash-table-ref/default)

(define (bench-sort sequence less?)
  (sort sequence less?))

(define (bench-run name thunk expected)
  (let* ((start (current-jiffy))
         (result (bench-repeat bench-iterations thunk))
         (stop (current-jiffy))
         (right (equal? result expected)))
    (display name)
    (display "\t")
    (display (inexact (/ (- stop start) (jiffies-per-second))))
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

