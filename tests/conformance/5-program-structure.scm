;;; R7RS 5: definitions, record types, libraries.
(include "check.inc")

;; 5.2 Import declarations
(import (only (srfi 1) iota))
(import (prefix (only (scheme char) char-upcase) c:))
(import (rename (scheme cxr) (caddr third-of)))
(check
 (iota 3) => (0 1 2)
 (c:char-upcase #\a) => #\A
 (third-of '(1 2 3)) => 3)

;; 5.3.1 Top level definitions
(define add3 (lambda (x) (+ x 3)))
(define first car)
(define (curried-style x . rest) (list x rest))
(define (no-arguments) 'none)
(check
 (add3 3) => 6
 (first '(1 2)) => 1
 (curried-style 1) => (1 ())
 (curried-style 1 2 3) => (1 (2 3))
 (no-arguments) => none
 (define) =>! syntax
 (define 5 1) =>! syntax
 (define (f)) =>! syntax
 (define x 1 2) =>! syntax
 (define (f x x) 1) =>! syntax)

;; 5.3.2 Internal definitions
(check
 (let ((x 5))
   (define foo (lambda (y) (bar x y)))
   (define bar (lambda (a b) (+ (* a b) a)))
   (foo (+ x 3))) => 45
 (let ((x 5)) (letrec* ((foo (lambda (y) (bar x y))) (bar (lambda (a b) (+ (* a b) a)))) (foo (+ x 3)))) => 45
 (let () (define a 1) (define b (+ a 1)) (list a b)) => (1 2)
 (let () (define (even? n) (or (= n 0) (odd? (- n 1)))) (define (odd? n) (and (> n 0) (even? (- n 1)))) (even? 100)) => #t
 (let ((x 1)) (define x 2) x) => 2
 (let () (begin (define a 1)) (define b a) b) => 1
 (let () (define-values (a b) (values 1 2)) (define c (+ a b)) c) => 3
 (let () (define a 1) (set! a 2) a) => 2
 (let () (define a (lambda () b)) (define b 5) (a)) => 5
 (let () (define a b) (define b (list 1)) a) =>! error
 (let () (define a 1) (define a 2) a) =>! syntax
 (let () (define a 1)) =>! syntax
 (lambda () (define a 1)) =>! syntax
 (let ((f (lambda (n) (define m (* n 2)) (lambda () m)))) ((f 4))) => 8
 (do ((i 0 (+ i 1)) (acc '() (let () (define x i) (cons x acc)))) ((= i 3) acc)) => (2 1 0)
 (when #t (let () (define a 1) a)) => 1)

;; 5.3.3 Multiple-value definitions
(define-values (x y) (exact-integer-sqrt 17))
(define-values (head . tail) (values 1 2 3))
(define-values all (values 1 2))
(define-values () (values))
(check
 (list x y) => (4 1)
 (list head tail) => (1 (2 3))
 all => (1 2)
 (let () (define-values (x y) (values 1 2)) (+ x y)) => 3
 (let () (define-values (x . y) (values 1 2 3)) (list x y)) => (1 (2 3))
 (let () (define-values x (values 1 2 3)) x) => (1 2 3)
 (let () (define-values (a b) (values 1 2)) (set! a 5) (list a b)) => (5 2)
 (let () (define-values (a b) (values 1 2 3)) a) =>! error
 (let () (define-values (a b) 1) a) =>! error
 (define-values) =>! syntax
 (let () (define-values (a a) (values 1 2)) a) =>! syntax)

;; 5.4 Syntax definitions
(check
 (let ((x 1) (y 2))
   (define-syntax swap! (syntax-rules () ((swap! a b) (let ((tmp a)) (set! a b) (set! b tmp)))))
   (swap! x y)
   (list x y)) => (2 1)
 (let () (define-syntax k (syntax-rules () ((_) (later)))) (define (later) 5) (k)) => 5
 (let () (define-syntax a (syntax-rules () ((_) (b)))) (define-syntax b (syntax-rules () ((_) 7))) (a)) => 7
 (let ((m (lambda () 'variable))) (define-syntax m (syntax-rules () ((_) 'macro))) (m)) => macro)

;; 5.5 Record-type definitions
(define-record-type <pare> (kons x y) pare? (x kar set-kar!) (y kdr))
(define-record-type empty (make-empty) empty?)
(define-record-type some-fields (make-some b) some? (a some-a set-some-a!) (b some-b) (c some-c set-some-c!))
(define-record-type other (make-other x y) other? (x other-x) (y other-y))
(define-record-type plain-name make-plain plain? (p plain-p))
(define-record-type no-constructor #f no-constructor?)
(check
 (pare? (kons 1 2)) => #t
 (pare? (cons 1 2)) => #f
 (kar (kons 1 2)) => 1
 (kdr (kons 1 2)) => 2
 (let ((k (kons 1 2))) (set-kar! k 3) (kar k)) => 3
 (empty? (make-empty)) => #t
 (empty? (kons 1 2)) => #f
 (eq? (make-empty) (make-empty)) => #f
 (some-b (make-some 5)) => 5
 (let ((s (make-some 5))) (set-some-a! s 1) (set-some-c! s 3) (list (some-a s) (some-b s) (some-c s))) => (1 5 3)
 (pare? (make-other 1 2)) => #f
 (vector? (kons 1 2)) => #f
 (pair? (kons 1 2)) => #f
 (procedure? (kons 1 2)) => #f
 (procedure? kons) => #t
 (eqv? (kons 1 2) (kons 1 2)) => #f
 (equal? (kons 1 2) (kons 1 2)) => #f
 (let ((k (kons 1 2))) (equal? k k)) => #t
 (plain-p (make-plain 4)) => 4
 (kar (cons 1 2)) =>! error
 (kar (make-other 1 2)) =>! error
 (set-kar! 5 1) =>! error
 (kons 1) =>! error
 (kons 1 2 3) =>! error
 (let () (define-record-type t (make-t a) t? (a t-a)) (t-a (make-t 1))) => 1
 (let ((make (lambda () (define-record-type t (make-t) t?) (cons (make-t) t?))))
   (let ((a (make)) (b (make))) (list ((cdr a) (car a)) ((cdr a) (car b))))) => (#t #f)
 (define-record-type t (make-t z) t? (a t-a)) =>! syntax
 (define-record-type t (make-t) t? (a t-a) (a t-b)) =>! syntax
 (define-record-type) =>! syntax)

;; 5.6 Libraries
(define-library (example life grid)
  (export make rows cols ref each (rename put! set!))
  (import (scheme base))
  (begin
    (define (make n m)
      (let ((grid (make-vector n)))
        (do ((i 0 (+ i 1))) ((= i n) grid)
          (vector-set! grid i (make-vector m #f)))))
    (define (rows grid) (vector-length grid))
    (define (cols grid) (vector-length (vector-ref grid 0)))
    (define (ref grid n m)
      (and (< -1 n (rows grid)) (< -1 m (cols grid)) (vector-ref (vector-ref grid n) m)))
    (define (put! grid n m v) (vector-set! (vector-ref grid n) m v))
    (define (each grid proc)
      (do ((j 0 (+ j 1))) ((= j (rows grid)))
        (do ((k 0 (+ k 1))) ((= k (cols grid)))
          (proc j k (ref grid j k)))))))

(define-library (example life)
  (export life)
  (import (except (scheme base) set!)
          (scheme write)
          (example life grid))
  (begin
    (define (life-count grid i j)
      (define (count i j) (if (ref grid i j) 1 0))
      (+ (count (- i 1) (- j 1)) (count (- i 1) j) (count (- i 1) (+ j 1))
         (count i (- j 1)) (count i (+ j 1))
         (count (+ i 1) (- j 1)) (count (+ i 1) j) (count (+ i 1) (+ j 1))))
    (define (life-alive? grid i j)
      (case (life-count grid i j) ((3) #t) ((2) (ref grid i j)) (else #f)))
    (define (life-print grid)
      (each grid (lambda (i j v) (display (if v "*" " ")) (when (= j (- (cols grid) 1)) (newline)))))
    (define (life grid iterations)
      (do ((i 0 (+ i 1)) (grid0 grid grid1) (grid1 (make (rows grid) (cols grid)) grid0))
          ((= i iterations) (life-print grid0))
        (each grid0 (lambda (j k v) (let ((a (life-alive? grid0 j k))) (set! grid1 j k a))))))))

(import (only (example life) life)
        (rename (prefix (example life grid) grid-) (grid-make make-grid)))
(define grid (make-grid 5 5))
(grid-set! grid 1 1 #t)
(grid-set! grid 2 2 #t)
(grid-set! grid 3 0 #t)
(grid-set! grid 3 1 #t)
(grid-set! grid 3 2 #t)

(define-library (example counter)
  (export next! (rename current value) counter-syntax)
  (import (scheme base))
  (begin
    (define n 0)
    (define (next!) (set! n (+ n 1)) n)
    (define (current) n))
  (begin
    (define-syntax counter-syntax (syntax-rules () ((_) (list 'n n))))))
(import (prefix (example counter) counter-))
(import (rename (only (example counter) next!) (next! again!)))

(define-library (example including)
  (export included-procedure declared)
  (import (scheme base))
  (include "include/define-included.inc")
  (include-library-declarations "include/declarations.inc")
  (cond-expand
    (r7rs (begin (define declared 'by-cond-expand)))
    (else (begin (define declared 'no)))))
(import (example including))

(define-library (example 5 numbered) (export five) (import (scheme base)) (begin (define five 5)))
(import (example 5 numbered))
(define-library (example empty))
(import (example empty))

(check
 (life grid 0) =>output "     \n *   \n  *  \n***  \n     \n"
 (life grid 1) =>output "     \n     \n* *  \n **  \n *   \n"
 (counter-next!) => 1
 (again!) => 2
 (counter-value) => 2
 (counter-counter-syntax) => (n 2)
 (included-procedure 2) => 20
 declared => by-cond-expand
 (from-declarations) => declared
 five => 5
 (eval '(next!) (environment '(only (example counter) next!))) => 3
 (eval '(import (no such library)) (interaction-environment)) =>! error
 (eval 'n (environment '(example counter))) =>! error
 (environment '(only (scheme base) no-such-name)) =>! error
 (environment '(rename (scheme base) (no-such-name x))) =>! error
 (environment '(except (scheme base) no-such-name)) =>! error)

(report)
