;;; R7RS 4.1: primitive expression types.
(include "check.inc")

;; 4.1.1 Variable references
(define x 28)
(check
 x => 28
 (let ((x 3)) x) => 3
 no-such-variable =>! syntax
 (let () (letrec ((a (lambda () b)) (b 2)) (a))) => 2)

;; 4.1.2 Literal expressions
(check
 (quote a) => a
 (quote #(a b c)) => #(a b c)
 (quote (+ 1 2)) => (+ 1 2)
 'a => a
 '#(a b c) => #(a b c)
 '() => ()
 '(+ 1 2) => (+ 1 2)
 '(quote a) => (quote a)
 ''a => (quote a)
 '145932 => 145932
 145932 => 145932
 '"abc" => "abc"
 "abc" => "abc"
 '#\a => #\a
 #\a => #\a
 '#(a 10) => #(a 10)
 #(a 10) => #(a 10)
 '#u8(64 65) => #u8(64 65)
 #u8(64 65) => #u8(64 65)
 '#t => #t
 #t => #t
 (quote) =>! syntax
 (quote a b) =>! syntax
 () =>! syntax
 (let ((quote -)) '5) => -5)

;; It is an error to alter a constant: mutating a literal raises.
(check
 (string-set! "abc" 0 #\x) =>! error
 (string-set! (symbol->string 'abc) 0 #\x) =>! error
 (string-fill! "abc" #\x) =>! error
 (string-copy! "abc" 0 "x") =>! error
 (set-car! '(a b) 'x) =>! error
 (set-cdr! '(a b) 'x) =>! error
 (set-car! (cdr '(a b)) 'x) =>! error
 (vector-set! '#(1 2) 0 'x) =>! error
 (vector-set! #(1 2) 0 'x) =>! error
 (vector-fill! '#(1 2) 0) =>! error
 (vector-copy! '#(1 2) 0 (vector 3)) =>! error
 (bytevector-u8-set! '#u8(1 2) 0 3) =>! error
 (bytevector-u8-set! #u8(1 2) 0 3) =>! error
 (bytevector-copy! '#u8(1 2) 0 (bytevector 3)) =>! error
 (list-set! '(1 2) 0 3) =>! error)

;; 4.1.3 Procedure calls
(check
 (+ 3 4) => 7
 ((if #f + *) 3 4) => 12
 ((lambda (x) x) 1) => 1
 (5 6) =>! error
 ("abc") =>! error
 ('car '(1)) =>! error
 ((lambda (x) x)) =>! error
 ((lambda (x) x) 1 2) =>! error
 ((lambda (x . y) x)) =>! error
 ((lambda () 1) 2) =>! error
 (car) =>! error
 (car 1 2) =>! error
 (cons 1) =>! error
 (+ 1 . (2)) => 3)

;; 4.1.4 Procedures
(define reverse-subtract (lambda (x y) (- y x)))
(define add4 (let ((x 4)) (lambda (y) (+ x y))))
(check
 (procedure? (lambda (x) (+ x x))) => #t
 ((lambda (x) (+ x x)) 4) => 8
 (reverse-subtract 7 10) => 3
 (add4 6) => 10
 ((lambda x x) 3 4 5 6) => (3 4 5 6)
 ((lambda x x)) => ()
 ((lambda (x y . z) z) 3 4 5 6) => (5 6)
 ((lambda (x y . z) z) 3 4) => ()
 ((lambda (x) (define y 2) (+ x y)) 1) => 3
 ((lambda () 1 2 3)) => 3
 (let ((args (list 1 2 3)))
   (eq? args (apply (lambda x x) args))) => #f
 (lambda (x x) x) =>! syntax
 (lambda (x . x) x) =>! syntax
 (lambda (1) 1) =>! syntax
 (lambda (x)) =>! syntax
 (lambda) =>! syntax
 (lambda "x" 1) =>! syntax)

;; 4.1.5 Conditionals
(check
 (if (> 3 2) 'yes 'no) => yes
 (if (> 2 3) 'yes 'no) => no
 (if (> 3 2) (- 3 2) (+ 3 2)) => 1
 (if '() 'yes 'no) => yes
 (if 0 'yes 'no) => yes
 (if "" 'yes 'no) => yes
 (if '#() 'yes 'no) => yes
 (if #f 'yes 'no) => no
 (if 'nil 'yes 'no) => yes
 (let ((n 0)) (if #f (set! n 1)) n) => 0
 (let ((n 0)) (if #t (set! n 1)) n) => 1
 (if) =>! syntax
 (if #t) =>! syntax
 (if 1 2 3 4) =>! syntax
 if =>! syntax)

;; 4.1.6 Assignments
(define y 2)
(check
 (+ y 1) => 3
 (begin (set! y 4) (+ y 1)) => 5
 (let ((n 1)) (set! n (+ n 1)) n) => 2
 (let ((n 1)) ((lambda () (set! n 5))) n) => 5
 (let ((f (let ((n 0)) (lambda () (set! n (+ n 1)) n)))) (f) (f) (f)) => 3
 (let ((x 1)) (let ((x 2)) (set! x 3)) x) => 1
 (set! no-such-variable 1) =>! syntax
 (set! y) =>! syntax
 (set! y 1 2) =>! syntax
 (set! 5 1) =>! syntax
 (set! "y" 1) =>! syntax)

;; 4.1.7 Inclusion
(check
 (let () (include "include/define-included.inc") (included-procedure 4)) => 40
 (include "include/define-included.inc" "include/use-included.inc") => 20
 (include-ci "include/upper-case.inc") => (hello "World" #\X)
 (include "include/no-such-file.inc") =>! syntax)

(report)
