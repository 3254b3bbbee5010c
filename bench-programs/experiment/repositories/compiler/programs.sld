;; The programs that are compiled when the compiler is measured.
;;
;; Small ones are texts, each with its value.  The large ones are the compiler's
;; own passes, each with what it needs, and the whole compiler.

(define-library (bench.local/experiment compiler programs)
  (export small-programs large-programs whole-compiler)
  (import (scheme base)
          (bench.local/experiment compiler tree)
          (bench.local/experiment compiler reader)
          (bench.local/experiment compiler primitives)
          (bench.local/experiment compiler expand)
          (bench.local/experiment compiler check)
          (bench.local/experiment compiler letrec)
          (bench.local/experiment compiler assign)
          (bench.local/experiment compiler simplify)
          (bench.local/experiment compiler normalize)
          (bench.local/experiment compiler loops)
          (bench.local/experiment compiler closure)
          (bench.local/experiment compiler machine)
          (bench.local/experiment compiler check-code)
          (bench.local/experiment compiler constants)
          (bench.local/experiment compiler emit)
          (bench.local/experiment compiler select)
          (bench.local/experiment compiler liveness)
          (bench.local/experiment compiler allocate)
          (bench.local/experiment compiler peephole)
          (bench.local/experiment compiler runtime)
          (bench.local/experiment compiler print)
          (bench.local/experiment compiler passes))
  (begin

(define small-programs
  '((tak
     "(define (tak x y z)
        (if (not (< y x))
            z
            (tak (tak (- x 1) y z) (tak (- y 1) z x) (tak (- z 1) x y))))
      (tak 9 5 2)"
     3)

    (queens
     "(define (count-from i n)
        (if (> i n) '() (cons i (count-from (+ i 1) n))))
      (define (safe? row distance placed)
        (or (null? placed)
            (and (not (= (car placed) (+ row distance)))
                 (not (= (car placed) (- row distance)))
                 (safe? row (+ distance 1) (cdr placed)))))
      (define (place free placed)
        (if (null? free) 1 (try-rows free '() placed)))
      (define (try-rows untried tried placed)
        (if (null? untried)
            0
            (+ (if (safe? (car untried) 1 placed)
                   (place (append (cdr untried) tried)
                          (cons (car untried) placed))
                   0)
               (try-rows (cdr untried) (cons (car untried) tried) placed))))
      (place (count-from 1 5) '())"
     10)

    ;; Closures, assigned variables, procedures as values.
    (accounts
     "(define (make-account balance)
        (define history '())
        (define (change! amount)
          (set! balance (+ balance amount))
          (set! history (cons amount history))
          balance)
        (lambda (message . operands)
          (case message
            ((deposit) (change! (car operands)))
            ((withdraw) (change! (- (car operands))))
            ((history) (reverse history))
            (else (error \"no such message\" message)))))
      (define a (make-account 100))
      (define b (make-account 50))
      (a 'deposit 20)
      (b 'withdraw 5)
      (a 'withdraw 70)
      (list (a 'history) (b 'history) (a 'deposit 0) (b 'deposit 0))"
     ((20 -70) (-5) 50 45))

    ;; Loops over vectors, nested and in each other's places.
    (sieve
     "(define (sieve n)
        (let ((marks (make-vector (+ n 1) #t)))
          (do ((i 2 (+ i 1)) (primes '()
                                     (if (vector-ref marks i)
                                         (cons i primes)
                                         primes)))
              ((> i n) (reverse primes))
            (if (vector-ref marks i)
                (do ((j (* i i) (+ j i)))
                    ((> j n))
                  (vector-set! marks j #f))))))
      (define (sum items)
        (let loop ((items items) (total 0))
          (if (null? items) total (loop (cdr items) (+ total (car items))))))
      (sum (sieve 100))"
     1060)

    (strings
     "(define (split text separator)
        (let loop ((i 0) (start 0) (words '()))
          (cond ((= i (string-length text))
                 (reverse (cons (substring text start i) words)))
                ((char=? (string-ref text i) separator)
                 (loop (+ i 1) (+ i 1) (cons (substring text start i) words)))
                (else (loop (+ i 1) start words)))))
      (define (shout c)
        (if (<= 97 (char->integer c) 122)
            (integer->char (- (char->integer c) 32))
            c))
      (define words (split \"one,two,,three\" #\\,))
      (list (map (lambda (w) (list->string (map shout (string->list w)))) words)
            (map string->symbol words)
            (eq? (string->symbol \"three\") 'three)
            (number->string (* -12 34567))
            (apply string-append \"<\" words))"
     (("ONE" "TWO" "" "THREE") (one two || three) #t "-414804"
      "<onetwothree"))

    ;; Records, mutual recursion, quasiquotation.
    (expressions
     "(define-record-type node
        (make-node operator left right)
        node?
        (operator node-operator)
        (left node-left set-node-left!)
        (right node-right))
      (define (parse x)
        (if (pair? x)
            (make-node (car x) (parse (cadr x)) (parse (caddr x)))
            x))
      (define (value x)
        (if (node? x) (node-value x) x))
      (define (node-value x)
        (let ((a (value (node-left x))) (b (value (node-right x))))
          (case (node-operator x)
            ((plus) (+ a b))
            ((minus) (- a b))
            ((times) (* a b))
            (else (quotient a b)))))
      (define (show x)
        (if (node? x)
            `(,(show (node-left x)) ,(node-operator x) ,@(list (show (node-right x))))
            x))
      (define tree (parse '(plus (times 3 4) (over (minus 20 2) 4))))
      (define before (value tree))
      (set-node-left! tree 30)
      (list before (value tree) (show tree))"
     (16 34 (30 plus ((20 minus 2) over 4))))

    ;; More operands than registers, rest lists, continuation passing.
    (operands
     "(define (many a b c d e f g h i)
        (- (+ a b c d e f) (* g h) i))
      (define (rest a b . more) (list more b a))
      (define (later-rest a b c d e f g . more) (list g more))
      (define (factorial-cps n k)
        (if (= n 0)
            (k 1)
            (factorial-cps (- n 1) (lambda (r) (k (* n r))))))
      (define (compose . fs)
        (if (null? fs)
            (lambda (x) x)
            (lambda (x) ((car fs) ((apply compose (cdr fs)) x)))))
      (define (swap-loop n a b)
        (if (= n 0) (list a b) (swap-loop (- n 1) b a)))
      (list (many 1 2 3 4 5 6 7 8 9)
            (apply many '(9 8 7 6 5 4 3 2 1))
            (rest 1 2) (rest 1 2 3 4)
            (later-rest 1 2 3 4 5 6 7) (apply later-rest '(1 2 3 4 5 6 7 8 9))
            (factorial-cps 10 (lambda (x) x))
            ((compose (lambda (x) (* x 2)) (lambda (x) (+ x 1))) 5)
            (swap-loop 7 'a 'b)
            (modulo -7 3) (remainder -7 3) (quotient -7 3))"
     (-44 32 (() 2 1) ((3 4) 2 1) (7 ()) (7 (8 9)) 3628800 12 (b a)
      2 -1 -2))

    ;; An evaluator, which sorts.
    (evaluator
     "(define (evaluate x env)
        (cond ((symbol? x) (cdr (assq x env)))
              ((not (pair? x)) x)
              (else
               (case (car x)
                 ((quote) (cadr x))
                 ((if) (if (evaluate (cadr x) env)
                           (evaluate (caddr x) env)
                           (evaluate (cadddr x) env)))
                 ((lambda)
                  (lambda values
                    (evaluate (caddr x)
                              (append (map cons (cadr x) values) env))))
                 ((define-in)
                  (let ((cell (cons (cadr x) #f)))
                    (set-cdr! cell (evaluate (caddr x) (cons cell env)))
                    (evaluate (cadddr x) (cons cell env))))
                 (else
                  (let ((values (map (lambda (y) (evaluate y env)) x)))
                    (apply (car values) (cdr values))))))))
      (define base
        (list (cons 'less <) (cons 'cons cons) (cons 'car car)
              (cons 'cdr cdr) (cons 'null null?)))
      (evaluate
       '(define-in insert
          (lambda (x l)
            (if (null l)
                (cons x l)
                (if (less x (car l))
                    (cons x l)
                    (cons (car l) (insert x (cdr l))))))
          (define-in sort
            (lambda (l)
              (if (null l) l (insert (car l) (sort (cdr l)))))
            (sort (quote (5 3 9 1 7)))))
       base)"
     (1 3 5 7 9))))

;; All definitions of the compiler: with an expression at the end, a program.
(define whole-compiler
  (append tree-source reader-source primitives-source expand-source
          check-source letrec-source assign-source simplify-source
          normalize-source loops-source closure-source machine-source
          check-code-source constants-source emit-source select-source
          liveness-source allocate-source peephole-source runtime-source print-source
          passes-source))

;; Lists of forms, each ending with an expression that uses what is defined.
(define large-programs
  (list
   (cons 'reader
         (append reader-source
                 '((read-program "(a (b . c) \"d\" #\\e 12 -3 'f) ; g"))))
   (cons 'expand
         (append tree-source primitives-source expand-source
                 '((define (tree-kind source)
                     (kind (expand-program '() source)))
                   (list (tree-kind '((define (f x) x) (f 1)))
                         (tree-kind '((let ((x 1)) (cond (x 2) (else 3)))))
                         (tree-kind '((lambda (a . b) (cons a b))))))))
   (cons 'simplify
         (append tree-source primitives-source expand-source letrec-source
                 assign-source simplify-source
                 '((simplify-program
                    (convert-assignments
                     (fix-letrec
                      (expand-program
                       '()
                       '((define (square x) (* x x))
                         (define unused 3)
                         (if (< 1 2) (square (+ 3 4)) unused)))))))))
   (cons 'compiler
         (append whole-compiler
                 '((compile-to-text '() (read-program "(car '(1))")))))))

  ))
