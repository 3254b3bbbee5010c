;; A small logic interpreter: unification, rules, backtracking over streams.
(define (variable? x)
  (and (symbol? x)
       (char=? #\? (string-ref (symbol->string x) 0))))

(define (walk x s)
  (let ((binding (and (variable? x) (assq x s))))
    (if binding (walk (cdr binding) s) x)))

(define (unify a b s)
  (and s
       (let ((a (walk a s)) (b (walk b s)))
         (cond ((eqv? a b) s)
               ((variable? a) (cons (cons a b) s))
               ((variable? b) (cons (cons b a) s))
               ((and (pair? a) (pair? b))
                (unify (cdr a) (cdr b) (unify (car a) (car b) s)))
               (else #f)))))

(define (reify x s)
  (let ((x (walk x s)))
    (if (pair? x)
        (cons (reify (car x) s) (reify (cdr x) s))
        x)))

(define counter 0)
(define (rename clause)
  (set! counter (+ counter 1))
  (let ((suffix (number->string counter)))
    (let loop ((x clause))
      (cond ((variable? x)
             (string->symbol (string-append (symbol->string x) "." suffix)))
            ((pair? x) (cons (loop (car x)) (loop (cdr x))))
            (else x)))))

(define rules
  '(((parent tom bob)) ((parent tom liz)) ((parent bob ann)) ((parent bob pat))
    ((parent pat jim))
    ((grandparent ?x ?z) (parent ?x ?y) (parent ?y ?z))
    ((ancestor ?x ?y) (parent ?x ?y))
    ((ancestor ?x ?z) (parent ?x ?y) (ancestor ?y ?z))
    ((append () ?l ?l))
    ((append (?h . ?t) ?l (?h . ?r)) (append ?t ?l ?r))
    ((member ?x (?x . ?rest)))
    ((member ?x (?y . ?rest)) (member ?x ?rest))))

;; Calls found with each substitution that proves all goals.
(define (prove goals s found)
  (if (null? goals)
      (found s)
      (for-each
       (lambda (rule)
         (let* ((clause (rename rule))
                (s2 (unify (car goals) (car clause) s)))
           (if s2
               (prove (append (cdr clause) (cdr goals)) s2 found))))
       rules)))

(define (query template . goals)
  (let ((answers '()))
    (prove goals '()
           (lambda (s) (set! answers (cons (reify template s) answers))))
    (write (reverse answers))
    (newline)))

(query '?x '(parent bob ?x))
(query '?who '(grandparent ?who ann))
(query '?x '(ancestor tom ?x))
(query '(?a ?b) '(append ?a ?b (1 2 3)))
(query '?l '(append (1 2) (3 4) ?l))
(query '?x '(member ?x (a b c)) '(member ?x (c d a)))
(query 'yes '(ancestor jim tom))
