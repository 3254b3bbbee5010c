;; Checks of the compiler: its reader, what single passes give, and that programs
;; mean the same after each pass and, in the simulator, as machine code.

(import (scheme base) (scheme write) (scheme process-context) (scheme cxr)
        (only (bench.local/experiment compiler) run expected)
        (only (bench.local/experiment compiler reader) read-program)
        (only (bench.local/experiment compiler library) library-source)
        (only (bench.local/experiment compiler programs)
              small-programs large-programs whole-compiler)
        (only (bench.local/experiment compiler passes)
              compile-program compile-to-text front-end run-pass)
        (only (bench.local/experiment compiler check)
              check-tree expanded-language normal-language)
        (only (bench.local/experiment compiler expand) expand-program)
        (only (bench.local/experiment compiler tree)
              variable? variable-name quote-node ref-node make-variable
              prim-node let-node)
        (only (bench.local/experiment compiler evaluate) evaluate-tree)
        (only (bench.local/experiment compiler letrec) components)
        (only (bench.local/experiment compiler simulate)
              simulate simulated-steps))

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

(define reader-cases
  '(("12 -3 abc" (12 -3 abc))
    ("(a (b) . c)" ((a (b) . c)))
    ("'x `(y ,z ,@w)" ((quote x) (quasiquote (y (unquote z)
                                                (unquote-splicing w)))))
    ("#t #f #\\a #\\space #\\(" (#t #f #\a #\space #\())
    ("\"a\\n\\\"\" ; comment\n -" ("a\n\"" -))
    ("" ())))

(for-each (lambda (c) (check (car c) (read-program (car c)) (cadr c)))
          reader-cases)

(for-each (lambda (c)
            (check (car c)
                   (message-of (lambda () (read-program (car c))))
                   (cadr c)))
          '(("(a" "the text ends within a datum")
            (")" "a closing parenthesis too many")
            ("\"a" "a string is not closed")
            ("(a . b c)" "more than one datum behind a dot")
            ("#x" "unknown syntax")))

;;; Passes

(check "components"
       (components 5 (vector '(1) '(2) '(0 3) '() '(3)))
       '((3) (0 1 2) (4)))

;; A tree with names in place of variables.
(define (plain x)
  (cond ((variable? x) (variable-name x))
        ((pair? x) (cons (plain (car x)) (plain (cdr x))))
        (else x)))

(define (tree-after pass-name text)
  (let loop ((tree (expand-program library-source (read-program text)))
             (passes front-end))
    (let ((next (run-pass (car passes) tree)))
      (if (string=? (car (car passes)) pass-name)
          (plain next)
          (loop next (cdr passes))))))

(define pass-cases
  '(("letrec" "(define (f x) x) (define y (f 1)) y"
     (fix (f) ((lambda (x) #f (ref x)))
          (let (y) ((call (ref f) (quote 1))) (ref y))))
    ("letrec" "(define unused (lambda (x) x)) 1" (quote 1))
    ("assign" "(lambda (x) (set! x 2) x)"
     (lambda (x) #f
       (let (x) ((prim %make-box (ref x)))
         (begin (prim %box-set! (ref x) (quote 2))
                (prim %box-ref (ref x))))))
    ("simplify" "(+ 1 (* 2 3))" (quote 7))
    ("simplify" "(define (square x) (* x x)) (square 5)" (quote 25))
    ("simplify" "(let ((x 1)) (if (< x 2) 'yes 'no))" (quote yes))
    ("simplify" "(lambda (a) (let ((b a)) (let ((c (cons b b))) b)))"
     (lambda (a) #f (ref a)))
    ("simplify" "(lambda (a) (if (not a) 1 2))"
     (lambda (a) #f (if (ref a) (quote 2) (quote 1))))
    ("simplify" "(lambda (a) ((lambda (x . r) r) a 1 2))"
     (lambda (a) #f (prim cons (quote 1) (prim cons (quote 2) (quote ())))))
    ("simplify" "(lambda (a) (let ((t (car a))) (if t 1 2)))"
     (lambda (a) #f (if (prim car (ref a)) (quote 1) (quote 2))))
    ("normalize" "(lambda (a) (car (cdr a)))"
     (fix (t) ((lambda (a) #f (let (t) ((prim cdr (ref a)))
                                (prim car (ref t)))))
          (ref t)))
    ("loops" "(lambda (n) (let loop ((i n)) (if (= i 0) i (loop (- i 1)))))"
     (fix (t) ((lambda (n) #f
                 (labels (loop)
                         ((lambda (i) #f
                            (if (prim = (ref i) (quote 0))
                                (ref i)
                                (let (t) ((prim - (ref i) (quote 1)))
                                  (call (ref loop) (ref t))))))
                         (call (ref loop) (ref n)))))
          (ref t)))))

(for-each (lambda (c)
            (check (cadr c) (tree-after (car c) (cadr c)) (caddr c)))
          pass-cases)

;;; Checkers

(let ((x (make-variable 'x)) (y (make-variable 'y)))
  (check "a variable out of its scope"
         (message-of (lambda ()
                       (check-tree expanded-language "x" (ref-node x))))
         "after x: a variable out of its scope")
  (check "a variable bound twice"
         (message-of
          (lambda ()
            (check-tree expanded-language "x"
                        (let-node (list y) (list (quote-node 1))
                                  (let-node (list y) (list (quote-node 1))
                                            (ref-node y))))))
         "after x: a variable bound twice")
  (check "a kind that is not of the language"
         (message-of (lambda ()
                       (check-tree normal-language "x"
                                   (list 'set! x (quote-node 1)))))
         "after x: no tree of the language"))

;;; Meaning, after each pass and as machine code

(define (check-passes name forms wanted)
  (let loop ((tree (expand-program library-source forms))
             (passes front-end)
             (pass-name "expand"))
    (check (list name pass-name) (evaluate-tree tree) wanted)
    (if (pair? passes)
        (loop (run-pass (car passes) tree) (cdr passes) (car (car passes))))))

(define (simulated forms)
  (simulate (compile-program library-source forms) 8000000))

(for-each (lambda (program)
            (let ((forms (read-program (cadr program))))
              (check-passes (car program) forms (caddr program))
              (check (list (car program) "machine code")
                     (simulated forms) (caddr program))))
          small-programs)

;; Failures of compiled programs.
(for-each (lambda (c)
            (check (car c)
                   (message-of (lambda () (simulated (read-program (car c)))))
                   (cadr c)))
          '(("(car 1)" "trap: trap_pair")
            ("(vector-ref (make-vector 3) 3)" "trap: trap_index")
            ("(vector-ref (make-vector 3) -1)" "trap: trap_index")
            ("(+ 1 'a)" "trap: trap_fixnum")
            ("(quotient 1 (- 1 1))" "trap: trap_division")
            ("((lambda (x) x))" "trap: trap_arity")
            ("(let ((f 1)) (f))" "trap: trap_procedure")
            ("(let loop ((n 1)) (loop (* n 100)))" "trap: trap_overflow")
            ("(error \"own\" 1 2)" "own")))

;;; The compiler compiles itself

(define (host-value name)
  (case name
    ((reader) '((a (b . c) "d" #\e 12 -3 (quote f))))
    ((expand) '(letrec* let lambda))
    ((simplify) '(quote 49))
    (else (compile-to-text '() (read-program "(car '(1))")))))

(for-each (lambda (program)
            (check (list (car program) "machine code")
                   (simulated (cdr program))
                   (host-value (car program))))
          large-programs)

(define sample
  "(define (fib n)
     (if (< n 2) n (+ (fib (- n 1)) (fib (- n 2)))))
   (define (adder n) (lambda (m . more) (+ n m)))
   ((adder 1) (fib 10))")

;; The compiler in the simulator emits what the compiler on the host emits.
(check "the compiled compiler"
       (simulated
        (append whole-compiler
                `((compile-to-text '() (read-program ,sample)))))
       (compile-to-text '() (read-program sample)))

;;; The measured work

(check "run" (run) expected)

(for-each display (list "compiler: " ok " ok, " failed " failed"))
(newline)
(exit (if (= failed 0) 0 1))
