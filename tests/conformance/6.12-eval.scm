;;; R7RS 6.12: environments and evaluation; (scheme load), (scheme repl), (scheme r5rs).
(include "check.inc")
(import (scheme r5rs))
(check
 (eval '(* 7 3) (environment '(scheme base))) => 21
 (let ((f (eval '(lambda (f x) (f x x)) (null-environment 5)))) (f + 10)) => 20
 (eval '(define foo 32) (environment '(scheme base))) =>! error
 (eval '(+ 1 2) (scheme-report-environment 5)) => 3
 (eval '(if #t 1 2) (null-environment 5)) => 1
 (eval '(car '(1)) (null-environment 5)) =>! error
 (null-environment 4) =>! error
 (scheme-report-environment 4) =>! error
 (eval 'car (environment '(only (scheme base) cdr))) =>! error
 (eval '(first-of '(1 2)) (environment '(rename (scheme base) (car first-of)))) => 1
 (eval '(car '(1 2)) (environment '(rename (scheme base) (car first-of)))) =>! error
 (eval '(first-of (list 1 2)) (environment '(rename (only (scheme base) car list) (car first-of)))) => 1
 (eval '(b:car (b:list 1 2)) (environment '(prefix (only (scheme base) car list) b:))) => 1
 (eval '(char-upcase #\a) (environment '(scheme base) '(scheme char))) => #\A
 (eval '(char-upcase #\a) (environment '(scheme base))) =>! error
 (environment '(no such library)) =>! error
 (environment 5) =>! error
 (eval ''(a . b) (environment '(scheme base))) => (a . b)
 (eval (list '+ 1 2) (environment '(scheme base))) => 3
 (eval "abc" (environment)) => "abc"
 (eval 5 (environment)) => 5
 (eval '(begin (define by-eval 7) by-eval) (interaction-environment)) => 7
 (eval '(* by-eval 2) (interaction-environment)) => 14
 (begin
   (eval '(define-syntax twice (syntax-rules () ((_ e) (list e e)))) (interaction-environment))
   (eval '(twice by-eval) (interaction-environment))) => (7 7)
 (eval '(let-syntax ((m (syntax-rules () ((_ x) '(x x))))) (m a)) (environment '(scheme base))) => (a a)
 (eval '(call-with-current-continuation (lambda (k) (k 5))) (environment '(scheme base))) => 5
 (eval (list car ''(1)) (environment '(scheme base))) =>! error
 (eval '(car 5) (environment '(scheme base))) =>! error
 (eval '(raise 'x) (environment '(scheme base))) =>! (raise x)
 (eval '(lambda (x x) x) (environment '(scheme base))) =>! error
 (eval '(values 1 2) (environment '(scheme base))) =>values (1 2)
 ((eval '(let ((n 0)) (lambda () (set! n (+ n 1)) n)) (environment '(scheme base)))) => 1
 (eval '(let () (define-syntax m (syntax-rules () ((_ x) '(x x)))) (m a)) (environment '(scheme base))) => (a a)
 (eval '(letrec-syntax ((m (syntax-rules () ((_ x) '(x x))))) (m a)) (environment '(scheme base))) => (a a)
 (eval '(let-syntax ((m (syntax-rules () ((_ x) (define x 1))))) (m a)) (environment '(scheme base))) =>! error
 (exact->inexact 1/2) => 0.5
 (inexact->exact 0.5) => 1/2)

;; (scheme load)
(define path "conformance-load.tmp")
(define (write-file path . data)
  (call-with-output-file path (lambda (port) (for-each (lambda (x) (write x port) (newline port)) data))))
(write-file path '(define loaded 'first) '(define (loaded-procedure x) (* x 2)))
(load path)
(check
 (eval 'loaded (interaction-environment)) => first
 (eval '(loaded-procedure 4) (interaction-environment)) => 8
 (begin (write-file path '(define loaded-twice 'second)) (load path (interaction-environment)) (eval 'loaded-twice (interaction-environment))) => second
 (begin (write-file path '(car 5)) (load path)) =>! error
 (begin (call-with-output-file path (lambda (port) (display "(car '(1" port))) (load path)) =>! error
 (begin (write-file path '(if)) (load path)) =>! error
 (begin (delete-file path) (file-exists? path)) => #f)
(report)
