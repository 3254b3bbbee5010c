(declare (standard-bindings) (extended-bindings) (not safe) (block) (fixnum))
;; Forms that Termite programs take from Gambit: declarations, before imports too.
(import (scheme base) (scheme write) (termite))
(declare (mostly-fixnum))

(define-syntax show
  (syntax-rules ()
    ((_ expression ...)
     (begin
       (begin
         (write 'expression)
         (display " => ")
         (write expression)
         (newline))
       ...))))

;; -- declarations --

(define (declared x)
  (declare (not interrupts-enabled))
  (let ((y (+ x 1)))
    (declare (generic))
    y))
(show (declared 1)
      (let () (declare (inline)) 'value))

;; -- keywords --

(show name:
      (list name: 'x)
      (keyword? name:)
      (keyword? 'name:)
      (keyword? 'name)
      (keyword->string name:)
      (eq? (string->keyword "name") name:)
      (let ((value: 5)) value:)
      (map (lambda (x) (eq? x k:)) '(k: k)))

;; -- parameters --

(define (f a #!optional (b 10) c #!key (k 'def) (l a)) (list a b c k l))
(define (g #!key (a 1) (b (+ a 1))) (list a b))
(define (h a #!rest r) (list a r))
(define (i a #!optional b #!rest r #!key k) (list a b r k))
(define (d #!optional (x #f) y) (list x y))
(define unnamed (lambda (#!optional (x 'absent) #!key k) (list x k)))
(define-syntax report
  (syntax-rules ()
    ((_ expression)
     (guard (e ((error-object? e) (error-object-message e))) expression))))
(show (f 1)
      (f 1 2)
      (f 1 2 3)
      (f 1 2 3 k: 5)
      (f 1 2 3 l: 7 k: 5)
      (g)
      (g b: 3)
      (g a: 5)
      (h 1)
      (h 1 2 3)
      (i 1)
      (i 1 2 k: 3)
      (d)
      (d 1 2)
      (unnamed)
      (unnamed 1 k: 2)
      (let loop ((n 0) (list '())) (if (= n 3) list (loop (+ n 1) (cons n list))))
      (report (g c: 1))
      (report (g a:))
      (report (f)))

;; -- special objects --

(show (eof-object? #!eof)
      (eq? #!void (void))
      (eq? (if #f #f) #!void)
      (list #!eof #!void))

;; -- define-macro --

(define-macro (swap! a b)
  (let ((t (gensym)))
    `(let ((,t ,a)) (set! ,a ,b) (set! ,b ,t))))
(define-macro (repeat n . body)
  (if (= n 0) '(void) `(begin ,@body (repeat ,(- n 1) ,@body))))
(define-macro (with-default x #!optional (y ''none)) (list 'or x y))
(show (let ((x 1) (y 2)) (swap! x y) (list x y))
      (let ((n 0)) (repeat 3 (set! n (+ n 1))) n)
      (with-default #f)
      (with-default #f 5))
(define (local)
  (define-macro (twice x) `(* 2 ,x))
  (twice 21))
(show (local))

;; -- define-type --

(define-type point x y)
(define-type thing id: thing-of-test constructor: (new-thing name) predicate: is-thing
  (name read-only:) other)
(define-type hidden opaque: value)
(define p (make-point 1 2))
(define t (new-thing 'box))
(show p
      (list (point? p) (point? t) (point? 5))
      (list (point-x p) (point-y p))
      (begin (point-x-set! p 10) (point-x p))
      (list (is-thing t) (thing-name t))
      (begin (thing-other-set! t 'set) (thing-other t))
      (hidden-value (make-hidden 3))
      (report (point-x t)))
