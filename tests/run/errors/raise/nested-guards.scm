;; @exit 70
;; @error uncaught exception: sym
;; Through two guards that do not want it.
(define (try thunk)
  (guard (e ((string? e) (display "string") (newline)))
    (guard (e ((number? e) (display "number") (newline)))
      (thunk))))
(try (lambda () (raise 1)))
(try (lambda () (raise "s")))
(try (lambda () (raise 'sym)))
