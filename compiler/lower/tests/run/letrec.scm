;; case: letrec of values in order
(define (f) (letrec* ((a 1) (b (+ a 1)) (c (list a b))) c))
(display (f))
;; expect: (1 2)

;; case: letrec reads before init
(define (f) (letrec* ((a (+ b 1)) (b 2)) a))
(display (f))
;; expect: !uninitialised at script.scm:1:29

;; case: letrec reads a computed value before its init
(define (g) 2)
(define (f) (letrec* ((a (+ b 1)) (b (g))) a))
(display (f))
;; expect: !uninitialised at script.scm:2:29

;; case: letrec order of effects
(define (show x) (display x) x)
(define (f) (letrec* ((a (show 1)) (h (lambda () (list a b))) (b (show 2)) (c (show 3))) (h)))
(display (f))
;; expect: 123(1 2)

;; case: procedure that reads a later value
(define (show x) x)
(define (f) (letrec* ((h (lambda () x)) (x (show 5))) (h)))
(display (f))
;; expect: 5

;; case: procedure called before the value it reads
(define (show x) x)
(define (f) (letrec* ((h (lambda () x)) (y (h)) (x (show 5))) y))
(display (f))
;; expect: !uninitialised at script.scm:2:37

;; case: assigned letrec procedure
(define (f)
  (letrec ((g (lambda (n) (if (= n 0) 'old (g (- n 1))))))
    (let ((old g))
      (set! g (lambda (n) 'new))
      (list (old 0) (old 1) (g 5)))))
(display (f))
;; expect: (old new new)

;; case: value that refers to itself through a closure
(define (f) (letrec ((s (cons 1 (lambda () s)))) (car ((cdr s)))))
(display (f))
;; expect: 1

;; case: mixed group
(define (f n)
  (letrec* ((k (list n 'k))
            (even? (lambda (n) (if (= n 0) k (odd? (- n 1)))))
            (odd? (lambda (n) (if (= n 0) #f (even? (- n 1)))))
            (r (even? n)))
    (list r (odd? n))))
(display (f 4))
;; expect: ((4 k) #f)

;; case: internal defines
(define (f x)
  (define a (* x 2))
  (define (g y) (+ a (h y)))
  (define b (g 1))
  (define (h z) (* z a))
  (list a b (g 2)))
(display (f 3))
;; expect: (6 12 18)

;; case: unused bindings vanish
(define (f) (letrec ((unused (lambda () (unused))) (g (lambda (x) x))) (g 1)))
(display (f))
;; expect: 1

;; case: letrec re-entered by a continuation
(define (call/cc f) (let ((k (%capture))) (f (lambda (v) (%throw k v)))))
(define (test)
  (let ((cont #f))
    (letrec ((x (call/cc (lambda (c) (set! cont c) 0)))
             (y (call/cc (lambda (c) (set! cont c) 0))))
      (if cont
          (let ((c cont)) (set! cont #f) (set! x 1) (set! y 1) (c 0))
          (+ x y)))))
(display (test))
;; expect: 1

;; case: three way recursion with an escaping member
(define (make n)
  (letrec ((a (lambda (x) (if (= x 0) n (b (- x 1)))))
           (b (lambda (x) (if (= x 0) (+ n 1) (c (- x 1)))))
           (c (lambda (x) (if (= x 0) (list a n) (a (- x 1))))))
    (list a (b 4))))
(display (list ((car (make 10)) 3) (cadr (cadr (make 5))) ((car (make 10)) 1)))
;; expect: (10 5 11)
