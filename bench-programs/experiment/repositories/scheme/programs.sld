;; The programs that the interpreter runs when it is measured: texts in the
;; interpreted language, each with its name, the value of its last form, and what
;; it writes.

(define-library (bench.local/experiment scheme programs)
  (export programs)
  (import (scheme base))
  (begin

;; Calls, arithmetic, tail calls.
(define tak
  "(define (tak x y z)
     (if (not (< y x))
         z
         (tak (tak (- x 1) y z)
              (tak (- y 1) z x)
              (tak (- z 1) x y))))
   (define (count n)
     (do ((i 0 (+ i 1)) (sum 0 (+ sum i)))
         ((= i n) sum)))
   (list (tak 14 9 4) (count 100000))")

;; Lists and closures.
(define queens
  "(define (count-from i n)
     (if (> i n) '() (cons i (count-from (+ i 1) n))))
   (define (safe? row distance placed)
     (or (null? placed)
         (and (not (= (car placed) (+ row distance)))
              (not (= (car placed) (- row distance)))
              (safe? row (+ distance 1) (cdr placed)))))
   (define (without x l)
     (cond ((null? l) '())
           ((= x (car l)) (cdr l))
           (else (cons (car l) (without x (cdr l))))))
   (define (solutions free placed)
     (if (null? free)
         1
         (apply + (map (lambda (row)
                         (if (safe? row 1 placed)
                             (solutions (without row free)
                                        (cons row placed))
                             0))
                       free))))
   (let loop ((n 1) (counts '()))
     (if (> n 9)
         (reverse counts)
         (loop (+ n 1)
               (cons (solutions (count-from 1 n) '()) counts))))")

;; Characters, strings, a hash table of association lists.
(define words
  "(define text
     \"the quick brown fox jumps over the lazy dog while the other dog \\
      looks at the fox and the quick bird looks at the dog\")
   (define (split s)
     (let loop ((chars (string->list s)) (word '()) (words '()))
       (define (finish)
         (if (null? word)
             words
             (cons (list->string (reverse word)) words)))
       (cond ((null? chars) (reverse (finish)))
             ((char-alphabetic? (car chars))
              (loop (cdr chars) (cons (car chars) word) words))
             (else (loop (cdr chars) '() (finish))))))
   (define size 17)
   (define (hash s)
     (let loop ((i 0) (h 0))
       (if (= i (string-length s))
           h
           (loop (+ i 1)
                 (modulo (+ (* h 31) (char->integer (string-ref s i)))
                         size)))))
   (define (increment! table word)
     (let* ((i (hash word))
            (entry (assoc word (vector-ref table i))))
       (if entry
           (set-cdr! entry (+ 1 (cdr entry)))
           (vector-set! table i
                        (cons (cons word 1) (vector-ref table i))))))
   (define (insert entry sorted)
     (if (or (null? sorted)
             (> (cdr entry) (cdar sorted))
             (and (= (cdr entry) (cdar sorted))
                  (string<? (car entry) (caar sorted))))
         (cons entry sorted)
         (cons (car sorted) (insert entry (cdr sorted)))))
   (define (frequencies times)
     (let ((table (make-vector size '())))
       (do ((i 0 (+ i 1)))
           ((= i times))
         (for-each (lambda (w) (increment! table w)) (split text)))
       (let loop ((entries (apply append (vector->list table)))
                  (sorted '()))
         (if (null? entries)
             sorted
             (loop (cdr entries) (insert (car entries) sorted))))))
   (for-each (lambda (entry)
               (when (> (cdr entry) 100)
                 (display (car entry))
                 (write-char #\\space)
                 (display (cdr entry))
                 (newline)))
             (frequencies 100))
   (string-upcase (substring text 4 9))")

;; Macros, records, continuations, winding and conditions.
(define control
  "(define-syntax while
     (syntax-rules ()
       ((_ test body ...)
        (let loop () (when test body ... (loop))))))
   (define-syntax my-or
     (syntax-rules ()
       ((_) #f)
       ((_ e) e)
       ((_ e r ...) (let ((t e)) (if t t (my-or r ...))))))
   (define-record-type tree
     (make-tree left value right)
     tree?
     (left tree-left)
     (value tree-value set-tree-value!)
     (right tree-right))
   (define (build low high)
     (if (> low high)
         #f
         (let ((middle (quotient (+ low high) 2)))
           (make-tree (build low (- middle 1)) middle
                      (build (+ middle 1) high)))))
   (define (walk tree visit)
     (when tree
       (walk (tree-left tree) visit)
       (visit (tree-value tree))
       (walk (tree-right tree) visit)))
   ;; Each call of the generator resumes the walk where it was left.
   (define (generator tree)
     (define return #f)
     (define (resume)
       (walk tree (lambda (x)
                    (call/cc (lambda (next)
                               (set! resume (lambda () (next #f)))
                               (return x)))))
       (return 'done))
     (lambda ()
       (call/cc (lambda (k) (set! return k) (resume)))))
   (define (same-fringe? a b)
     (let ((next-a (generator a)) (next-b (generator b)))
       (let loop ()
         (let ((x (next-a)) (y (next-b)))
           (cond ((not (eqv? x y)) #f)
                 ((eq? x 'done) #t)
                 (else (loop)))))))
   (define log '())
   (define (note x) (set! log (cons x log)))
   (define (careful thunk)
     (dynamic-wind
      (lambda () (note 'in))
      (lambda ()
        (guard (e ((symbol? e) (note e) 'symbol)
                  ((error-object? e) (error-object-message e)))
          (thunk)))
      (lambda () (note 'out))))
   (define t 5)
   (define i 0)
   (define sum 0)
   (while (< i 300)
     (set! i (+ i 1))
     (set! sum (+ sum (my-or #f t))))
   (list sum
         (same-fringe? (build 1 400) (build 1 400))
         (same-fringe? (build 1 400) (build 1 401))
         (careful (lambda () (raise 'oops)))
         (careful (lambda () (error \"broken\" 1)))
         (careful (lambda () 7))
         (guard (e (#t (list 'outer e)))
           (guard (e ((string? e) 'inner)) (raise 'passed)))
         (with-exception-handler
          (lambda (e) 10)
          (lambda () (+ 1 (raise-continuable 'c))))
         log)")

;; An interpreter in the interpreted language, which computes Fibonacci numbers
;; and sorts a list.
(define interpreter
  "(define (evaluate x env)
     (cond ((symbol? x) (cdr (binding x env)))
           ((not (pair? x)) x)
           (else
            (case (car x)
              ((quote) (cadr x))
              ((if) (if (evaluate (cadr x) env)
                        (evaluate (caddr x) env)
                        (evaluate (cadddr x) env)))
              ((lambda) (list 'closure (cadr x) (caddr x) env))
              ((letrec)
               (let* ((names (map car (cadr x)))
                      (new (append (map (lambda (n) (cons n #f)) names)
                                   env)))
                 (for-each (lambda (b)
                             (set-cdr! (binding (car b) new)
                                       (evaluate (cadr b) new)))
                           (cadr x))
                 (evaluate (caddr x) new)))
              (else
               (call (evaluate (car x) env)
                     (map (lambda (y) (evaluate y env)) (cdr x))))))))
   (define (binding name env)
     (or (assq name env)
         (error \"no such name\" name)))
   (define (call f args)
     (if (procedure? f)
         (apply f args)
         (evaluate (caddr f)
                   (append (map cons (cadr f) args) (cadddr f)))))
   (define base
     (list (cons '+ +) (cons '- -) (cons '< <) (cons 'cons cons)
           (cons 'car car) (cons 'cdr cdr) (cons 'null? null?)))
   (define program
     '(letrec ((fib (lambda (n)
                      (if (< n 2)
                          n
                          (+ (fib (- n 1)) (fib (- n 2))))))
               (insert (lambda (x l)
                         (if (null? l)
                             (cons x l)
                             (if (< x (car l))
                                 (cons x l)
                                 (cons (car l) (insert x (cdr l)))))))
               (sort (lambda (l)
                       (if (null? l)
                           l
                           (insert (car l) (sort (cdr l)))))))
        (cons (fib 20) (sort (quote (5 3 9 1 7 2 8))))))
   (evaluate program base)")

;; Big and inexact numbers, vectors, quasiquotation, several values.
(define numbers
  "(define (factorial n)
     (if (= n 0) 1 (* n (factorial (- n 1)))))
   (define (digits n)
     (let loop ((n n) (sum 0))
       (if (= n 0)
           sum
           (let-values (((q r) (floor/ n 10)))
             (loop q (+ sum r))))))
   (define (sieve n)
     (let ((marks (make-vector (+ n 1) #t)))
       (let loop ((i 2) (primes '()))
         (cond ((> i n) (reverse primes))
               ((vector-ref marks i)
                (do ((j (* i i) (+ j i)))
                    ((> j n))
                  (vector-set! marks j #f))
                (loop (+ i 1) (cons i primes)))
               (else (loop (+ i 1) primes))))))
   (define (newton x)
     (let loop ((guess 1.0) (steps 20))
       (if (= steps 0)
           guess
           (loop (/ (+ guess (/ x guess)) 2.0) (- steps 1)))))
   (define area
     (case-lambda ((r) (* r r)) ((a b) (* a b)) ((a . more) (length more))))
   (define later (delay (begin (display \"once \") 5)))
   `(,(digits (factorial 100))
     ,(length (sieve 10000))
     ,(< 1.4142 (newton 2.0) 1.4143)
     (,@(map area '(3 4)) ,(area 5 6) ,(area 1 2 3))
     #(a ,(+ (force later) (force later))))")

(define programs
  (list
   (list 'tak tak '(9 4999950000) "")
   (list 'queens queens '(1 0 0 2 10 4 40 92 352) "")
   (list 'words words "QUICK"
         "the 600\ndog 300\nat 200\nfox 200\nlooks 200\nquick 200\n")
   (list 'control control
         '(1500 #t #f symbol "broken" 7 (outer passed) 11
           (out in out in out oops in))
         "")
   (list 'interpreter interpreter '(6765 1 2 3 5 7 8 9) "")
   (list 'numbers numbers
         '(648 1229 #t (9 16 30 2) #(a 10))
         "once ")))

  ))
