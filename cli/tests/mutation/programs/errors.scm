;; Conditions: raised by primitives and programs, handled near and far, raised again.
(define (try thunk)
  (guard (e ((string? e) (list 'string e))
            ((symbol? e) (list 'symbol e))
            ((error-object? e) (list 'condition (condition-report-string e))))
    (thunk)))

(define (safe-div a b)
  (call/cc
   (lambda (k)
     (with-exception-handler
      (lambda (e) (k 'infinite))
      (lambda () (quotient a b))))))

(define (continuable x)
  (with-exception-handler
   (lambda (e) (* e 10))
   (lambda () (+ x (raise-continuable x)))))

(define (cleanup)
  (let ((log '()))
    (define (note x) (set! log (cons x log)))
    (guard (e (#t (note (list 'caught e))))
      (dynamic-wind
       (lambda () (note 'enter))
       (lambda () (raise 'oops))
       (lambda () (note 'leave))))
    (reverse log)))

(define (nested n)
  (if (= n 0)
      (error "bottom reached:" n 'with "irritants")
      (guard (e ((number? e) e))
        (nested (- n 1)))))

(define (run)
  (list (try (lambda () (car 5)))
        (try (lambda () (raise "text")))
        (try (lambda () (raise 'sym)))
        (try (lambda () (vector-ref (vector 1 2) 2)))
        (try (lambda () (undefined-procedure 1)))
        (try (lambda () ("no procedure" 1)))
        (try (lambda () (nested 3)))
        (guard (e (#t (list 'outer e))) (try (lambda () (raise 42))))
        (safe-div 1 0) (safe-div 7 2) (continuable 4) (cleanup)))

(run)
