;; case: two values
(define (two) (values 1 2))
(receive (a b) (two) (display (list a b)))
;; expect: (1 2)

;; case: values in place
(define (f x) (receive (a b) (values x (+ x 1)) (* a b)))
(display (f 3))
;; expect: 12

;; case: rest of values
(define (three) (values 1 2 3))
(receive (a . r) (three) (display (list a r)))
(receive all (three) (display all))
(receive (a . r) (values 'x) (display (list a r)))
;; expect: (1 (2 3))(1 2 3)(x ())

;; case: no values
(define (none) (values))
(receive () (none) (display 'ok))
(begin (none) (display 'ok2))
;; expect: okok2

;; case: ignored values
(define (two) (values 1 2))
(define (f) (two) (values 1 2 3) 'end)
(display (f))
;; expect: end

;; case: values in arms
(define (two x) (values x x))
(define (f p) (receive (a b) (if p (two 1) (values 2 3)) (list a b)))
(display (list (f #t) (f #f)))
;; expect: ((1 1) (2 3))

;; case: too few values
(define (one) 1)
(receive (a b) (one) (display 'bad))
;; expect: !wrong number of values: 1

;; case: too many values in place
(define (f) (receive (a) (values 1 2) a))
(display (f))
;; expect: !wrong number of values: 2

;; case: values where one is wanted
(define (f) (+ 1 (values 2)))
(display (f))
;; expect: 3

;; case: several values where one is wanted
(define (f) (+ 1 (values 2 3)))
(display (f))
;; expect: !wrong number of values: 2

;; case: several returned values where one is wanted
(define (two) (values 2 3))
(define (f) (let ((x (two))) x))
(display (f))
;; expect: !wrong number of values: 2

;; case: one value where none is used
(define (two) (values 2 3))
(define (f) (let ((x (two))) 1))
(display (f))
;; expect: !wrong number of values: 2

;; case: tail values through
(define (two) (values 2 3))
(define (f) (two))
(receive (a b) (f) (display (list a b)))
;; expect: (2 3)

;; case: define-values
(define (two) (values 2 3))
(define-values (a b) (two))
(define (g) (list a b))
(display (g))
;; expect: (2 3)

;; case: values from a loop
(define (div n d) (let loop ((q 0) (r n)) (if (< r d) (values q r) (loop (+ q 1) (- r d)))))
(define (f n d) (receive (q r) (div n d) (list q r)))
(define (g n d) (receive (q r) (let loop ((q 0) (r n)) (if (< r d) (values q r) (loop (+ q 1) (- r d)))) (list q r)))
(display (list (f 17 5) (g 17 5)))
;; expect: ((3 2) (3 2))

;; case: values primitive as a value
(define (f p) (receive (a b) (p 1 2) (list a b)))
(display (f values))
;; expect: (1 2)
