;;; R7RS 6.1: equivalence predicates.
(include "check.inc")

(define (gen-counter) (let ((n 0)) (lambda () (set! n (+ n 1)) n)))
(define (f) 5)
(define-syntax always-same (syntax-rules () ((_ x) (let ((v x)) (eqv? v v)))))

(check
 (eqv? 'a 'a) => #t
 (eqv? 'a 'b) => #f
 (eqv? 2 2) => #t
 (eqv? 2 2.0) => #f
 (eqv? '() '()) => #t
 (eqv? 100000000 100000000) => #t
 (eqv? 100000000000000000000 100000000000000000000) => #t
 (eqv? 0.0 +nan.0) => #f
 (eqv? (cons 1 2) (cons 1 2)) => #f
 (eqv? (lambda () 1) (lambda () 2)) => #f
 (let ((p (lambda (x) x))) (eqv? p p)) => #t
 (eqv? #f 'nil) => #f
 (eqv? #t #t) => #t
 (eqv? #f #f) => #t
 (eqv? #t #f) => #f
 (eqv? #f '()) => #f
 (eqv? 0 '()) => #f
 (eqv? 0.0 -0.0) => #f
 (eqv? 0.0 0.0) => #t
 (eqv? -0.0 -0.0) => #t
 (eqv? +nan.0 +nan.0) => #t
 (eqv? +inf.0 +inf.0) => #t
 (eqv? +inf.0 -inf.0) => #f
 (eqv? 1/2 1/2) => #t
 (eqv? 1/2 0.5) => #f
 (eqv? #\a #\a) => #t
 (eqv? #\a #\A) => #f
 (eqv? "" 'a) => #f
 (eqv? (string #\a) (string #\a)) => #f
 (eqv? (vector 1) (vector 1)) => #f
 (eqv? (bytevector 1) (bytevector 1)) => #f
 (boolean? (eqv? "" "")) => #t
 (boolean? (eqv? '#() '#())) => #t
 (boolean? (eqv? (lambda (x) x) (lambda (x) x))) => #t
 (boolean? (eqv? (lambda (x) x) (lambda (y) y))) => #t
 (let ((g (gen-counter))) (eqv? g g)) => #t
 (eqv? (gen-counter) (gen-counter)) => #f
 (letrec ((f (lambda () (if (eqv? f g) 'f 'both))) (g (lambda () (if (eqv? f g) 'g 'both)))) (eqv? f g)) => #f
 (let ((x '(a))) (eqv? x x)) => #t
 (eqv? car car) => #t
 (eqv? car cdr) => #f
 (eqv? f f) => #t
 (eqv? (eof-object) (eof-object)) => #t
 (always-same (list 1)) => #t
 (always-same 1.5) => #t
 (always-same "x") => #t
 (eqv?) =>! error
 (eqv? 1) =>! error
 (eqv? 1 1 1) =>! error)

(check
 (eq? 'a 'a) => #t
 (eq? (list 'a) (list 'a)) => #f
 (eq? '() '()) => #t
 (eq? car car) => #t
 (let ((x '(a))) (eq? x x)) => #t
 (let ((x '#())) (eq? x x)) => #t
 (let ((p (lambda (x) x))) (eq? p p)) => #t
 (eq? #t #t) => #t
 (eq? #f #f) => #t
 (eq? #f '()) => #f
 (eq? "a" 'a) => #f
 (boolean? (eq? 2 2)) => #t
 (boolean? (eq? #\a #\a)) => #t
 (boolean? (eq? "" "")) => #t
 (let ((n (+ 2 3))) (boolean? (eq? n n))) => #t
 (let ((s (make-string 3 #\a))) (eq? s s)) => #t
 (eq? (vector) 5) => #f
 (eq? (string->symbol "abc") 'abc) => #t)

(check
 (equal? 'a 'a) => #t
 (equal? '(a) '(a)) => #t
 (equal? '(a (b) c) '(a (b) c)) => #t
 (equal? "abc" "abc") => #t
 (equal? 2 2) => #t
 (equal? (make-vector 5 'a) (make-vector 5 'a)) => #t
 (equal? '#1=(a b . #1#) '#2=(a b a b . #2#)) => #t
 (equal? '#3=(a b . #3#) '#4=(a b a c . #4#)) => #f
 (equal? (lambda (x) x) (lambda (y) y)) => #f
 (equal? "abc" "abd") => #f
 (equal? "abc" "ab") => #f
 (equal? '(a b) '(a b . c)) => #f
 (equal? '#(1 2 (3)) '#(1 2 (3))) => #t
 (equal? '#(1 2) '(1 2)) => #f
 (equal? '#(1 2) '#(1 2 3)) => #f
 (equal? '#u8(1 2) '#u8(1 2)) => #t
 (equal? '#u8(1 2) '#u8(1 3)) => #f
 (equal? '#u8(1 2) '#(1 2)) => #f
 (equal? 2 2.0) => #f
 (equal? 0.0 -0.0) => #f
 (equal? +nan.0 +nan.0) => #t
 (equal? #\a #\a) => #t
 (equal? '() '()) => #t
 (equal? '() #f) => #f
 (equal? "" "") => #t
 (equal? '#() '#()) => #t
 (equal? "a" 'a) => #f
 (equal? (string #\a) "a") => #t
 (equal? (list 1 (vector 2 "x")) '(1 #(2 "x"))) => #t
 (equal? 1/2 1/2) => #t
 (let ((a (list 1 2)) (b (list 1 2)))
   (set-cdr! (cdr a) a)
   (set-cdr! (cdr b) b)
   (equal? a b)) => #t
 (let ((a (vector 1 2)) (b (vector 1 2)))
   (vector-set! a 1 a)
   (vector-set! b 1 b)
   (equal? a b)) => #t
 (let ((a (vector 1 2)) (b (vector 2 2)))
   (vector-set! a 1 a)
   (vector-set! b 1 b)
   (equal? a b)) => #f
 (let ((a (list 'x)) (b (list 'x 'x)))
   (set-cdr! a a)
   (set-cdr! (cdr b) b)
   (equal? a b)) => #t
 (let loop ((i 0) (a '()) (b '()))
   (if (< i 200000) (loop (+ i 1) (cons i a) (cons i b)) (equal? a b))) => #t
 (let loop ((i 0) (a '()) (b '()))
   (if (< i 200000) (loop (+ i 1) (list a) (list b)) (equal? a b))) => #t)

(report)
