;; The converter is applied to the first value and to each new one.
(define calls 0)
(define name
  (make-parameter "start"
                  (lambda (x)
                    (set! calls (+ calls 1))
                    (if (string? x) (string->symbol x) x))))
(write (name))
(newline)
(parameterize ((name "other"))
  (write (name))
  (newline))
(write (name))
(newline)
(write (guard (e (#t 'rejected))
         (define positive
           (make-parameter 1 (lambda (x) (if (> x 0) x (raise 'bad)))))
         (parameterize ((positive -5)) (positive))))
(newline)
