;; Checks of the puzzle: the result, and that a second run starts afresh.

(import (scheme base) (scheme write) (scheme process-context)
        (bench.local/experiment puzzle))

(define ok 0)
(define failed 0)

(define (check name actual wanted)
  (cond ((equal? actual wanted) (set! ok (+ ok 1)))
        (else
         (set! failed (+ failed 1))
         (for-each display (list "FAILED " name ": "))
         (write actual)
         (display ", expected ")
         (write wanted)
         (newline))))

(check "first run" (run) expected)
(check "second run" (run) expected)

(for-each display (list "puzzle: " ok " ok, " failed " failed"))
(newline)
(exit (if (= failed 0) 0 1))
