;; Procedures that Termite programs take from Gambit.

(define-syntax show
  (syntax-rules ()
    ((_ expression ...)
     (begin
       (begin
         (write 'expression)
         (display " => ")
         (write expression)
         (newline))
       ...))))
(define-syntax report
  (syntax-rules ()
    ((_ expression)
     (guard (e ((error-object? e) (error-object-message e))) expression))))

;; -- bytevectors by the names of u8vectors --

(define v (u8vector 1 2 3))
(show v
      (u8vector? v)
      (u8vector? '#(1))
      (make-u8vector 2 7)
      (u8vector-length v)
      (u8vector-ref v 1)
      (begin (u8vector-set! v 1 255) v)
      (u8vector->list v)
      (list->u8vector '(4 5))
      (u8vector-copy v)
      (u8vector-copy v 1)
      (u8vector-append v (u8vector 9))
      (subu8vector v 1 3)
      (begin (u8vector-fill! v 0) v)
      (begin (u8vector-copy! v 1 (u8vector 8 9)) v)
      (bytevector? v)
      '#u8(1 2)
      (report (u8vector-ref v 3))
      (report (u8vector-set! v 0 256))
      (report (u8vector 'x)))

;; -- exceptions --

(show (with-exception-catcher (lambda (e) (list 'caught e)) (lambda () (raise 'oops)))
      (with-exception-catcher (lambda (e) 'not-called) (lambda () 'value))
      (with-exception-catcher
       (lambda (e) (error-object-message e))
       (lambda () (car 5)))
      (let ((log '()))
        (with-exception-catcher
         (lambda (e) (set! log (cons 'handler log)))
         (lambda ()
           (dynamic-wind
            (lambda () (set! log (cons 'in log)))
            (lambda () (raise 'x))
            (lambda () (set! log (cons 'out log))))))
        (reverse log))
      (with-exception-catcher
       (lambda (e) (list 'outer e))
       (lambda () (with-exception-catcher (lambda (e) (raise (list 'again e)))
                                          (lambda () (raise 'first))))))

;; -- output --

(print "a" 'b #\c 1 '("x" #\y))
(print)
(newline)
(println "a" 'b #\c 1 '("x" #\y))
(println)
(print port: (current-output-port) 1 2)
(println port: (current-output-port) 3)
(pp '(define (f x) (if (= x 0) "zero" #\a)))
(pp "string")
(show (void)
      (void 1 2)
      (call-with-output-string (lambda (port) (print port: port "to " 'port) (println port: port)))
      (let ((port (open-output-string))) (pp '(a "b") port) (get-output-string port)))

;; `time` reports on the error port and has the values of its body.
(define-syntax quietly
  (syntax-rules ()
    ((_ expression)
     (let* ((port (open-output-string))
            (value (parameterize ((current-error-port port)) expression)))
       (list value (> (string-length (get-output-string port)) 0))))))
(show (quietly (time (+ 1 2)))
      (quietly (time 'a 'b))
      (quietly (call-with-values (lambda () (time (values 1 2))) list))
      (quietly (with-exception-catcher list (lambda () (time (raise 'out))))))
