;;; R7RS 6.11: exceptions.
(include "check.inc")
(define (null-list? l)
  (cond ((pair? l) #f) ((null? l) #t) (else (error "null-list?: argument out of domain" l))))
(check
 (call-with-current-continuation
  (lambda (k) (with-exception-handler (lambda (e) (k 'exception)) (lambda () (+ 1 (raise 'an-error)))))) => exception
 (call-with-current-continuation
  (lambda (k) (with-exception-handler (lambda (e) (display "condition: ") (write e) (k 'exception)) (lambda () (+ 1 (raise 'an-error)))))) =>output "condition: an-error"
 ;; The handler of raise returns: a secondary exception in the handler's environment.
 (with-exception-handler (lambda (e) 'ignored) (lambda () (+ 1 (raise 'an-error)))) =>! error
 (guard (e (#t (list 'second (error-object? e)))) (with-exception-handler (lambda (e) 'ignored) (lambda () (+ 1 (raise 'an-error))))) => (second #t)
 (with-exception-handler
  (lambda (con) (if (string? con) 42 'a-warning))
  (lambda () (+ (raise-continuable "should be a number") 23))) => 65
 (with-exception-handler (lambda (con) (display con) 42) (lambda () (+ (raise-continuable "should be a number") 23))) =>output "should be a number"
 (with-exception-handler (lambda (e) 1) (lambda () 2)) => 2
 (call-with-values (lambda () (with-exception-handler (lambda (e) 1) (lambda () (values 1 2)))) list) => (1 2)
 (call-with-values (lambda () (with-exception-handler (lambda (e) (values 1 2)) (lambda () (raise-continuable 'x)))) list) => (1 2)
 (with-exception-handler 5 (lambda () 1)) =>! error
 (with-exception-handler (lambda (e) 1)) =>! error
 (raise 'x) =>! (raise x)
 (raise 5) =>! (raise 5)
 (raise '(1 2)) =>! (raise (1 2))
 (raise #f) =>! (raise #f)
 (raise-continuable 'x) =>! (raise x)
 (raise) =>! error
 ;; A handler runs with the handlers outside of its own.
 (with-exception-handler
  (lambda (e) (list 'outer e))
  (lambda () (with-exception-handler (lambda (e) (raise-continuable (list 'inner e))) (lambda () (raise-continuable 'x))))) => (outer (inner x))
 (call/cc (lambda (k)
   (with-exception-handler
    (lambda (e) (k (list 'outer e)))
    (lambda () (with-exception-handler (lambda (e) (raise (list 'inner e))) (lambda () (raise 'x))))))) => (outer (inner x))
 ;; After the handler has returned, it is installed again.
 (with-exception-handler
  (lambda (e) (* e 10))
  (lambda () (list (raise-continuable 1) (raise-continuable 2)))) => (10 20)
 ;; A handler of an error in a primitive that returns: also a secondary exception.
 (call/cc (lambda (k) (with-exception-handler (lambda (e) (k (error-object? e))) (lambda () (car 5))))) => #t)

(check
 (null-list? '()) => #t
 (null-list? 5) =>! error
 (guard (e (#t (list (error-object-message e) (error-object-irritants e)))) (null-list? 5)) => ("null-list?: argument out of domain" (5))
 (error "x") =>! error
 (guard (e (#t (error-object? e))) (error "BOOM!" 1 2 3)) => #t
 (guard (e (#t (error-object-message e))) (error "BOOM!" 1 2 3)) => "BOOM!"
 (guard (e (#t (error-object-irritants e))) (error "BOOM!" 1 2 3)) => (1 2 3)
 (guard (e (#t (error-object-irritants e))) (error "BOOM!")) => ()
 (let ((x (list 1))) (guard (e (#t (eq? x (car (error-object-irritants e))))) (error "BOOM!" x))) => #t
 (error-object? 'a) => #f
 (error-object? "x") => #f
 (error-object-message 'a) =>! error
 (error-object-irritants 5) =>! error
 (error) =>! error
 (guard (e (#t (list (error-object? e) (string? (error-object-message e)) (list? (error-object-irritants e))))) (car 1)) => (#t #t #t)
 (guard (e (#t (list (error-object? e) (string? (error-object-message e)) (list? (error-object-irritants e))))) (vector-ref (vector 1) 5)) => (#t #t #t)
 (guard (e (#t (error-object? e))) ((lambda (x) x))) => #t
 (guard (e (#t (error-object? e))) (5)) => #t
 (read-error? 'a) => #f
 (file-error? 'a) => #f
 (guard (e (#t (list (read-error? e) (file-error? e)))) (error "x")) => (#f #f)
 (guard (e (#t (list (read-error? e) (file-error? e)))) (read (open-input-string ")"))) => (#t #f)
 (guard (e (#t (list (read-error? e) (file-error? e)))) (open-input-file "/no/such/file")) => (#f #t)
 (guard (e (#t (error-object? e))) (read (open-input-string ")"))) => #t
 (guard (e (#t (error-object? e))) (open-input-file "/no/such/file")) => #t
 (open-input-file "/no/such/file") =>! file
 (open-binary-input-file "/no/such/file") =>! file
 (open-output-file "/no/such/file") =>! file
 (open-binary-output-file "/no/such/file") =>! file
 (delete-file "/no/such/file") =>! file
 (call-with-input-file "/no/such/file" read) =>! file
 (with-input-from-file "/no/such/file" read) =>! file
 (load "/no/such/file") =>! file)
(report)
