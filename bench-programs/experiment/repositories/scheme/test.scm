;; Checks of the interpreter: a table of texts with their values, wrong programs
;; with their messages, and the measured work.

(import (scheme base) (scheme write) (scheme process-context)
        (bench.local/experiment scheme)
        (bench.local/experiment scheme reader))

(define ok 0)
(define failed 0)

(define (check name actual wanted)
  (cond ((equal? actual wanted) (set! ok (+ ok 1)))
        (else
         (set! failed (+ failed 1))
         (for-each display (list "FAILED " name ": "))
         (write actual)
         (display ", expected ")
         (write wanted)
         (newline))))

(define (message-of thunk)
  (call/cc
   (lambda (k)
     (with-exception-handler
      (lambda (e) (k (if (error-object? e) (error-object-message e) e)))
      thunk))))

;;; The reader

(define (read-one text)
  (read-datum (make-source text)))

(define reader-cases
  '(("12" 12) ("-7" -7) ("abc" abc) ("(1 2 . 3)" (1 2 . 3)) ("()" ())
    ("'x" (quote x)) ("`(a ,b ,@c)" (quasiquote (a (unquote b)
                                                   (unquote-splicing c))))
    ("#(1 #t #f)" #(1 #t #f)) ("\"a\\n\\\"b\\x41;\"" "a\n\"bA")
    ("#\\a" #\a) ("#\\space" #\space) ("#\\x41" #\A) ("#\\(" #\()
    ("; no\n yes" yes) ("#| a #| b |# c |# d" d) ("#;(no) yes" yes)
    ("(1 #;2 3)" (1 3)) ("(1 #;2)" (1)) ("|a b|" |a b|) ("..." ...)
    ("(a .b)" (a .b)) ("+" +) ("1+" 1+) ("\"a\\\n   b\"" "ab")))

(for-each (lambda (c) (check (car c) (read-one (car c)) (cadr c)))
          reader-cases)

(define reader-errors
  '(("(1 2" "line 1: a list is not closed")
    ("\n)" "line 2: a closing parenthesis too many")
    ("\"abc" "line 1: a literal is not closed")
    ("(1 . 2 3)" "line 1: more than one datum after a dot")
    ("'" "line 1: a datum is missing at the end")
    ("#\\nothing" "line 1: unknown character nothing")
    ("#| a" "line 1: a comment is not closed")))

(for-each (lambda (c)
            (check (car c)
                   (message-of (lambda () (read-one (car c))))
                   (cadr c)))
          reader-errors)

(check "read-all" (read-all (make-source "1 (2) x")) '(1 (2) x))

;;; The evaluator

(define (value-of text)
  (scheme-eval-string (make-interpreter) text))

(define value-cases
  '(("(+ 1 2)" 3)
    ("((lambda (a . r) (list a r)) 1 2 3)" (1 (2 3)))
    ("((lambda (a b c d e) (list e d c b a)) 1 2 3 4 5)" (5 4 3 2 1))
    ("((lambda (a b . r) (list a b r)) 1 2)" (1 2 ()))
    ("(let ((x 1) (y 2) (z 3)) (set! y 5) (list x y z))" (1 5 3))
    ("(let* ((x 1) (y (+ x 1))) (* x y))" 2)
    ("(let loop ((i 0)) (if (< i 10) (loop (+ i 1)) i))" 10)
    ("(letrec ((e? (lambda (n) (if (= n 0) #t (o? (- n 1)))))
               (o? (lambda (n) (if (= n 0) #f (e? (- n 1)))))) (e? 1001))" #f)
    ("(define (f x) (define y (* x 2)) (define (g) (+ y 1)) (g)) (f 4)" 9)
    ("(define ((add a) b) (+ a b)) ((add 3) 4)" 7)
    ("(cond ((assv 2 '((1 . a) (2 . b))) => cdr) (else 'none))" b)
    ("(cond (#f 1) (5))" 5)
    ("(case 3 ((1 2) 'low) ((3 4) 'mid) (else 'high))" mid)
    ("(case 9 ((1) 1) (else => (lambda (x) (* x x))))" 81)
    ("(do ((i 0 (+ i 1)) (l '() (cons i l))) ((= i 3) l))" (2 1 0))
    ("(and 1 2)" 2) ("(or #f 3)" 3) ("(and)" #t) ("(or)" #f)
    ("`(1 ,(+ 1 1) ,@(list 3 4) . 5)" (1 2 3 4 . 5))
    ("`(1 `(2 ,(3 ,(+ 1 3))))" (1 (quasiquote (2 (unquote (3 4))))))
    ("(let ((if list)) (if 1 2 3))" (1 2 3))
    ("(define-syntax swap! (syntax-rules () ((_ a b)
        (let ((tmp a)) (set! a b) (set! b tmp)))))
      (let ((tmp 1) (y 2)) (swap! tmp y) (list tmp y))" (2 1))
    ("(define-syntax m (syntax-rules () ((_ (a b ...) ...) '((b ... a) ...))))
      (m (1 2 3) (4) (5 6))" ((2 3 1) (4) (6 5)))
    ("(define-syntax f (syntax-rules (=>) ((_ a => b) (list b a)) ((_ a b c) 'no)))
      (list (f 1 => 2) (let ((=> 0)) (f 1 => 2)))" ((2 1) no))
    ("(define-syntax last (syntax-rules () ((_ a ... b) b))) (last 1 2 3)" 3)
    ("(define-syntax be (syntax-rules () ((_ a) '(a (... ...))))) (be 1)" (1 ...))
    ("(let () (define-syntax two (syntax-rules () ((_ x) (* 2 x))))
        (define y 4) (two y))" 8)
    ("(let-syntax ((k (syntax-rules () ((_) 'let-syntax)))) (k))" let-syntax)
    ("(let ((x 'outer))
        (let-syntax ((m (syntax-rules () ((_) x))))
          (let ((x 'inner)) (m))))" outer)
    ("(call/cc (lambda (k) (+ 1 (k 42))))" 42)
    ("(let ((path '()))
        (dynamic-wind (lambda () (set! path (cons 'in path)))
                      (lambda () (call/cc (lambda (k) (k 1))))
                      (lambda () (set! path (cons 'out path))))
        path)" (out in))
    ("(guard (e (#f 'never) ((string? e) e)) (raise \"s\"))" "s")
    ("(guard (e (else (error-object-irritants e))) (error \"m\" 1 2))" (1 2))
    ("(define-record-type point (make-point x y) point? (x px set-px!) (y py))
      (let ((p (make-point 1 2)))
        (set-px! p 5)
        (list (px p) (py p) (point? p) (point? 3)))"
     (5 2 #t #f))
    ("(let-values (((a b) (values 1 2)) ((c) (values 3))) (list a b c))" (1 2 3))
    ("(eval '(+ 1 2))" 3)
    ("(define n 0) (define p (delay (begin (set! n (+ n 1)) n)))
      (force p) (force p)" 1)
    ("(map (lambda (x y) (* x y)) '(1 2 3) '(4 5 6))" (4 10 18))))

(for-each (lambda (c)
            (check (car c) (value-of (car c)) (cadr c)))
          value-cases)

(define error-cases
  '(("nothing" "unbound variable")
    ("(set! nothing 1)" "unbound variable")
    ("(if)" #f)
    ("()" "an empty list is no expression")
    ("(list if)" "syntax is no expression")
    ("(lambda (x))" "a body has no expression")
    ("(let () 1 (define x 2) x)" "a definition after expressions")
    ("((lambda (a b c d) a) 1 2 3)" "wrong number of arguments")
    ("(define-syntax m (syntax-rules () ((_ a) a))) (m)"
     "no rule of the macro matches")
    ("(error \"mine\" 1)" "mine")))

(for-each (lambda (c)
            (let ((message (message-of (lambda () (value-of (car c))))))
              (if (cadr c)
                  (check (car c) message (cadr c))
                  (check (car c) (string? message) #t))))
          error-cases)

(let ((i (make-interpreter)))
  (scheme-eval-string i "(display '(a \"b\")) (newline) (write \"c\")")
  (check "output" (scheme-output i) "(a b)\n\"c\"")
  (scheme-eval-string i "(define x 1)")
  (check "definitions stay" (scheme-eval i '(+ x 1)) 2))

(let* ((i (make-interpreter))
       (deep "(define (deep n) (if (= n 0) 0 (+ 1 (deep (- n 1))))) (deep 50000)"))
  (check "deep recursion" (scheme-eval-string i deep) 50000))

;;; The measured work

(for-each (lambda (actual wanted) (check (car wanted) actual wanted))
          (run) expected)

(for-each display (list "scheme: " ok " ok, " failed " failed"))
(newline)
(exit (if (= failed 0) 0 1))
