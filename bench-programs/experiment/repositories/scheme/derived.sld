;; Derived forms of the interpreted language (R7RS 4.2): each is a procedure from a
;; form to a simpler one, which the analyser then looks at anew.
;;
;; What a result names is meant as in the world, whatever the program calls so: it
;; is an alias of the world, as in a macro's template.  The forms that the
;; analyser knows itself are in analyze.sld.

(define-library (bench.local/experiment scheme derived)
  (export derived-forms)
  (import (scheme base) (scheme cxr)
          (bench.local/experiment scheme syntax))
  (begin

;; The derived forms of a world: a list of (name . transformer of form and scope).
(define (derived-forms world)
  (define (core name) (make-alias name world))
  (define (fresh) (make-alias 'temporary world))

  (define (is? id name scope)
    (and (identifier? id)
         (eq? (lookup id scope) (lookup name world))))

  ;;; Binding forms

  (define (expand-let form scope)
    (if (identifier? (cadr form))
        (named-let (cadr form) (car (cddr form)) (cdr (cddr form)))
        `(,(core '%let) . ,(cdr form))))

  (define (named-let name bindings body)
    `((,(core 'letrec*) ((,name (,(core 'lambda) ,(map car bindings) . ,body)))
       ,name)
      . ,(map cadr bindings)))

  (define (expand-let* form scope)
    (let ((bindings (cadr form)))
      (if (or (null? bindings) (null? (cdr bindings)))
          `(,(core '%let) ,bindings . ,(cddr form))
          `(,(core '%let) (,(car bindings))
            (,(core 'let*) ,(cdr bindings) . ,(cddr form))))))

  (define (expand-letrec form scope)
    `(,(core 'letrec*) . ,(cdr form)))

  (define (expand-do form scope)
    (let ((loop (fresh))
          (bindings (cadr form))
          (end (car (cddr form)))
          (commands (cdr (cddr form))))
      (named-let
       loop
       (map (lambda (b) (list (car b) (cadr b))) bindings)
       `((,(core 'if) ,(car end)
          (,(core 'begin) #f . ,(cdr end))
          (,(core 'begin)
           ,@commands
           (,loop . ,(map (lambda (b)
                            (if (pair? (cddr b)) (car (cddr b)) (car b)))
                          bindings))))))))

  (define (expand-let-values form scope)
    (let ((bindings (cadr form)))
      (if (null? bindings)
          `(,(core '%let) () . ,(cddr form))
          `(,(core 'call-with-values)
            (,(core 'lambda) () ,(cadar bindings))
            (,(core 'lambda) ,(caar bindings)
             (,(core 'let*-values) ,(cdr bindings) . ,(cddr form)))))))

  ;;; Conditionals

  (define (expand-and form scope)
    (cond ((null? (cdr form)) #t)
          ((null? (cddr form)) (cadr form))
          (else `(,(core 'if) ,(cadr form)
                  (,(core 'and) . ,(cddr form))
                  #f))))

  (define (expand-or form scope)
    (cond ((null? (cdr form)) #f)
          ((null? (cddr form)) (cadr form))
          (else
           (let ((value (fresh)))
             `(,(core '%let) ((,value ,(cadr form)))
               (,(core 'if) ,value ,value (,(core 'or) . ,(cddr form))))))))

  (define (expand-when form scope)
    `(,(core 'if) ,(cadr form) (,(core 'begin) . ,(cddr form))))

  (define (expand-unless form scope)
    `(,(core 'if) ,(cadr form) #f (,(core 'begin) . ,(cddr form))))

  (define (expand-cond form scope)
    (if (null? (cdr form))
        #f
        (let* ((clause (cadr form))
               (rest `(,(core 'cond) . ,(cddr form))))
          (cond ((is? (car clause) 'else scope)
                 `(,(core 'begin) . ,(cdr clause)))
                ((null? (cdr clause))
                 `(,(core 'or) ,(car clause) ,rest))
                ((is? (cadr clause) '=> scope)
                 (let ((value (fresh)))
                   `(,(core '%let) ((,value ,(car clause)))
                     (,(core 'if) ,value
                      (,(car (cddr clause)) ,value)
                      ,rest))))
                (else
                 `(,(core 'if) ,(car clause)
                   (,(core 'begin) . ,(cdr clause))
                   ,rest))))))

  (define (expand-case form scope)
    (let ((key (fresh)))
      `(,(core '%let) ((,key ,(cadr form)))
        (,(core 'cond)
         . ,(map (lambda (clause) (case-clause clause key scope))
                 (cddr form))))))

  (define (case-clause clause key scope)
    (let ((body (if (is? (cadr clause) '=> scope)
                    `((,(car (cddr clause)) ,key))
                    (cdr clause))))
      (if (is? (car clause) 'else scope)
          `(,(core 'else) . ,body)
          `((,(core 'memv) ,key (,(core 'quote) ,(car clause))) . ,body))))

  (define (expand-case-lambda form scope)
    (let ((arguments (fresh)))
      `(,(core 'lambda) ,arguments
        (,(core 'cond)
         . ,(map (lambda (clause) (arity-clause clause arguments))
                 (cdr form))))))

  (define (arity-clause clause arguments)
    (let loop ((formals (car clause)) (count 0))
      (if (pair? formals)
          (loop (cdr formals) (+ count 1))
          `((,(core (if (null? formals) '= '>=))
             (,(core 'length) ,arguments) ,count)
            (,(core 'apply) (,(core 'lambda) . ,clause) ,arguments)))))

  ;;; Quasiquotation

  (define (expand-quasiquote form scope)
    (quasi (cadr form) 0 scope))

  (define (quasi x depth scope)
    (cond ((vector? x)
           `(,(core 'list->vector) ,(quasi (vector->list x) depth scope)))
          ((not (pair? x)) `(,(core 'quote) ,x))
          ((is? (car x) 'unquote scope)
           (if (= depth 0)
               (cadr x)
               (quasi-nested 'unquote x (- depth 1) scope)))
          ((is? (car x) 'quasiquote scope)
           (quasi-nested 'quasiquote x (+ depth 1) scope))
          ((and (pair? (car x)) (= depth 0)
                (is? (caar x) 'unquote-splicing scope))
           `(,(core 'append) ,(cadar x) ,(quasi (cdr x) depth scope)))
          (else
           `(,(core 'cons) ,(quasi (car x) depth scope)
             ,(quasi (cdr x) depth scope)))))

  (define (quasi-nested name x depth scope)
    `(,(core 'list) (,(core 'quote) ,name) ,(quasi (cadr x) depth scope)))

  ;;; Exceptions, parameters, promises

  ;; The handler leaves to the guard's own continuation; a condition that no
  ;; clause takes goes back in and is raised again where it was.
  (define (expand-guard form scope)
    (let ((exit (fresh)) (raised (fresh)) (back (fresh))
          (condition (caadr form))
          (clauses (cdadr form)))
      `((,(core 'call/cc)
         (,(core 'lambda) (,exit)
          (,(core 'with-exception-handler)
           (,(core 'lambda) (,raised)
            ((,(core 'call/cc)
              (,(core 'lambda) (,back)
               (,exit
                (,(core 'lambda) ()
                 (,(core '%let) ((,condition ,raised))
                  (,(core 'cond)
                   ,@clauses
                   . ,(if (else-last? clauses scope)
                          '()
                          `((,(core 'else)
                             (,back
                              (,(core 'lambda) ()
                               (,(core 'raise-continuable)
                                ,raised))))))))))))))
           (,(core 'lambda) ()
            (,(core 'call-with-values)
             (,(core 'lambda) () . ,(cddr form))
             (,(core 'lambda) results
              (,exit (,(core 'lambda) ()
                      (,(core 'apply) ,(core 'values) results))))))))))))

  (define (else-last? clauses scope)
    (and (pair? clauses)
         (if (null? (cdr clauses))
             (is? (caar clauses) 'else scope)
             (else-last? (cdr clauses) scope))))

  (define (expand-delay form scope)
    `(,(core '%make-promise) (,(core 'lambda) () ,(cadr form))))

  ;;; Records

  (define (expand-define-record-type form scope)
    (let* ((name (cadr form))
           (constructor (list-ref form 2))
           (predicate (list-ref form 3))
           (fields (list-tail form 4))
           (field-names (map car fields)))
      `(,(core 'begin)
        (,(core 'define) ,name
         (,(core '%make-record-type) (,(core 'quote) ,name)
          ,(length fields)))
        (,(core 'define) ,(car constructor)
         (,(core '%record-constructor) ,name
          (,(core 'quote) ,(map (lambda (id) (index-of id field-names))
                                (cdr constructor)))))
        (,(core 'define) ,predicate (,(core '%record-predicate) ,name))
        . ,(apply append
                  (map (lambda (field)
                         (field-definitions name field field-names))
                       fields)))))

  (define (field-definitions type field field-names)
    (let ((index (index-of (car field) field-names)))
      (let loop ((procedures (cdr field))
                 (makers '(%record-accessor %record-modifier)))
        (if (null? procedures)
            '()
            (cons `(,(core 'define) ,(car procedures)
                    (,(core (car makers)) ,type ,index))
                  (loop (cdr procedures) (cdr makers)))))))

  (define (index-of id ids)
    (let loop ((ids ids) (i 0))
      (cond ((null? ids) (error "no such field" (strip id)))
            ((eq? id (car ids)) i)
            (else (loop (cdr ids) (+ i 1))))))

  (list
   (cons 'let expand-let) (cons 'let* expand-let*)
   (cons 'letrec expand-letrec) (cons 'do expand-do)
   (cons 'let-values expand-let-values) (cons 'let*-values expand-let-values)
   (cons 'and expand-and) (cons 'or expand-or)
   (cons 'when expand-when) (cons 'unless expand-unless)
   (cons 'cond expand-cond) (cons 'case expand-case)
   (cons 'case-lambda expand-case-lambda)
   (cons 'quasiquote expand-quasiquote)
   (cons 'guard expand-guard) (cons 'delay expand-delay)
   (cons 'define-record-type expand-define-record-type)))

  ))
