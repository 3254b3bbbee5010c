;;; R7RS 4.3: macros. The hygiene cases of libraries stand in `hygiene-libraries.scm`.
(include "check.inc")

;; 4.3.1 Binding constructs for syntactic keywords
(check
 (let-syntax ((given-that (syntax-rules () ((_ test stmt1 stmt2 ...) (if test (begin stmt1 stmt2 ...))))))
   (let ((if #t)) (given-that if (set! if 'now)) if)) => now
 (let ((x 'outer))
   (let-syntax ((m (syntax-rules () ((m) x))))
     (let ((x 'inner)) (m)))) => outer
 (letrec-syntax
     ((my-or (syntax-rules ()
               ((my-or) #f)
               ((my-or e) e)
               ((my-or e1 e2 ...) (let ((temp e1)) (if temp temp (my-or e2 ...)))))))
   (let ((x #f) (y 7) (temp 8) (let odd?) (if even?))
     (my-or x (let temp) (if y) y))) => 7
 (let-syntax () 5) => 5
 (letrec-syntax () 5) => 5
 (let-syntax ((a (syntax-rules () ((_) 1)))) (let-syntax ((b (syntax-rules () ((_) (a))))) (b))) => 1
 (let-syntax ((foo (syntax-rules () ((_) 'outer))))
   (let-syntax ((foo (syntax-rules () ((_) 'inner))) (bar (syntax-rules () ((_) (foo))))) (bar))) => outer
 (let-syntax ((foo (syntax-rules () ((_) 'outer))))
   (letrec-syntax ((foo (syntax-rules () ((_) 'inner))) (bar (syntax-rules () ((_) (foo))))) (bar))) => inner
 (letrec-syntax
     ((my-even? (syntax-rules () ((_) #t) ((_ x . rest) (my-odd? . rest))))
      (my-odd? (syntax-rules () ((_) #f) ((_ x . rest) (my-even? . rest)))))
   (list (my-even? a b c d) (my-even? a b c))) => (#t #f)
 (let ((x 1)) (let-syntax ((m (syntax-rules () ((_ e) (let ((x 2)) (list x e)))))) (m x))) => (2 1)
 (let-syntax ((m (syntax-rules () ((_ n) (define n 5))))) (let () (m a) a)) => 5
 (let-syntax ((m 5)) 1) =>! syntax
 (let-syntax ((m)) 1) =>! syntax)

;; 4.3.2 Pattern language
(define-syntax be-like-begin
  (syntax-rules ()
    ((be-like-begin name)
     (define-syntax name
       (syntax-rules () ((name expr (... ...)) (begin expr (... ...))))))))
(be-like-begin sequence)
(define-syntax simple-let
  (syntax-rules ()
    ((_ (head ... ((x . y) val) . tail) body1 body2 ...)
     (syntax-error "expected an identifier but got" (x . y)))
    ((_ ((name val) ...) body1 body2 ...)
     ((lambda (name ...) body1 body2 ...) val ...))))
(define-syntax my-let*
  (syntax-rules ()
    ((_ () body ...) (let () body ...))
    ((_ ((x v) rest ...) body ...) (let ((x v)) (my-let* (rest ...) body ...)))))
(define-syntax tail (syntax-rules () ((_ a ... b) 'b)))
(define-syntax init (syntax-rules () ((_ a ... b) '(a ...))))
(define-syntax middle (syntax-rules () ((_ a b ... c d) '(a (b ...) c d))))
(define-syntax dotted (syntax-rules () ((_ a b ... c . d) '(a (b ...) c d))))
(define-syntax nested (syntax-rules () ((_ (a b ...) ...) '((a ...) (b ... ...) ((b ... a) ...)))))
(define-syntax vectors (syntax-rules () ((_ #(a b ...)) '(a #(b ...)))))
(define-syntax vector-tail (syntax-rules () ((_ #(a ... b c)) '((a ...) b c))))
(define-syntax underscore (syntax-rules () ((_ _ a _ b) '(a b))))
(define-syntax my-ellipsis (syntax-rules ::: () ((_ a :::) '(a ::: ...))))
(define-syntax ellipsis-literal (syntax-rules (...) ((_ ...) 'dots) ((_ a) 'other)))
(define-syntax under-literal (syntax-rules (_) ((x _) 'underscore) ((x a) 'other)))
(define-syntax literal-data (syntax-rules () ((_ 1) 'one) ((_ "s") 'string) ((_ #\c) 'char) ((_ #t) 'true) ((_ ()) 'null) ((_ x) 'other)))
(define-syntax my-if (syntax-rules (then else) ((_ c then a else b) (if c a b)) ((_ c a b) 'no-keywords)))
(define-syntax pairs (syntax-rules () ((_ (a . b)) '(a b)) ((_ x) 'no)))
(define-syntax escaped (syntax-rules () ((_ a) '(a (... ...) (... (a ...))))))
(define-syntax ten (syntax-rules () ((_) 10) ((_ a ...) (+ a ...))))
(define-syntax cross (syntax-rules () ((_ (a ...) (b ...)) '((a b ...) ...))))
(define-syntax while
  (syntax-rules () ((_ c body ...) (let lp () (when c body ... (lp))))))
(define-syntax my-cond
  (syntax-rules (else)
    ((_) 'none)
    ((_ (else e)) e)
    ((_ (c e) clause ...) (if c e (my-cond clause ...)))))
(define-syntax loop-until-exit
  (syntax-rules ()
    ((_ exit body ...) (call-with-current-continuation (lambda (exit) (let lp () body ... (lp)))))))
(check
 (sequence 1 2 3 4) => 4
 (let ((=> #f)) (cond (#t => 'ok))) => ok
 (simple-let ((a 1) (b 2)) (+ a b)) => 3
 (simple-let ((a 1) ((b) 2)) (+ a b)) =>! syntax
 (my-let* ((a 1) (b (+ a 1)) (a (* b 10))) (list a b)) => (20 2)
 (tail 1) => 1
 (tail 1 2 3) => 3
 (init 1) => ()
 (init 1 2 3) => (1 2)
 (middle 1 2 3) => (1 () 2 3)
 (middle 1 2 3 4 5) => (1 (2 3) 4 5)
 (middle 1 2) =>! syntax
 (dotted 1 2 3 . 4) => (1 (2) 3 4)
 (dotted 1 2) => (1 () 2 ())
 (nested (a 1 2) (b) (c 3)) => ((a b c) (1 2 3) ((1 2 a) (b) (3 c)))
 (nested) => (() () ())
 (vectors #(1 2 3)) => (1 #(2 3))
 (vectors #(1)) => (1 #())
 (vectors (1)) =>! syntax
 (vector-tail #(1 2 3 4)) => ((1 2) 3 4)
 (underscore 1 2 3 4) => (2 4)
 (my-ellipsis 1 2) => (1 2 ...)
 (ellipsis-literal ...) => dots
 (ellipsis-literal 5) => other
 (under-literal _) => underscore
 (under-literal 5) => other
 (literal-data 1) => one
 (literal-data "s") => string
 (literal-data #\c) => char
 (literal-data #t) => true
 (literal-data ()) => null
 (literal-data 2) => other
 (my-if #t then 1 else 2) => 1
 (my-if #f then 1 else 2) => 2
 (my-if 1 2 3) => no-keywords
 (my-if #t 1 1 else 2) =>! syntax
 (pairs (1 . 2)) => (1 2)
 (pairs (1 2)) => (1 (2))
 (pairs ()) => no
 (escaped x) => (x ... (x ...))
 (ten) => 10
 (ten 1 2 3) => 6
 (cross (1 2) (x y)) => ((1 x y) (2 x y))
 (let ((n 0)) (while (< n 5) (set! n (+ n 1))) n) => 5
 (let ((lp 0)) (while (< lp 5) (set! lp (+ lp 1))) lp) => 5
 (my-cond (#f 1) (else 2)) => 2
 (let ((else #f)) (my-cond (#f 1) (#t 2))) => 2
 (let ((else #f)) (my-cond (#f 1) (else 2) (#t 3))) => 3
 (let ((n 0)) (loop-until-exit exit (set! n (+ n 1)) (if (= n 7) (exit n)))) => 7
 (let ((then 1)) (my-if #t then 1 else 2)) =>! syntax)

;; Faults of macros are told when they are defined or used.
(check
 (let-syntax ((m (syntax-rules () ((_ a a) 1)))) 1) =>! syntax
 (let-syntax ((m (syntax-rules () ((_ a ... b ...) 1)))) 1) =>! syntax
 (let-syntax ((m (syntax-rules () ((_ a ...) a)))) (m 1)) =>! syntax
 (let-syntax ((m (syntax-rules () ((_ a) (a ...))))) (m 1)) =>! syntax
 (let-syntax ((m (syntax-rules () ((_ (a ...) (b ...)) '((a b) ...))))) (m (1 2) (3))) =>! syntax
 (let-syntax ((m (syntax-rules ()))) (m)) =>! syntax
 (let-syntax ((m (syntax-rules () ((_ a) 1)))) (m)) =>! syntax
 (let-syntax ((m (syntax-rules () ((_ a) 1)))) m) =>! syntax
 (let-syntax ((m (syntax-rules 5 ((_ a) 1)))) (m 1)) =>! syntax
 (let-syntax ((m (syntax-rules () (5 1)))) (m 1)) =>! syntax
 (syntax-rules ()) =>! syntax
 else =>! syntax
 (else) =>! syntax
 (=> 1) =>! syntax
 (define-syntax) =>! syntax
 (define-syntax a) =>! syntax
 (set! if 1) =>! syntax)

;; Hygiene
(define-syntax swap!
  (syntax-rules () ((_ a b) (let ((tmp a)) (set! a b) (set! b tmp)))))
(define-syntax my-or2 (syntax-rules () ((_ a b) (let ((t a)) (if t t b)))))
(define-syntax define-getter
  (syntax-rules () ((_ name value) (begin (define hidden value) (define (name) hidden)))))
(define-getter get-one 1)
(define-getter get-two 2)
(define-syntax define-both
  (syntax-rules () ((_ a b) (begin (define a 'a) (define b 'b)))))
(define-both first-name second-name)
(define-syntax make-adder
  (syntax-rules ()
    ((_ name n) (define-syntax name (syntax-rules () ((_ x) (+ x n)))))))
(make-adder add-ten 10)
(define-syntax my-define-macro
  (syntax-rules ()
    ((_ name (arg ...) body)
     (define-syntax name (syntax-rules () ((_ arg ...) body))))))
(my-define-macro twice (e) (begin e e))
(define-syntax define-nested
  (syntax-rules ()
    ((_ outer inner)
     (define-syntax outer
       (syntax-rules ()
         ((_ name)
          (define-syntax name
            (syntax-rules ()
              ((_ x (... (... ...))) (list 'inner x ((... ...) (... ...))))))))))))
(define-nested make-lister tag)
(make-lister tagged)
(define-syntax define-lister
  (syntax-rules ()
    ((_ name e ...)
     (define-syntax name
       (syntax-rules () ((_ x (... ...)) (list (list e ... x) (... ...))))))))
(define-lister with-ab 'a 'b)
(define-syntax while2
  (syntax-rules () ((_ test body ...) (let loop () (if test (begin body ... (loop)) #f)))))
(define-syntax m-quote (syntax-rules () ((_ x) '(x y))))
(define-syntax bind-it (syntax-rules () ((_ id e) (let ((id 1)) (let ((x 2)) (list id x e))))))
(define-syntax jabberwocky
  (syntax-rules ()
    ((_ hatter)
     (begin
       (define march-hare 42)
       (define-syntax hatter (syntax-rules () ((_) march-hare)))))))
(jabberwocky mad-hatter)
(define march-hare 'mine)
(define-syntax kw (syntax-rules (a) ((_ a) 'literal) ((_ b) 'other)))
(define-syntax call-kw (syntax-rules () ((_ x) (kw x)) ((_) (kw a))))
(define-syntax record-maker
  (syntax-rules ()
    ((_ type make pred (field get) ...)
     (define-record-type type (make field ...) pred (field get) ...))))
(record-maker point make-point point? (x point-x) (y point-y))
(check
 (let ((tmp 5) (other 6)) (swap! tmp other) (list tmp other)) => (6 5)
 (let ((t 5)) (my-or2 #f t)) => 5
 (let ((if list) (t 5)) (my-or2 #f t)) => 5
 (let ((let #f) (if #f)) (my-or2 #f 3)) => 3
 (list (get-one) (get-two)) => (1 2)
 (list first-name second-name) => (first-name second-name)
 (add-ten 5) => 15
 (let ((+ *)) (add-ten 5)) => 15
 (let ((n 0)) (twice (set! n (+ n 1))) n) => 2
 (tagged 1 2) => (tag 1 2)
 (with-ab 1 2) => ((a b 1) (a b 2))
 (let ((loop 5) (n 0)) (while2 (< n loop) (set! n (+ n 1))) n) => 5
 (let ((y 1)) (m-quote z)) => (z y)
 (bind-it x x) => (1 2 1)
 (let ((x 'free)) (bind-it y x)) => (1 2 free)
 (mad-hatter) => 42
 march-hare => mine
 (kw a) => literal
 (let ((a 1)) (kw a)) => other
 (call-kw a) => literal
 (call-kw) => literal
 (let ((a 1)) (call-kw)) => literal
 (let ((p (make-point 1 2))) (list (point? p) (point-x p) (point-y p))) => (#t 1 2)
 (let ((else #f)) (cond (else 'no) (#t 'yes))) => yes
 (let ((else #f)) (case 1 ((2) 3) ((1) 'yes))) => yes
 (let ((else 5)) (cond (#f 1) (else 'variable))) => variable
 (let ((=> 1)) (case 5 ((5) => 'x))) => x
 (let ((unquote 1)) `(a (unquote b))) => (a (unquote b))
 (let ((quasiquote -)) `5) => -5
 (let loop ((loop 3)) loop) => 3
 (let ((define 1)) define) => 1
 (let-syntax ((foo (syntax-rules () ((_ k) (let ((k 1) (x 2)) (+ k x)))))) (foo x)) =>one-of (3)
 (let ((x 1)) (define-syntax get-x (syntax-rules () ((_) x))) (let ((x 2)) (get-x))) => 1
 (let () (define-syntax m (syntax-rules () ((_ a) (define a 1)))) (m q) (m r) (list q r)) => (1 1)
 (let () (define-syntax def-tmp (syntax-rules () ((_ e) (define tmp e)))) (define tmp 'mine) (def-tmp 'macro) tmp) => mine
 (let ((x 1)) (let-syntax ((set-x! (syntax-rules () ((_ v) (set! x v))))) (let ((x 5)) (set-x! 7) (set! x 6)) x)) => 7)

;; 4.3.3 Signaling errors in macro transformers
(check
 (syntax-error "always" 1 2) =>! syntax
 (let-syntax ((m (syntax-rules () ((_ x) (syntax-error "bad" x))))) (m 5)) =>! syntax
 (let-syntax ((m (syntax-rules () ((_ x) (syntax-error "bad" x)) ((_) 'fine)))) (m)) => fine
 (if #t 'yes (let-syntax ((m (syntax-rules () ((_) 1)))) (m))) => yes)

(report)
