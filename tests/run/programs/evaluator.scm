;; An evaluator for a small Scheme: closures, recursion, assignment, cond.
(import (scheme base) (scheme write) (scheme cxr))

(define (make-frame names values parent)
  (cons (map cons names values) parent))

(define (lookup name env)
  (if (null? env)
      (error "unbound in the little language" name)
      (let ((binding (assq name (car env))))
        (or binding (lookup name (cdr env))))))

(define (define-name! name value env)
  (set-car! env (cons (cons name value) (car env))))

(define-record-type closure
  (make-closure parameters body env)
  closure?
  (parameters closure-parameters)
  (body closure-body)
  (env closure-env))

(define (evaluate e env)
  (cond ((symbol? e) (cdr (lookup e env)))
        ((not (pair? e)) e)
        (else
         (case (car e)
           ((quote) (cadr e))
           ((if)
            (if (evaluate (cadr e) env)
                (evaluate (caddr e) env)
                (if (pair? (cdddr e)) (evaluate (cadddr e) env) #f)))
           ((lambda) (make-closure (cadr e) (cddr e) env))
           ((define)
            (if (pair? (cadr e))
                (define-name! (caadr e)
                  (make-closure (cdadr e) (cddr e) env)
                  env)
                (define-name! (cadr e) (evaluate (caddr e) env) env))
            'defined)
           ((set!)
            (set-cdr! (lookup (cadr e) env) (evaluate (caddr e) env))
            'assigned)
           ((begin) (evaluate-body (cdr e) env))
           ((let)
            (evaluate (cons (cons 'lambda (cons (map car (cadr e)) (cddr e)))
                            (map cadr (cadr e)))
                      env))
           ((cond) (evaluate-cond (cdr e) env))
           ((and) (evaluate-and (cdr e) env))
           (else
            (apply-procedure (evaluate (car e) env)
                             (map (lambda (x) (evaluate x env)) (cdr e))))))))

(define (evaluate-body body env)
  (if (null? (cdr body))
      (evaluate (car body) env)
      (begin
        (evaluate (car body) env)
        (evaluate-body (cdr body) env))))

(define (evaluate-cond clauses env)
  (cond ((null? clauses) #f)
        ((eq? (caar clauses) 'else) (evaluate-body (cdar clauses) env))
        ((evaluate (caar clauses) env) (evaluate-body (cdar clauses) env))
        (else (evaluate-cond (cdr clauses) env))))

(define (evaluate-and parts env)
  (cond ((null? parts) #t)
        ((null? (cdr parts)) (evaluate (car parts) env))
        ((evaluate (car parts) env) (evaluate-and (cdr parts) env))
        (else #f)))

(define (apply-procedure f arguments)
  (if (closure? f)
      (evaluate-body (closure-body f)
                     (make-frame (closure-parameters f) arguments (closure-env f)))
      (apply f arguments)))

(define global
  (make-frame '(+ - * = < cons car cdr null? list)
              (list + - * = < cons car cdr null? list)
              '()))

(define (run . program)
  (for-each
   (lambda (e)
     (let ((value (evaluate e global)))
       (if (not (eq? value 'defined))
           (begin
             (write value)
             (newline)))))
   program))

(run '(define (fact n) (if (= n 0) 1 (* n (fact (- n 1)))))
     '(fact 10)
     '(define (map f l) (if (null? l) '() (cons (f (car l)) (map f (cdr l)))))
     '(map (lambda (x) (* x x)) '(1 2 3 4))
     '(define (make-counter)
        (let ((n 0)) (lambda () (begin (set! n (+ n 1)) n))))
     '(define c (make-counter))
     '(c)
     '(c)
     '(define (classify n)
        (cond ((< n 0) 'negative) ((= n 0) 'zero) ((and (< 0 n) (< n 10)) 'small) (else 'big)))
     '(map classify (list (- 5) 0 7 100))
     '(define (fib n) (if (< n 2) n (+ (fib (- n 1)) (fib (- n 2)))))
     '(fib 10))

(write (guard (e ((error-object? e) (cons (error-object-message e) (error-object-irritants e))))
         (run '(undefined 1))))
(newline)
