;; case: constant
(display 42)
;; expect: 42

;; case: fib
(define (fib n) (if (< n 2) n (+ (fib (- n 1)) (fib (- n 2)))))
(display (fib 15))
;; expect: 610

;; case: tak
(define (tak x y z)
  (if (not (< y x)) z
      (tak (tak (- x 1) y z) (tak (- y 1) z x) (tak (- z 1) x y))))
(display (tak 9 6 3))
;; expect: 6

;; case: closure over a parameter
(define (adder n) (lambda (x) (+ x n)))
(display ((adder 3) 4))
;; expect: 7

;; case: counter
(define (counter)
  (let ((n 0)) (lambda () (set! n (+ n 1)) n)))
(define c (counter))
(define d (counter))
(c) (c)
(display (list (c) (d)))
;; expect: (3 1)

;; case: named let sums
(define (sum l) (let loop ((l l) (acc 0)) (if (null? l) acc (loop (cdr l) (+ acc (car l))))))
(display (sum '(1 2 3 4)))
;; expect: 10

;; case: loop in an operand
(define (f n)
  (+ 1 (let loop ((i 0) (acc 0)) (if (= i n) acc (loop (+ i 1) (+ acc i)))) n))
(display (f 10))
;; expect: 56

;; case: nested loops
(define (table n)
  (let outer ((i 1) (rows '()))
    (if (> i n)
        (reverse rows)
        (outer (+ i 1)
               (cons (let inner ((j 1) (row '()))
                       (if (> j n) (reverse row) (inner (+ j 1) (cons (* i j) row))))
                     rows)))))
(display (table 3))
;; expect: ((1 2 3) (2 4 6) (3 6 9))

;; case: mutual recursion local
(define (parity n)
  (letrec ((even (lambda (n) (if (= n 0) 'even (odd (- n 1)))))
           (odd (lambda (n) (if (= n 0) 'odd (even (- n 1))))))
    (even n)))
(display (list (parity 10) (parity 7)))
;; expect: (even odd)

;; case: mutual recursion that escapes
(define (make)
  (letrec ((even (lambda (n) (if (= n 0) #t (odd (- n 1)))))
           (odd (lambda (n) (if (= n 0) #f (even (- n 1))))))
    (list even odd)))
(display (list ((car (make)) 10) ((cadr (make)) 10)))
;; expect: (#t #f)

;; case: mutual closures with free variables
(define (make k)
  (letrec ((up (lambda (n) (if (> n k) (list 'top n) (down (+ n 2)))))
           (down (lambda (n) (if (= n 0) (list 'bottom k) (up (- n 1))))))
    (lambda (flag) (if flag up down))))
(display (((make 10) #t) 1))
(display (((make 3) #f) 0))
;; expect: (top 11)(bottom 3)

;; case: deep recursion
(define (count n) (if (= n 0) 0 (+ 1 (count (- n 1)))))
(display (count 100000))
;; expect: 100000

;; case: map with closure
(define (map1 f l) (if (null? l) '() (cons (f (car l)) (map1 f (cdr l)))))
(define (scale k l) (map1 (lambda (x) (* k x)) l))
(display (scale 3 '(1 2 3)))
;; expect: (3 6 9)

;; case: argument order
(define (show x) (display x) x)
(display (+ (show 1) (show 2) (show 3)))
(display (list (show 'a) (show 'b)))
;; expect: 1236ab(a b)

;; case: operator first
(define (show x) (display x) x)
((begin (show 'f) (lambda (a b) (display 'body))) (show 1) (show 2))
;; expect: f12body

;; case: let evaluates outside
(define x 1)
(display (let ((x 2) (y x)) (list x y)))
;; expect: (2 1)

;; case: shadowing
(display (let ((x 1)) (let ((x (+ x 1))) (let ((x (* x 10))) x))))
;; expect: 20

;; case: and or
(display (list (and) (or) (and 1 2) (or #f 3) (and #f 1) (or 1 2) (or #f #f)))
;; expect: (#t #f 2 3 #f 1 #f)

;; case: or as a value after calls
(define (f x) (if (> x 2) x #f))
(define (g x) (or (f x) (f (+ x 1)) (f (+ x 2)) 'none))
(display (list (g 0) (g 1) (g 2) (g 3)))
;; expect: (none 3 3 3)

;; case: conditions of conditions
(define (f a b c) (if (if a b c) 'yes 'no))
(define (g a b) (if (not (and a (or b (not a)))) 1 2))
(display (list (f 1 2 3) (f 1 #f 3) (f #f 1 #f) (f #f #f 1) (g #t #f) (g #t #t) (g #f #t)))
;; expect: (yes no no yes 1 2 1)

;; case: cond chain
(define (name n) (cond ((= n 0) 'zero) ((= n 1) 'one) ((= n 2) 'two) (else 'many)))
(display (list (name 0) (name 1) (name 2) (name 3)))
;; expect: (zero one two many)

;; case: join after calls in arms
(define (id x) x)
(define (f a b) (let ((x (if a (id b) (+ b 1)))) (list x (* x 2) a)))
(display (list (f #t 5) (f #f 5)))
;; expect: ((5 10 #t) (6 12 #f))

;; case: several joins
(define (id x) x)
(define (f a b c)
  (let* ((x (if a (id 1) 2)) (y (if b (id x) (+ x 1))) (z (if c (id y) (+ x y))))
    (list x y z)))
(display (list (f #t #t #t) (f #f #f #f) (f #t #f #t)))
;; expect: ((1 1 1) (2 3 5) (1 2 2))

;; case: set of a local
(define (f x) (set! x (+ x 1)) (set! x (* x 2)) x)
(display (f 4))
;; expect: 10

;; case: set in a loop with closures
(define (f)
  (let loop ((i 0) (procs '()))
    (if (< i 3)
        (loop (+ i 1) (cons (lambda () (set! i (+ i 10)) i) procs))
        procs)))
(define ps (f))
(display (list ((car ps)) ((car ps)) ((cadr ps))))
;; expect: (12 22 11)

;; case: closures capture each iteration
(define (f) (let loop ((i 0) (procs '())) (if (< i 3) (loop (+ i 1) (cons (lambda () i) procs)) procs)))
(define (map1 f l) (if (null? l) '() (cons (f (car l)) (map1 f (cdr l)))))
(display (map1 (lambda (p) (p)) (f)))
;; expect: (2 1 0)

;; case: begin and effects
(define (f) (begin (display 1) (display 2) 3))
(display (f))
;; expect: 123

;; case: quoted data
(display '(a #(1 2 "x") (b . c) #\x))
;; expect: (a #(1 2 x) (b . c) #\x)

;; case: nested procedures three deep
(define (f a) (lambda (b) (lambda (c) (list a b c))))
(display (((f 1) 2) 3))
;; expect: (1 2 3)

;; case: inner procedure called twice, not in tail position
(define (f n)
  (define (helper x) (* x n))
  (+ (helper 2) (helper 3)))
(display (f 10))
;; expect: 50

;; case: inner recursion with free variables
(define (power b n)
  (define (go n) (if (= n 0) 1 (* b (go (- n 1)))))
  (go n))
(display (power 2 10))
;; expect: 1024

;; case: inner procedures calling each other with many free variables
(define (f a b c d e)
  (define (g x) (if (= x 0) (list a b c d e) (cons x (h (- x 1)))))
  (define (h x) (if (= x 0) (list e d c b a) (cons x (g (- x 1)))))
  (list (g 2) (h 1)))
(display (f 1 2 3 4 5))
;; expect: ((2 1 1 2 3 4 5) (1 1 2 3 4 5))

;; case: same procedure known and escaping
(define (f k)
  (define (g x) (+ x k))
  (list (g 1) (let ((h g)) (h 2)) ((if k g car) 3)))
(display (f 10))
;; expect: (11 12 13)

;; case: void
(display (if #f #f))
;; expect: #!void

;; case: vectors
(define (fill n) (let ((v (make-vector n 0))) (let loop ((i 0)) (if (< i n) (begin (vector-set! v i (* i i)) (loop (+ i 1))))) v))
(display (fill 5))
;; expect: #(0 1 4 9 16)

;; case: flonums
(display (+ 1.5 2))
(display (* 2.0 3.0))
;; expect: 3.56.0

;; case: fib of a repl
;; repl
(define (fib n) (if (< n 2) n (+ (fib (- n 1)) (fib (- n 2)))))
(fib 10)
;; expect: 55

;; case: loop over free values
(define (f a b) (lambda (n) (let loop ((i 0) (l '())) (if (< i n) (loop (+ i a) (cons (lambda () (+ i b)) l)) (cons b (map0 l))))))
(define (map0 l) (if (null? l) '() (cons ((car l)) (map0 (cdr l)))))
(display ((f 2 10) 6))
;; expect: (10 14 12 10)

;; case: loop over free boxes and closures
(define (f n) (let ((sum 0)) (define (add! x) (set! sum (+ sum x)) (if (> x 2) (add! (- x 3)) sum)) (list (lambda (l) (let loop ((l l)) (if (pair? l) (begin (add! (car l)) (set! sum (+ sum n)) (loop (cdr l))) sum))) add!)))
(display ((car (f 100)) '(1 2 5)))
;; expect: 310
