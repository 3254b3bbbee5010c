;;; (termite match). Each line of the output is an expression or a datum, and what it gives.

(import (termite match))

(define-record-type point (make-point x y) point? (x point-x) (y point-y))
(define-type circle center radius)

(define-syntax show
  (syntax-rules ()
    ((_ expression ...)
     (begin
       (begin
         (write 'expression)
         (display " => ")
         (write (guard (e ((error-object? e) (condition-report-string e))) expression))
         (newline))
       ...))))

;; -- every kind of pattern, the clauses in order --

(define (kind x)
  (match x
    (() 'null)
    (1 'one)
    ("text" 'text)
    (2.5 'half)
    (#\a 'char)
    (#t 'true)
    (#u8(1 2) 'bytes)
    (name: 'keyword)
    ('sym 'symbol)
    ('(a "b" #(c)) 'datum)
    ((a) (list 'one-element a))
    ((a a) (list 'twice a))
    ((a . 'b) (list 'dotted-quote a))
    ((a b) (where (number? a) (> a b)) (list 'descending a b))
    ((a b) (list 'two a b))
    (#(a _ c) (list 'vector a c))
    (#() 'empty-vector)
    (($ point 0 y) (list 'on-axis y))
    (($ point x) (list 'point x))
    (($ circle ($ point x y) r) (list 'circle x y r))
    ((? string? s) (list 'string s))
    ((1 (2 (3 . x)) . y) (list 'nested x y))
    ((a b . rest) (list 'rest a b rest))
    ((a . b) (list 'pair a b))
    (_ 'other)))

(for-each
 (lambda (x)
   (write x)
   (display " => ")
   (write (kind x))
   (newline))
 (list '() 1 "text" 2.5 #\a #t #u8(1 2) name: 'sym '(a "b" #(c)) '(x) '("s" "s") '(a . b)
       '(2 1) '(1 2) '#(1 2 3) '#(1 2) '#() (make-point 0 1) (make-point 1 1)
       (make-circle (make-point 3 4) 5) (make-circle 0 0)
       "other" '(1 (2 (3 . 4)) 5) '(1 2 3 4) '(1 . 2) 7 1.0 #f))

;; -- values in scope, repeated names --

(define tag 5)

(show (match '(5 6) ((,tag x) x) (_ 'none))
      (match '(6 6) ((,tag x) x) (_ 'none))
      (match '(1 6) ((tag ,(+ tag 1)) (list 'inner tag)) (_ 'none))
      (match '(1 5) ((tag ,tag) (list 'outer tag)) (_ 'none))
      (match '(1 2) ((x . ,(list 2)) x))
      (match '((1 (2)) (1 (2))) ((a a) 'equal) ((a b) 'different))
      (match '((1 (2)) (1 (3))) ((a a) 'equal) ((a b) 'different))
      (match '#(1 #(2 1)) (#(a #(_ a)) a))
      (match 3 ((? odd? (? positive? n) m) (list n m))))

;; -- bodies --

(show (match 1 (x (define y (+ x 1)) (* y y)))
      (let loop ((n 10000)) (match n (0 'done) (n (loop (- n 1)))))
      (match (call/cc (lambda (k) (k '(1 2)))) ((a b) (+ a b)))
      (match 5 (else else))
      (match 1 (x (where (> x 1)) 'guarded) (x 'unguarded))
      (match 1 ((x) (car x)) (x (where #f) 1) (x (list x))))

;; -- errors --

(show (match (list 1 2) ((a) a) (#(x) x))
      (match 5 (($ 'point x) x))
      (match (make-point 1 2) (($ point x y z) x)))
