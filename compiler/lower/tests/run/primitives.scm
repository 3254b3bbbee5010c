;; case: arithmetic of several arguments
(define (f a b c) (list (+ a b c) (- a b c) (* a b c) (+) (*) (+ a) (- a)))
(display (f 1 2 3))
;; expect: (6 -4 6 0 1 1 -1)

;; case: comparison of several arguments
(define (f a b c) (list (< a b c) (= a b c) (> a b c) (<= a b c)))
(display (list (f 1 2 3) (f 3 2 1) (f 2 2 2) (f 1 3 2)))
;; expect: ((#t #f #f #t) (#f #f #t #f) (#f #t #f #t) (#f #f #f #f))

;; case: comparison checks all its arguments
(define (f a b c) (< a b c))
(display (f 2 1 'x))
;; expect: !<: wrong type x at script.scm:1:19

;; case: comparison in a test
(define (f a b c) (if (< a b c) 'up 'not))
(display (list (f 1 2 3) (f 1 3 2)))
;; expect: (up not)

;; case: numeric predicates
(define (f x) (list (zero? x) (positive? x) (negative? x) (even? x) (odd? x)))
(display (list (f 0) (f 3) (f -2) (f 2.0)))
;; expect: ((#t #f #f #t #f) (#f #t #f #f #t) (#f #f #t #t #f) (#f #t #f #t #f))

;; case: numeric predicates name themselves
(define (f x) (if (zero? x) 1 2))
(display (f 'a))
;; expect: !zero?: wrong type a at script.scm:1:19

;; case: negative of a flonum zero
(define (f x) (- x))
(display (list (f 5) (f 1.5)))
;; expect: (-5 -1.5)

;; case: selectors
(define (f x) (list (cadr x) (cddr x) (caddr x)))
(display (f '(1 2 3 4)))
;; expect: (2 (3 4) 3)

;; case: selectors name themselves and their argument
(define (f x) (caddr x))
(display (f '(1 2)))
;; expect: !caddr: wrong type (1 2) at script.scm:1:15

;; case: car of no pair
(define (f x) (car x))
(display (f 5))
;; expect: !car: wrong type 5 at script.scm:1:15

;; case: eqv and equal on constants
(define (f x) (list (eqv? x 1) (equal? x 'a) (eqv? x '()) (equal? x "s") (eqv? x #\c)))
(display (list (f 1) (f 'a) (f '()) (f "s") (f #\c)))
;; expect: ((#t #f #f #f #f) (#f #t #f #f #f) (#f #f #t #f #f) (#f #f #f #t #f) (#f #f #f #f #t))

;; case: member of constants in a test
(define (f x) (cond ((memv x '(1 2 3)) 'small) ((memq x '(a b)) 'letter) ((member x '("s")) 'string) (else 'none)))
(display (list (f 2) (f 'b) (f "s") (f 9)))
;; expect: (small letter string none)

;; case: member as a value
(define (f x) (memv x '(1 2 3)))
(display (list (f 2) (f 5)))
;; expect: ((2 3) #f)

;; case: long lists
(display (list 1 2 3 4 5 6 7 8 9 10 11 12 13 14))
;; expect: (1 2 3 4 5 6 7 8 9 10 11 12 13 14)

;; case: constant folding stays exact
(define (f) (list (+ 1 2) (* 1000000000000 1000000) (- 5) (< 1 2) (if (= 1 2) 'a 'b) (quotient 7 2)))
(display (f))
;; expect: (3 1000000000000000000 -5 #t b 3)

;; case: division by zero stays an error
(define (f) (quotient 1 0))
(display 'before)
(display (f))
;; expect: before!quotient: division by zero at script.scm:1:13

;; case: unused results of operations that may fail
(define (f x) (car x) 'ok)
(display (f '(1)))
(display (f 1))
;; expect: ok!car: wrong type 1 at script.scm:1:15

;; case: unspecified
(display (list (%unspecified)))
;; expect: (#!void)

;; case: types known by construction
(define (f a b) (let ((p (cons a b))) (if (pair? p) (if (null? p) 1 (car p)) 3)))
(display (f 'x 'y))
;; expect: x

;; case: characters
(define (f a b) (list (char=? a b) (char<? a b) (if (char<? a b) 'less 'not)))
(display (list (f #\a #\b) (f #\b #\b)))
(f #\a 1)
;; expect: ((#f #t less) (#t #f not))!char=?: wrong type 1 at script.scm:1:23

;; case: extremes
(define (f a b) (list (min a b) (max a b) (abs a)))
(display (list (f 1 2) (f 3 -3) (f -4 1.5)))
(f 'x 1)
;; expect: ((1 2 1) (-3 3 3) (-4.0 1.5 4))!min: wrong type x at script.scm:1:23

;; case: fixnum arithmetic
(define (f a b) (fx+ a b))
(display (f 1 2))
(f 1 'x)
;; expect: 3!fx+: wrong type x at script.scm:1:17
