;; @exit 70
;; @error uncaught exception: lazy-problem
;; Out of a promise that is forced.
(define p (delay (raise 'lazy-problem)))
(display "made")
(newline)
(force p)
