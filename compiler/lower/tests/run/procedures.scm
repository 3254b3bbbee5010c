;; case: rest arguments
(define (f a . r) (list a r))
(display (list (f 1) (f 1 2) (f 1 2 3)))
;; expect: ((1 ()) (1 (2)) (1 (2 3)))

;; case: optional arguments given and not
(define (f a #!optional b c) (list a (if (%default-object? b) 'none b) (if (%default-object? c) 'none c)))
(display (list (f 1) (f 1 2) (f 1 2 3)))
;; expect: ((1 none none) (1 2 none) (1 2 3))

;; case: optional and rest unknown
(define (f a #!optional b . r) (list a (if (%default-object? b) 'none b) r))
(define (g p) (list (p 1) (p 1 2) (p 1 2 3 4)))
(display (g f))
;; expect: ((1 none ()) (1 2 ()) (1 2 (3 4)))

;; case: case-lambda known
(define f (case-lambda ((a) (list 'one a)) ((a b) (list 'two a b)) ((a . r) (list 'more a r))))
(display (list (f 1) (f 1 2) (f 1 2 3)))
;; expect: ((one 1) (two 1 2) (more 1 (2 3)))

;; case: case-lambda unknown
(define f (case-lambda ((a) (list 'one a)) ((a b) (list 'two a b)) ((a . r) (list 'more a r))))
(define (g p) (list (p 1) (p 1 2) (p 1 2 3)))
(display (g f))
;; expect: ((one 1) (two 1 2) (more 1 (2 3)))

;; case: case-lambda closure
(define (make k) (case-lambda ((a) (list k a)) ((a b) (list k a b)) ((a b c . r) (list k r))))
(define (g p) (list (p 1) (p 1 2) (p 1 2 3) (p 1 2 3 4)))
(display (g (make 'k)))
;; expect: ((k 1) (k 1 2) (k ()) (k (4)))

;; case: case-lambda recursive closure
(define (make k)
  (letrec ((sum (case-lambda ((l) (sum l k)) ((l acc) (if (null? l) acc (sum (cdr l) (+ acc (car l))))))))
    sum))
(display (list ((make 100) '(1 2 3)) ((make 0) '(1) 5)))
;; expect: (106 6)

;; case: case-lambda local and known
(define (f k)
  (define sum (case-lambda ((l) (sum l k)) ((l acc) (if (null? l) acc (sum (cdr l) (+ acc (car l)))))))
  (+ (sum '(1 2)) (sum '(3) 4)))
(display (f 10))
;; expect: 20

;; case: wrong number of arguments of a known procedure
(define (f a) a)
(display (f 1 2))
;; expect: !wrong number of arguments: 2 at script.scm:2:10

;; case: wrong number of arguments of a closure
(define (f a) (lambda (b) (list a b)))
(display ((f 1)))
;; expect: !wrong number of arguments: 0 at script.scm:2:10

;; case: wrong number of arguments of a local procedure
(define (f a) (define (g b) (list a b)) (g))
(display (f 1))
;; expect: !wrong number of arguments: 0 at script.scm:1:41

;; case: calling what is no procedure
(define (f x) (x 1))
(display (f 5))
;; expect: !not a procedure: 5 at script.scm:1:15

;; case: wrong number of arguments of a primitive
(define (f x) (car x 1))
(display (f '(1)))
;; expect: !car: wrong number of arguments at script.scm:1:15

;; case: apply
(define (f a b . r) (list a b r))
(display (apply f 1 '(2 3 4)))
(display (apply + '(1 2 3)))
;; expect: (1 2 (3 4))6

;; case: primitives as values
(define (map1 f l) (if (null? l) '() (cons (f (car l)) (map1 f (cdr l)))))
(display (map1 car '((1) (2))))
(define first car)
(display (first '(7)))
(display ((if #t first cdr) '(8)))
;; expect: (1 2)78

;; case: many arguments
(define (f a b c d e f2 g h i j) (list j i h g f2 e d c b a))
(define (g k) (+ k (car (f 1 2 3 4 5 6 7 8 9 k))))
(display (g 10))
;; expect: 20

;; case: lambda applied at once
(display ((lambda (x y) (+ x y)) 1 2))
(display ((lambda x x) 1 2))
;; expect: 3(1 2)

;; case: procedure with an assigned parameter and rest
(define (f a . r) (set! a (cons a r)) (set! r 0) (list a r))
(display (f 1 2))
;; expect: ((1 2) 0)

;; case: lifted procedure used at several depths
(define (f a b)
  (define (g x) (if (> x 100) (list a b x) (h (lambda () (g (* x b))))))
  (define (h thunk) (let ((r (thunk))) (cons a r)))
  (g 2))
(display (f 3 7))
;; expect: (3 3 3 3 7 686)

;; case: escaping and known in one group, four free
(define (f a b c d)
  (letrec ((known (lambda (x) (if (= x 0) (list a b c d) (cons x (known (- x 1))))))
           (esc (lambda (x) (known x))))
    (list esc (known 1))))
(display (list ((car (f 1 2 3 4)) 2) (cadr (f 5 6 7 8))))
;; expect: ((2 1 1 2 3 4) (1 5 6 7 8))

;; case: boxes captured by known procedures
(define (f)
  (let ((n 0))
    (define (bump!) (set! n (+ n 1)) n)
    (define (twice) (bump!) (bump!))
    (twice) (twice)
    (list n (bump!))))
(display (f))
;; expect: (4 5)
