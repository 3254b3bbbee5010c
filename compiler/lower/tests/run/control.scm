;; case: escape
(define (call/cc f) (let ((k (%capture))) (f (lambda (v) (%throw k v)))))
(display (+ 1 (call/cc (lambda (k) (+ 10 (k 1))))))
;; expect: 2

;; case: escape from a loop
(define (call/cc f) (let ((k (%capture))) (f (lambda (v) (%throw k v)))))
(define (find p l) (call/cc (lambda (return) (let loop ((l l)) (if (null? l) #f (begin (if (p (car l)) (return (car l))) (loop (cdr l))))))))
(display (find (lambda (x) (> x 2)) '(1 2 3 4)))
;; expect: 3

;; case: generator by re-entry
(define (call/cc f) (let ((k (%capture))) (f (lambda (v) (%throw k v)))))
(define saved #f)
(define count 0)
(define (go)
  (let ((x (call/cc (lambda (k) (set! saved k) 0))))
    (set! count (+ count 1))
    (list x count)))
(define r (go))
(display r)
(if (< count 3) (saved (* 10 count)))
(display 'done)
;; expect: (0 1)(10 2)(20 3)done

;; case: re-entry sees boxes, not copies
(define (call/cc f) (let ((k (%capture))) (f (lambda (v) (%throw k v)))))
(define saved #f)
(define (f)
  (let ((n 0) (m 0))
    (let ((x (call/cc (lambda (k) (set! saved k) 'first))))
      (set! n (+ n 1))
      (let ((m (+ m 1)))
        (list x n m)))))
(define times 0)
(display (f))
(set! times (+ times 1))
(if (< times 3) (saved times))
;; expect: (first 1 1)(1 2 1)(2 3 1)

;; case: capture is not inlined away
(define (here) (%capture))
(define (f) (let ((k (here))) (if (pair? k) k (%throw k (list 'again)))))
(display (f))
;; expect: (again)

;; case: capture inside of a loop
(define (f n)
  (list (let loop ((i 0))
          (if (= i n) (let ((k (%capture))) (if (pair? k) (car k) (%throw k (cons 'got i)))) (loop (+ i 1))))
        'after))
(display (f 3))
;; expect: ((got . 3) after)

;; case: throw several values
(define (f) (let ((k (%capture))) (%throw k 1 2)))
(receive (a b) (f) (display (list a b)))
;; expect: (1 2)

;; case: dynamic environment
(define (with d thunk) (let ((old (%dynenv))) (%set-dynenv! d) (let ((r (thunk))) (%set-dynenv! old) r)))
(display (list (with 'a (lambda () (cons (%dynenv) (with 'b (lambda () (%dynenv)))))) (%dynenv)))
;; expect: ((a . b) ())

;; case: continuation passing fib
(define (fib n k) (if (< n 2) (k n) (fib (- n 1) (lambda (a) (fib (- n 2) (lambda (b) (k (+ a b))))))))
(display (fib 12 (lambda (x) x)))
;; expect: 144

;; case: coroutines
(define (call/cc f) (let ((k (%capture))) (f (lambda (v) (%throw k v)))))
(define (tree-walk tree visit) (if (pair? tree) (begin (tree-walk (car tree) visit) (tree-walk (cdr tree) visit)) (if (null? tree) 'skip (visit tree))))
(define (generator tree)
  (define return #f)
  (define resume #f)
  (lambda ()
    (call/cc (lambda (r)
      (set! return r)
      (if resume
          (resume 'go)
          (begin
            (tree-walk tree (lambda (x) (call/cc (lambda (next) (set! resume next) (return x)))))
            (return 'end)))))))
(define g (generator '((1 2) (3 (4)))))
(define a (g))
(define b (g))
(define c (g))
(define d (g))
(define e (g))
(display (list a b c d e))
;; expect: (1 2 3 4 end)
