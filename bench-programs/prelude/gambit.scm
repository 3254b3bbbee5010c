(declare (block) (standard-bindings) (extended-bindings) (inlining-limit 0))

;; Benchmark prelude for Gambit.  It stands in front of a program and supplies
;; bench-run; see ../README.md for the protocol.  The declaration above must
;; stay the first form; it keeps all safety checks.

;; @iterations
(define bench-iterations 1)

(define (bench-repeat count thunk)
  (if (= count 1)
      (thunk)
      (begin
        (thunk)
        (bench-repeat (- count 1) thunk))))

(define (bench-run name thunk expected)
  (let* ((start (real-time))
         (result (bench-repeat bench-iterations thunk))
         (stop (real-time))
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

