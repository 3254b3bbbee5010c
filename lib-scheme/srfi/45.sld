;;; SRFI 45: promises for iterative lazy algorithms. They are the promises of R7RS, whose
;;; `delay-force` is `lazy`.

(define-library (srfi 45)
  (export delay (rename delay-force lazy) eager force promise?)
  (import (termite core) (termite runtime))
  (begin

    ;; A promise of `x` itself, which may be a promise.
    (define (eager x) (%make-done x))))
