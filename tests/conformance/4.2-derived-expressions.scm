;;; R7RS 4.2: derived expression types.
(include "check.inc")

;; 4.2.1 Conditionals
(check
 (cond ((> 3 2) 'greater) ((< 3 2) 'less)) => greater
 (cond ((> 3 3) 'greater) ((< 3 3) 'less) (else 'equal)) => equal
 (cond ((assv 'b '((a 1) (b 2))) => cadr) (else #f)) => 2
 (cond ((assv 'c '((a 1) (b 2))) => cadr) (else #f)) => #f
 (cond (1)) => 1
 (cond (#f) (2)) => 2
 (cond (else 1 2 3)) => 3
 (cond (#t 1 2 3)) => 3
 (cond ('(a) => car)) => a
 (cond (#f => car) (else 'no)) => no
 (let ((n 0)) (cond ((begin (set! n (+ n 1)) n) => (lambda (x) (list x n))))) => (1 1)
 (let ((n 0)) (cond ((begin (set! n (+ n 1)) n))) n) => 1
 (cond) =>! syntax
 (cond (else)) =>! syntax
 (cond (else 1) (#t 2)) =>! syntax
 (cond ()) =>! syntax
 (cond 5) =>! syntax
 (cond (1 =>)) =>! syntax
 (cond (1 => car cdr)) =>! syntax
 (cond (1 => 2)) =>! error)

(check
 (case (* 2 3) ((2 3 5 7) 'prime) ((1 4 6 8 9) 'composite)) => composite
 (case (car '(c d)) ((a e i o u) 'vowel) ((w y) 'semivowel) (else => (lambda (x) x))) => c
 (case 'a ((a e i o u) 'vowel) (else 'consonant)) => vowel
 (case 5 ((1 2 3) 'low) (else 'high)) => high
 (case 5 ((1 2 3 4) 'low) ((5 6) => (lambda (x) (* x 10)))) => 50
 (case #\b ((#\a #\b) 'ab) (else 'other)) => ab
 (case 2.0 ((2) 'exact) ((2.0) 'inexact)) => inexact
 (case '() ((()) 'empty) (else 'other)) => empty
 (case #t ((#t) 'true) ((#f) 'false)) => true
 (case (list 1) (((1)) 'equal) (else 'not-eqv)) => not-eqv
 (case (string #\a) (("a") 'equal) (else 'not-eqv)) => not-eqv
 (case 'else ((else) 'quoted) (else 'no)) => quoted
 (case '=> ((=>) 'quoted) (else 'no)) => quoted
 (case 1 (() 'none) ((1) 'one)) => one
 (case 1 ((1) 'a 'b 'c)) => c
 (case 100000000000000000000 ((100000000000000000000) 'big) (else 'no)) => big
 (case 1/2 ((1/2) 'half) (else 'no)) => half
 (case) =>! syntax
 (case 1 (1 2)) =>! syntax
 (case 1 (else 1) ((2) 3)) =>! syntax
 (case 1 ((1))) =>! syntax)

(check
 (and (= 2 2) (> 2 1)) => #t
 (and (= 2 2) (< 2 1)) => #f
 (and 1 2 'c '(f g)) => (f g)
 (and) => #t
 (and #f (error "not evaluated")) => #f
 (and 5) => 5
 (or (= 2 2) (> 2 1)) => #t
 (or (= 2 2) (< 2 1)) => #t
 (or #f #f #f) => #f
 (or (memq 'b '(a b c)) (/ 3 0)) => (b c)
 (or) => #f
 (or 5) => 5
 (or #f 5 (error "not evaluated")) => 5
 (let ((t 5)) (or #f t)) => 5
 (call-with-values (lambda () (and #t (values 1 2))) list) => (1 2)
 (call-with-values (lambda () (or #f (values 1 2))) list) => (1 2))

(check
 (when (> 1 0) 'a 'b) => b
 (let ((n 0)) (when #f (set! n 1)) n) => 0
 (let ((n 0)) (when 5 (set! n 1) (set! n (+ n 1))) n) => 2
 (unless (> 1 0) 'a) =>output ""
 (unless #f 'a 'b) => b
 (let ((n 0)) (unless #t (set! n 1)) n) => 0
 (when (= 1 1.0) (display "1") (display "2")) =>output "12"
 (unless (= 1 1.0) (display "1") (display "2")) =>output ""
 (when) =>! syntax
 (unless) =>! syntax)

(check
 (cond-expand (r7rs 'yes) (else 'no)) => yes
 (cond-expand (full-unicode 'yes) (else 'no)) => yes
 (cond-expand (no-such-feature 'yes) (else 'no)) => no
 (cond-expand ((library (scheme base)) 'yes) (else 'no)) => yes
 (cond-expand ((library (no such library)) 'yes) (else 'no)) => no
 (cond-expand ((and r7rs full-unicode) 'yes) (else 'no)) => yes
 (cond-expand ((and r7rs no-such-feature) 'yes) (else 'no)) => no
 (cond-expand ((or no-such-feature r7rs) 'yes) (else 'no)) => yes
 (cond-expand ((or) 'yes) (else 'no)) => no
 (cond-expand ((and) 'yes) (else 'no)) => yes
 (cond-expand ((not no-such-feature) 'yes) (else 'no)) => yes
 (cond-expand ((not r7rs) 'yes) (else 'no)) => no
 (cond-expand ((and r7rs (not (library (foo bar)))) 1 2 3) (else 'no)) => 3
 (cond-expand (no-such-feature (this is not (an expression at . all))) (else 'skipped)) => skipped
 (let () (cond-expand (r7rs (define a 5)) (else (define a 6))) a) => 5
 (and (memq 'r7rs (features)) #t) => #t
 (and (memq 'full-unicode (features)) #t) => #t)

;; 4.2.2 Binding constructs
(check
 (let ((x 2) (y 3)) (* x y)) => 6
 (let ((x 2) (y 3)) (let ((x 7) (z (+ x y))) (* z x))) => 35
 (let ((x 2) (y 3)) (let* ((x 7) (z (+ x y))) (* z x))) => 70
 (letrec ((even? (lambda (n) (if (zero? n) #t (odd? (- n 1)))))
          (odd? (lambda (n) (if (zero? n) #f (even? (- n 1))))))
   (even? 88)) => #t
 (letrec* ((p (lambda (x) (+ 1 (q (- x 1)))))
           (q (lambda (y) (if (zero? y) 0 (+ 1 (p (- y 1))))))
           (x (p 5))
           (y x))
   y) => 5
 (let () 5) => 5
 (let* () 5) => 5
 (letrec () 5) => 5
 (letrec* () 5) => 5
 (let* ((x 1) (x (+ x 1))) x) => 2
 (let ((x 1)) (define y 2) (+ x y)) => 3
 (let* ((x 1) (y (* x 10))) (define z 100) (+ x y z)) => 111
 (letrec ((a 1) (b 2)) (define c 3) (list a b c)) => (1 2 3)
 (let ((x 1)) (let ((x 2) (y x)) (list x y))) => (2 1)
 (let ((=> #f)) (cond (#t => 'ok))) => ok
 (let ((list vector)) (list 1 2)) => #(1 2)
 (let ((if list)) (if 1 2 3)) => (1 2 3)
 (let ((define list)) (define 1 2)) => (1 2)
 (let ((begin list)) (begin 1 2)) => (1 2)
 (let ((x 1) (x 2)) x) =>! syntax
 (letrec ((x 1) (x 2)) x) =>! syntax
 (let ((x)) x) =>! syntax
 (let ((x 1 2)) x) =>! syntax
 (let ((x 1))) =>! syntax
 (let x) =>! syntax
 (let) =>! syntax
 (let* ((5 1)) 1) =>! syntax
 (letrec ((a b) (b 1)) a) =>! error
 (letrec* ((a (lambda () b)) (c (a)) (b (list 1))) c) =>! error
 (letrec* ((a 1) (b (+ a 1))) b) => 2)

(check
 (let-values (((root rem) (exact-integer-sqrt 32))) (* root rem)) => 35
 (let ((a 'a) (b 'b) (x 'x) (y 'y))
   (let*-values (((a b) (values x y)) ((x y) (values a b)))
     (list a b x y))) => (x y x y)
 (let ((a 'a) (b 'b) (x 'x) (y 'y))
   (let-values (((a b) (values x y)) ((x y) (values a b)))
     (list a b x y))) => (x y a b)
 (let-values (((a . rest) (values 1 2 3))) (list a rest)) => (1 (2 3))
 (let-values ((all (values 1 2 3))) all) => (1 2 3)
 (let-values ((all (values))) all) => ()
 (let-values (((a b . c) (values 1 2))) (list a b c)) => (1 2 ())
 (let-values () 5) => 5
 (let*-values () 5) => 5
 (let-values (((a) 1) ((b) 2)) (define c 3) (list a b c)) => (1 2 3)
 (let*-values (((a) 1) ((b c) (values a (+ a 1)))) (list a b c)) => (1 1 2)
 (let-values (((a b) (values 1))) a) =>! error
 (let-values (((a) (values 1 2))) a) =>! error
 (let-values (((a b) (values 1 2)) ((b) 1)) a) =>! syntax
 (let () (define-values (x y) (values 1 2)) (+ x y)) => 3)

;; 4.2.3 Sequencing
(define x 0)
(check
 (and (= x 0) (begin (set! x 5) (+ x 1))) => 6
 (begin (display "4 plus 1 equals ") (display (+ 4 1))) =>output "4 plus 1 equals 5"
 (begin 1 2 3) => 3
 (let () (begin (define a 1) (define b 2)) (+ a b)) => 3
 (let () (begin) 5) => 5
 (let ((trace '()))
   (begin (set! trace (cons 1 trace)) (set! trace (cons 2 trace)))
   trace) => (2 1))

;; 4.2.4 Iteration
(check
 (do ((vec (make-vector 5)) (i 0 (+ i 1))) ((= i 5) vec) (vector-set! vec i i)) => #(0 1 2 3 4)
 (let ((x '(1 3 5 7 9)))
   (do ((x x (cdr x)) (sum 0 (+ sum (car x)))) ((null? x) sum))) => 25
 (let loop ((numbers '(3 -2 1 6 -5)) (nonneg '()) (neg '()))
   (cond ((null? numbers) (list nonneg neg))
         ((>= (car numbers) 0)
          (loop (cdr numbers) (cons (car numbers) nonneg) neg))
         ((< (car numbers) 0)
          (loop (cdr numbers) nonneg (cons (car numbers) neg))))) => ((6 1 3) (-5 -2))
 (do ((i 0 (+ i 1)) (j 10)) ((= i 3) (list i j))) => (3 10)
 (do ((i 0 (+ i 1))) ((= i 3) 'a 'b)) => b
 (do ((i 0 (+ i 1))) ((= i 3)) (display i)) =>output "012"
 (map (lambda (f) (f))
      (do ((i 0 (+ i 1)) (fs '() (cons (lambda () i) fs))) ((= i 3) fs))) => (2 1 0)
 (let loop () 5) => 5
 (let loop ((i 0)) (if (< i 1000000) (loop (+ i 1)) i)) => 1000000
 (let f ((n 5)) (if (= n 0) 1 (* n (f (- n 1))))) => 120
 (let ((f 5)) (let f ((n f)) (if (number? n) n f))) => 5
 (do ((i 0 (+ i 1) 2)) (#t)) =>! syntax
 (do ((i 0)) ()) =>! syntax
 (do) =>! syntax)

;; 4.2.5 Delayed evaluation
(define integers
  (letrec ((next (lambda (n) (delay (cons n (next (+ n 1)))))))
    (next 0)))
(define (head stream) (car (force stream)))
(define (tail stream) (cdr (force stream)))
(define (stream-filter p? s)
  (delay-force
   (if (null? (force s))
       (delay '())
       (let ((h (car (force s))) (t (cdr (force s))))
         (if (p? h)
             (delay (cons h (stream-filter p? t)))
             (stream-filter p? t))))))
(define count 0)
(define p
  (delay (begin (set! count (+ count 1))
                (if (> count x) count (force p)))))
(define (loop n) (if (= n 0) (delay 'done) (delay-force (loop (- n 1)))))
(define (stream-drop s n) (delay-force (if (= n 0) s (stream-drop (tail s) (- n 1)))))
(check
 (force (delay (+ 1 2))) => 3
 (let ((p (delay (+ 1 2)))) (list (force p) (force p))) => (3 3)
 (head (tail (tail integers))) => 2
 (head (tail (tail (stream-filter odd? integers)))) => 5
 (begin (set! x 5) (promise? p)) => #t
 (force p) => 6
 (begin (set! x 10) (force p)) => 6
 (eqv? (delay 1) 1) => #f
 (pair? (delay (cons 1 2))) => #f
 (force 5) => 5
 (force '(1)) => (1)
 (promise? 5) => #f
 (promise? (lambda () 5)) => #f
 (promise? (delay 5)) => #t
 (promise? (delay-force (delay 5))) => #t
 (promise? (make-promise 5)) => #t
 (force (make-promise 5)) => 5
 (let ((p (delay 1))) (eq? p (make-promise p))) => #t
 (let ((p (make-promise 7))) (force (make-promise p))) => 7
 (force (delay-force (delay 5))) => 5
 (force (delay-force (make-promise 5))) => 5
 (promise? (force (delay (delay 5)))) => #t
 (force (loop 300000)) => done
 (head (stream-drop integers 100000)) => 100000
 (let ((n 0)) (let ((p (delay (begin (set! n (+ n 1)) n)))) (force p) (force p) n)) => 1
 (let* ((n 0) (p (delay-force (begin (set! n (+ n 1)) (delay n))))) (force p) (force p) n) => 1
 (letrec ((q (let ((first? #t)) (delay (if first? (begin (set! first? #f) (force q) 'second) 'first)))))
   (force q)) => first
 (let ((p (delay (raise 'oops)))) (guard (e (#t e)) (force p))) => oops
 (let* ((n 0) (p (delay (begin (set! n (+ n 1)) (if (= n 1) (raise 'once) n)))))
   (list (guard (e (#t e)) (force p)) (force p) (force p))) => (once 2 2)
 (delay) =>! syntax
 (delay 1 2) =>! syntax)

;; 4.2.6 Dynamic bindings
(define radix
  (make-parameter 10 (lambda (x) (if (and (exact-integer? x) (<= 2 x 16)) x (error "invalid radix")))))
(define (f n) (number->string n (radix)))
(define seen '())
(define noted (make-parameter 1 (lambda (x) (set! seen (cons x seen)) (* x 10))))
(check
 (f 12) => "12"
 (parameterize ((radix 2)) (f 12)) => "1100"
 (f 12) => "12"
 (radix) => 10
 (parameterize ((radix 0)) (f 12)) =>! error
 (parameterize ((radix 8)) (parameterize ((radix 16)) (f 255))) => "ff"
 (parameterize ((radix 8)) (parameterize ((radix 16)) #t) (f 255)) => "377"
 (noted) => 10
 seen => (1)
 (parameterize ((noted 2)) (noted)) => 20
 (parameterize ((noted 3)) (parameterize ((noted 4)) #t) (noted)) => 30
 seen => (4 3 2 1)
 (let ((p (make-parameter 1)) (q (make-parameter 2)))
   (parameterize ((p (q)) (q (p))) (list (p) (q)))) => (2 1)
 (let ((p (make-parameter 1)))
   (let ((k (parameterize ((p 2)) (lambda () (p))))) (k))) => 1
 (let ((p (make-parameter 1)))
   (parameterize ((p 2)) (call-with-current-continuation (lambda (k) (k (p)))))) => 2
 (let ((p (make-parameter 1)))
   (call-with-current-continuation (lambda (k) (parameterize ((p 2)) (k #t))))
   (p)) => 1
 (let* ((p (make-parameter 1)) (n 0) (k #f) (results '()))
   (parameterize ((p 2))
     (call-with-current-continuation (lambda (c) (set! k c)))
     (set! results (cons (p) results)))
   (set! results (cons (p) results))
   (set! n (+ n 1))
   (if (< n 3) (k #t))
   results) => (1 2 1 2 1 2)
 (let ((p (make-parameter 1)))
   (guard (e (#t (p))) (parameterize ((p 2)) (raise 'x)))) => 1
 (let ((p (make-parameter 1)))
   (with-exception-handler
    (lambda (e) (p))
    (lambda () (parameterize ((p 2)) (raise-continuable 'x))))) => 2
 (parameterize () 5) => 5
 (let ((p (make-parameter 1))) (parameterize ((p 2)) (define a (p)) (+ a 1))) => 3
 (procedure? (make-parameter 1)) => #t
 (parameterize ((5 1)) 1) =>! error
 (parameterize ((car 1)) 1) =>! error
 (let ((p (make-parameter 5 (lambda (x) (+ x 1)))))
   (parameterize ((p (p))) (p))) => 7
 ;; The converter of a new value runs before any parameter has its new value.
 (let* ((p (make-parameter 1)) (q (make-parameter 0 (lambda (x) (+ x (p))))))
   (parameterize ((p 100) (q 5)) (q))) => 6)

;; 4.2.7 Exception handling
(check
 (guard (condition ((assq 'a condition) => cdr) ((assq 'b condition))) (raise (list (cons 'a 42)))) => 42
 (guard (condition ((assq 'a condition) => cdr) ((assq 'b condition))) (raise (list (cons 'b 23)))) => (b . 23)
 (guard (e (#f 'never)) (raise 'through)) =>! (raise through)
 (guard (e ((symbol? e) (list 'symbol e)) ((string? e) (list 'string e))) (raise 'x)) => (symbol x)
 (guard (e ((symbol? e) (list 'symbol e)) ((string? e) (list 'string e))) (raise "x")) => (string "x")
 (guard (e ((symbol? e) 1) (else 2)) (raise 5)) => 2
 (guard (e (else 1)) 5) => 5
 (guard (e (else 1)) (values 1 2) 3) => 3
 (call-with-values (lambda () (guard (e (else 1)) (values 1 2))) list) => (1 2)
 (guard (e (#t (list e))) (guard (e2 ((number? e2) 'number)) (raise 'inner))) => (inner)
 (guard (e (#t (list 'outer e))) (guard (e2 (#t (raise (list 'again e2)))) (raise 'x))) => (outer (again x))
 (guard (e ((memv 3 e) => car)) (raise '(1 2 3))) => 3
 (guard (e ((error-object? e) (error-object-message e))) (error "message" 1 2)) => "message"
 (guard (e ((error-object? e) (error-object-irritants e))) (error "message" 1 2)) => (1 2)
 (guard (e) 5) => 5
 (guard (e) (raise 'x)) =>! (raise x)
 (guard (e (else (define a 1) a)) (raise 1)) =>! syntax
 (guard (e (else 'ok)) (define a 1) (raise a)) => ok
 (let ((trace '()))
   (guard (e (#t (set! trace (cons 'handler trace))))
     (dynamic-wind
      (lambda () (set! trace (cons 'in trace)))
      (lambda () (raise 'x))
      (lambda () (set! trace (cons 'out trace)))))
   (reverse trace)) => (in out handler)
 ;; No clause: raise-continuable again in the dynamic environment of the raise, except
 ;; that the handler is that of the guard.
 (let ((trace '()))
   (with-exception-handler
    (lambda (e) (set! trace (cons (list 'handler e) trace)) 10)
    (lambda ()
      (guard (e ((string? e) 'no))
        (dynamic-wind
         (lambda () (set! trace (cons 'in trace)))
         (lambda () (set! trace (cons (raise-continuable 'x) trace)))
         (lambda () (set! trace (cons 'out trace)))))))
   (reverse trace)) => (in out in (handler x) 10 out)
 (with-exception-handler
  (lambda (e) (* e 2))
  (lambda () (guard (e ((string? e) 'no)) (+ 1 (raise-continuable 5))))) => 11
 (let ((p (make-parameter 1)))
   (with-exception-handler
    (lambda (e) (p))
    (lambda () (guard (e (#f 'no)) (parameterize ((p 2)) (raise-continuable 5)))))) => 2
 (guard) =>! syntax
 (guard (5 (else 1)) 1) =>! syntax)

;; 4.2.8 Quasiquotation
(check
 `(list ,(+ 1 2) 4) => (list 3 4)
 (let ((name 'a)) `(list ,name ',name)) => (list a (quote a))
 `(a ,(+ 1 2) ,@(map abs '(4 -5 6)) b) => (a 3 4 5 6 b)
 `((foo ,(- 10 3)) ,@(cdr '(c)) . ,(car '(cons))) => ((foo 7) . cons)
 `#(10 5 ,(sqrt 4) ,@(map sqrt '(16 9)) 8) => #(10 5 2 4 3 8)
 (let ((foo '(foo bar)) (@baz 'baz)) `(list ,@foo , @baz)) => (list foo bar baz)
 `(a `(b ,(c ,(+ 1 2)))) => (a `(b ,(c 3)))
 `(a `(b ,(foo ,(+ 1 3) d) e) f) => (a `(b ,(foo 4 d) e) f)
 (let ((name1 'x) (name2 'y)) `(a `(b ,,name1 ,',name2 d) e)) => (a `(b ,x ,'y d) e)
 (quasiquote (list (unquote (+ 1 2)) 4)) => (list 3 4)
 '(quasiquote (list (unquote (+ 1 2)) 4)) => `(list ,(+ 1 2) 4)
 `5 => 5
 `a => a
 `() => ()
 `"s" => "s"
 `,(+ 1 2) => 3
 `(1 . ,(+ 1 2)) => (1 . 3)
 `(1 ,@'(2 3)) => (1 2 3)
 `(1 ,@'(2 . 3)) => (1 2 . 3)
 `(,@'() . x) => x
 `(,@'(1 2) . 3) => (1 2 . 3)
 `(,@5) => 5
 `(1 ,@'() 2) => (1 2)
 `#(,@'()) => #()
 `#(1 ,@'(2 3)) => #(1 2 3)
 `(x unquote (+ 1 2)) => (x . 3)
 `(1 `,(+ 1 ,(+ 2 3))) => (1 `,(+ 1 5))
 `(1 `,@(+ 1 ,(+ 2 3))) => (1 `,@(+ 1 5))
 `(1 ```,,@,,@(list (+ 1 2)) 4) => (1 ```,,@,3 4)
 `#u8(1 2) => #u8(1 2)
 (let ((tail '(2 3))) (eq? tail (cdr `(1 ,@tail)))) => #t
 (vector? `#(a ,(+ 1 1))) => #t
 `(1 ,@(list 2 3) ,@(list 4 5)) => (1 2 3 4 5)
 (let ((unquote list)) `(1 ,(+ 1 2))) => (1 (unquote (+ 1 2)))
 (unquote 5) =>! syntax
 (quasiquote) =>! syntax)

;; 4.2.9 Case-lambda
(define range
  (case-lambda
    ((e) (range 0 e))
    ((b e) (do ((r '() (cons e r)) (e (- e 1) (- e 1))) ((< e b) r)))))
(define plus
  (case-lambda (() 0) ((x) x) ((x y) (+ x y)) ((x y . rest) (apply plus (+ x y) rest))))
(check
 (range 3) => (0 1 2)
 (range 3 5) => (3 4)
 (range) =>! error
 (range 1 2 3) =>! error
 (plus) => 0
 (plus 1) => 1
 (plus 1 2) => 3
 (plus 1 2 3) => 6
 (plus 1 2 3 4 5) => 15
 ((case-lambda ((a . rest) (list 'first a rest)) ((a b) 'second)) 1 2) => (first 1 (2))
 ((case-lambda ((a b) 'two) (all all)) 1) => (1)
 ((case-lambda ((a b) 'two) (all all)) 1 2) => two
 ((case-lambda ((a) (define b a) (+ a b))) 2) => 4
 (case-lambda) =>! syntax
 (case-lambda 5) =>! syntax
 (case-lambda ((x))) =>! syntax)

(report)
