;; case: definition order
(define x 1)
(define (f) (list x y))
(define y (+ x 1))
(display (f))
;; expect: (1 2)

;; case: read before definition
(define (f) y)
(define x (f))
(define y 2)
(display x)
;; expect: !unbound y at script.scm:1:13

;; case: read before definition in order
(define x (list y))
(define y 2)
(display x)
;; expect: !unbound y at script.scm:1:17

;; case: alias read before its definition
(define (f l) (first l))
(define x (f '(1)))
(define first car)
;; expect: !unbound first at script.scm:1:16

;; case: constant behind a call
(define (f) y)
(display 'a)
(define x (list (car '(1))))
(define y 2)
(display (f))
(define (g) 1)
(g)
(define z 3)
(define (h) z)
(display (list (h) z x))
;; expect: a2(3 3 (1))

;; case: read of a computed value before its definition
(define (f) y)
(define x (f))
(define y (list 2))
(display x)
;; expect: !unbound y at script.scm:1:13

;; case: unresolved name
(define (f) nowhere)
(display 1)
(f)
;; expect: 1!unbound nowhere at script.scm:1:13

;; case: call of an unresolved name
(define (f) (nowhere 1))
(f)
;; expect: !unbound nowhere at script.scm:1:14

;; case: defined twice
(define (f) 1)
(define a (f))
(define (f) 2)
(display (list a (f)))
;; expect: (1 2)

;; case: assigned
(define x 1)
(define (bump) (set! x (+ x 1)) x)
(bump)
(display (list (bump) x))
;; expect: (3 3)

;; case: assigned procedure
(define (f) 1)
(define (g) (f))
(define a (g))
(set! f (lambda () 2))
(display (list a (g)))
;; expect: (1 2)

;; case: assignment of an unbound name
(define (f) (set! y 1))
(f)
(define y (list 2))
;; expect: !unbound y at script.scm:1:13

;; case: aliases
(define (f x) (list x))
(define g f)
(define h g)
(define c 5)
(define d c)
(display (list (h 1) d))
;; expect: ((1) 5)

;; case: begin at toplevel
(begin (define a 1) (define (f) (+ a 1)))
(display (f))
;; expect: 2

;; case: known procedure used before its definition
(define x (f 1))
(define (f n) (+ n 1))
(display x)
;; expect: 2

;; case: toplevel closure over a let
(define next (let ((n 0)) (lambda () (set! n (+ n 1)) n)))
(next)
(display (next))
;; expect: 2

;; case: toplevel expressions with calls
(define (f x) (display x) x)
(f 1)
(if (f 2) (f 3) (f 4))
(let loop ((i 0)) (if (< i 3) (begin (f i) (loop (+ i 1)))))
(display 'end)
;; expect: 123012end

;; case: repl links by name
;; repl
(define x 1)
(define (get) x)
(set! x 5)
(get)
;; expect: 5

;; case: repl value of a definition
;; repl
(define x 1)
;; expect: 

;; case: library exports
(display (list (twice 4) limit (count) (count) (apply2 twice 5)))
(display (list (opt 1) (opt 1 2) (apply opt '(1 2)) (cl 1) (cl 1 2)))
(display (map1 (lambda (x) (* x limit)) '(1 2)))
(display (list (first '(1)) seven name))
;; unit: lib/a
(define (twice x) (* x 2))
(define limit (+ 40 2))
(define n 0)
(define (count) (set! n (+ n 1)) n)
(define (apply2 f x) (f (f x)))
(define (opt a #!optional b) (if (%default-object? b) (list a) (list a b)))
(define cl (case-lambda ((a) (list 'one a)) ((a b) (list 'two b))))
(define (map1 f l) (if (null? l) '() (cons (f (car l)) (map1 f (cdr l)))))
(define first car)
(define seven 7)
(define name 'n)
;; expect: (8 42 1 2 20)((1) (1 2) (1 2) (one 1) (two 2))(42 84)(1 7 n)

;; case: library on library
(display (list (quad 3) (again 5) (dbl 6)))
;; unit: lib/a
(define (twice x) (* x 2))
;; unit: lib/b
(define (quad x) (twice (twice x)))
(define again twice)
(define dbl again)
(export twice)
;; expect: (12 10 12)

;; case: wrong number of arguments of an imported procedure
(display (twice 1 2))
;; unit: lib/a
(define (twice x) (* x 2))
;; expect: !wrong number of arguments: 2 at script.scm:1:10

;; case: wrong number of arguments of an imported clause
(display (cl 1 2 3))
;; unit: lib/a
(define cl (case-lambda ((a) a) ((a b) b)))
;; expect: !wrong number of arguments: 3 at script.scm:1:10

;; case: records
(define point (vector 'point))
(define (make-point x y) (%make-record point x y))
(define (point? p) (%record? p point))
(define (point-x p) (%record-ref p point 'point-x 0))
(define (set-point-x! p x) (%record-set! p point 'set-point-x! 0 x))
(define p (make-point 3 4))
(set-point-x! p 5)
(display (list (point? p) (point? 5) (point-x p)))
(point-x 7)
;; expect: (#t #f 5)!point-x: wrong type 7 at script.scm:4:21

;; case: imported record accessors
(define p (make-point 3 4))
(set-point-x! p 5)
(display (list (point? p) (point? 5) (point-x p)))
;; unit: lib/point
(define point (vector 'point))
(define (make-point x y) (%make-record point x y))
(define (point? p) (%record? p point))
(define (point-x p) (%record-ref p point 'point-x 0))
(define (set-point-x! p x) (%record-set! p point 'set-point-x! 0 x))
;; expect: (#t #f 5)
