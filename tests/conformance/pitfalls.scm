;;; Questions about letrec, continuations, hygiene and lists that implementations are known
;;; to answer wrong.
(include "check.inc")

;; letrec and call/cc: initialisers may be returned to.
(check
 (let ((cont #f))
   (letrec ((x (call-with-current-continuation (lambda (c) (set! cont c) 0)))
            (y (call-with-current-continuation (lambda (c) (set! cont c) 0))))
     (if cont
         (let ((c cont)) (set! cont #f) (set! x 1) (set! y 1) (c 0))
         (+ x y)))) => 0
 ;; The bodies of all initialisers run before any variable is set.
 (letrec ((x (call/cc list)) (y (call/cc list)))
   (cond ((procedure? x) (x (pair? y)))
         ((procedure? y) (y (pair? x))))
   (let ((x (car x)) (y (car y))) (and (call/cc x) (call/cc y) (call/cc x)))) => #t
 (letrec ((x (call-with-current-continuation (lambda (c) (list #t c)))))
   (if (car x) ((cadr x) (list #f (lambda () x))) (eq? x ((cadr x))))) => #t
 (letrec* ((x (call/cc (lambda (c) (list #t c))))) (if (car x) ((cadr x) (list #f (lambda () x))) (eq? x ((cadr x))))) => #t
 (call/cc (lambda (c) (0 (c 1)))) => 1
 (letrec ((f (lambda () g)) (g 5)) (f)) => 5
 (letrec* ((f (lambda () g)) (g 5) (h (f))) h) => 5
 (let ((r '()))
   (let ((a (call/cc (lambda (k) k))))
     (letrec ((b (list 1)))
       (set! r (cons b r))
       (if (procedure? a) (a 5) (eq? (car r) (cadr r)))))) => #f)

;; call/cc and its proper tail calls, re-entry and identity.
(check
 (call/cc (lambda (c) (call/cc (lambda (d) (c 1))) 2)) => 1
 (let ((x '()) (y 0))
   (call/cc
    (lambda (escape)
      (let* ((yin ((lambda (foo) (set! x (cons y x)) (if (= y 10) (escape x) (begin (set! y 0) foo)))
                   (call/cc (lambda (bar) bar))))
             (yang ((lambda (foo) (set! y (+ y 1)) foo) (call/cc (lambda (baz) baz)))))
        (yin yang))))) => (10 9 8 7 6 5 4 3 2 1 0)
 (let ((r (lambda (k) (k 1)))) (+ 1 (call/cc r))) => 2
 (let* ((n 0) (k (call/cc (lambda (c) c)))) (set! n (+ n 1)) (if (procedure? k) (k n) (list k n))) =>one-of ((1 1) (1 2))
 (let ((n 0)) (let ((k (call/cc (lambda (c) c)))) (set! n (+ n 1)) (if (< n 3) (k k) n))) => 3
 (let ((k1 #f) (k2 #f) (k3 #f) (state 0))
   (define (identity x) x)
   (define (fn)
     ((identity (if (= state 0) (call/cc (lambda (k) (set! k1 k) +)) +))
      (identity (if (= state 0) (call/cc (lambda (k) (set! k2 k) 1)) 1))
      (identity (if (= state 0) (call/cc (lambda (k) (set! k3 k) 2)) 2))))
   (define (check states)
     (set! state 0)
     (let* ((res '()) (r (fn)))
       (set! res (cons r res))
       (if (null? states)
           res
           (begin
             (set! state (car states))
             (set! states (cdr states))
             (case state
               ((1) (k3 4))
               ((2) (k2 2))
               ((3) (k1 -)))))))
   (map check '((1 2 3) (1 3 2) (2 1 3) (2 3 1) (3 1 2) (3 2 1)))) => ((-1 4 5 3) (4 -1 5 3) (-1 5 4 3) (5 -1 4 3) (4 5 -1 3) (5 4 -1 3))
 (let ((count 0))
   (define (loop k n) (if (= n 0) (k count) (begin (set! count (+ count 1)) (call/cc (lambda (c) (loop k (- n 1)))))))
   (call/cc (lambda (k) (loop k 100000)))) => 100000)

;; Hygiene and words that are not reserved.
(check
 (let ((else #f)) (cond (else 'no) (#t 'yes))) => yes
 (let-syntax ((foo (syntax-rules () ((_ expr) (+ expr 1))))) (let ((+ *)) (foo 3))) => 4
 (let-syntax ((foo (syntax-rules () ((_ var) (define var 1))))) (let ((x 2)) (begin (define foo +)) (cond (else (foo x))) x)) => 2
 (let ((x 1)) (let-syntax ((foo (syntax-rules () ((_ y) (let-syntax ((bar (syntax-rules () ((_) (let ((x 2)) y))))) (bar)))))) (foo x))) => 1
 (let-syntax ((x (syntax-rules ()))) 1) => 1
 (let ((x 1)) (let-syntax ((x (syntax-rules ()))) 1) x) => 1
 ((lambda lambda lambda) 'x) => (x)
 ((lambda (begin) (begin 1 2 3)) (lambda lambda lambda)) => (1 2 3)
 (let ((quote -)) (eqv? '1 1)) => #f
 (let* ((x 'x) (list? 5)) list?) => 5
 (let ((- (lambda (n) (+ n 1)))) (- 5)) => 6
 (let ((ls (list 1 2 3))) (letrec ((ls2 (lambda () ls))) (eq? ls (ls2)))) => #t
 (let - ((n (- 1))) n) => -1
 (let ls ((ls (list 1 2)) (x '())) (if (null? ls) x '(not null))) => (not null))

;; False is not the empty list, symbols have case.
(check
 (eq? #f '()) => #f
 (if '() 1 2) => 1
 (string->symbol "A") => A
 (eq? 'a 'A) => #f
 (eq? (string->symbol "a") 'a) => #t)

;; Lists and map with continuations.
(check
 (let ((ls (list 1 2 3 4)))
   (append ls ls '(5))) => (1 2 3 4 1 2 3 4 5)
 (let ((k* #f) (results '()))
   (let ((m (map (lambda (x) (call/cc (lambda (k) (if (and (not k*) (= x 1)) (set! k* k)) x))) '(1 2 3))))
     (set! results (cons m results))
     (if (= (length results) 1) (k* 'again) (list (cadr results) (car results))))) => ((1 2 3) (again 2 3))
 (let ((result
        (let ()
          (define executed-k #f)
          (define cont #f)
          (define res1 #f)
          (define res2 #f)
          (set! res1 (map (lambda (x) (if (= x 0) (call/cc (lambda (k) (set! cont k) 0)) 0)) '(1 0 2)))
          (if (not executed-k)
              (begin (set! executed-k #t) (set! res2 res1) (cont 1)))
          (list res1 res2))))
   result) => ((0 1 0) (0 0 0)))

;; Proper tail calls through everything that R7RS 3.5 names.
(define (count-down n) (if (= n 0) 'done (count-down (- n 1))))
(define (tail-cond n) (cond ((= n 0) 'done) (else (tail-cond (- n 1)))))
(define (tail-arrow n) (cond ((- n 1) => (lambda (m) (if (= m 0) 'done (tail-arrow m))))))
(define (tail-case n) (case n ((0) 'done) (else (tail-case (- n 1)))))
(define (tail-case-arrow n) (case n ((0) 'done) (else => (lambda (m) (tail-case-arrow (- m 1))))))
(define (tail-and n) (and #t (if (= n 0) 'done (tail-and (- n 1)))))
(define (tail-or n) (or #f (if (= n 0) 'done (tail-or (- n 1)))))
(define (tail-when n) (when #t (if (= n 0) 'done (tail-when (- n 1)))))
(define (tail-unless n) (unless #f (if (= n 0) 'done (tail-unless (- n 1)))))
(define (tail-let n) (let* ((m n)) (letrec ((k m)) (let-values (((j) k)) (if (= j 0) 'done (tail-let (- j 1)))))))
(define (tail-do n) (do () (#t (if (= n 0) 'done (tail-do (- n 1))))))
(define (tail-begin n) (begin 1 (if (= n 0) 'done (tail-begin (- n 1)))))
(define (tail-apply n) (if (= n 0) 'done (apply tail-apply (list (- n 1)))))
(define (tail-call/cc n) (if (= n 0) 'done (call/cc (lambda (k) (tail-call/cc (- n 1))))))
(define (tail-values n) (if (= n 0) 'done (call-with-values (lambda () (- n 1)) tail-values)))
(define (tail-even? n) (if (= n 0) #t (tail-odd? (- n 1))))
(define (tail-odd? n) (if (= n 0) #f (tail-even? (- n 1))))
(define tail-case-lambda (case-lambda ((n) (if (= n 0) 'done (tail-case-lambda (- n 1) #t))) ((n x) (tail-case-lambda n))))
(define (tail-guard n) (guard (e (#t (if (= n 0) 'done (tail-guard (- n 1))))) (raise 'x)))
(check
 (count-down 100000) => done
 (tail-cond 100000) => done
 (tail-arrow 100000) => done
 (tail-case 100000) => done
 (tail-case-arrow 100000) => done
 (tail-and 100000) => done
 (tail-or 100000) => done
 (tail-when 100000) => done
 (tail-unless 100000) => done
 (tail-let 100000) => done
 (tail-do 100000) => done
 (tail-begin 100000) => done
 (tail-apply 100000) => done
 (tail-call/cc 100000) => done
 (tail-values 100000) => done
 (tail-even? 100000) => #t
 (tail-case-lambda 100000) => done
 (tail-guard 10000) => done)
(report)
