;; @exit 70
;; @error still an error x
;; Caught and raised again.
(define (with-note thunk)
  (guard (e (#t (display "noted") (newline) (raise e)))
    (thunk)))
(with-note (lambda () (error "still an error" 'x)))
