;; The first pass: from data to trees.
;;
;; It expands the derived forms, which are fixed, resolves every name to a
;; variable or a primitive, and gives each binding a variable of its own (alpha
;; conversion).  A whole program becomes one letrec* of its definitions; its value
;; is that of its last expression.
;;
;;   output: quote ref set! if begin lambda let letrec* call prim
;;
;; An environment is an association list of symbols and variables.  What it lacks
;; is a special form, else a primitive: a program may bind any name.

(define-library (bench.local/experiment compiler expand)
  (export expand-program expand-source)
  (import (scheme base) (scheme cxr)
          (bench.local/experiment compiler source)
          (bench.local/experiment compiler tree)
          (bench.local/experiment compiler primitives))
  (begin

(define-with-source expand-source

;; The definitions of the library that the program does not make itself come
;; before those of the program.
(define (expand-program library program)
  (let* ((own (flatten-toplevel program))
         (own-names (defined-names own))
         (given (filter (lambda (form)
                          (not (memq (definition-name form) own-names)))
                        (flatten-toplevel library))))
    (expand-body (append given own) '())))

;; The forms without begin, and with records as definitions.
(define (flatten-toplevel forms)
  (if (null? forms)
      '()
      (append (flatten-form (car forms))
              (flatten-toplevel (cdr forms)))))

(define (flatten-form form)
  (cond ((tagged? form 'begin) (flatten-toplevel (cdr form)))
        ((tagged? form 'define-record-type) (record-definitions (cdr form)))
        (else (list form))))

(define (tagged? form name)
  (and (pair? form) (eq? (car form) name)))

(define (definition? form)
  (tagged? form 'define))

(define (defined-names forms)
  (map definition-name (filter definition? forms)))

(define (definition-name form)
  (if (pair? (cadr form))
      (car (cadr form))
      (cadr form)))

(define (definition-value form)
  (if (pair? (cadr form))
      (cons 'lambda (cons (cdr (cadr form)) (cddr form)))
      (caddr form)))

;;; Environments

(define (bind-names names variables env)
  (append (map cons names variables) env))

(define (bound-variable name env)
  (let ((binding (assq name env)))
    (and binding (cdr binding))))

(define special-names
  '(quote quasiquote if set! lambda begin let let* letrec letrec* do cond case
    and or when unless))

(define variadic-names
  '(+ - * = < > <= >= list))

;;; Expressions

(define (expand-form form env)
  (cond ((symbol? form) (expand-name form env))
        ((not (pair? form)) (quote-node form))
        ((and (symbol? (car form))
              (not (bound-variable (car form) env)))
         (expand-known (car form) form env))
        (else (expand-call form env))))

(define (expand-name name env)
  (let ((variable (bound-variable name env)))
    (cond (variable
           (add-ref! variable)
           (ref-node variable))
          ((primitive-alias name) (primitive-procedure (primitive-alias name)))
          (else (error "a name without a binding" name)))))

;; A primitive as a value: a procedure that does it.
(define (primitive-procedure name)
  (let ((params (map (lambda (i) (fresh-variable))
                     (count-up (primitive-arity name)))))
    (lambda-node params #f (prim-node name (map ref-node params)))))

(define (count-up n)
  (let loop ((i n) (numbers '()))
    (if (= i 0)
        numbers
        (loop (- i 1) (cons i numbers)))))

(define (expand-call form env)
  (let ((operator (expand-form (car form) env)))
    (call-node operator (expand-all (cdr form) env))))

(define (expand-all forms env)
  (map-in-order (lambda (form) (expand-form form env)) forms))

;; A form whose head no variable binds.
(define (expand-known name form env)
  (cond ((memq name special-names) (expand-special name form env))
        ((and (memq name variadic-names)
              (not (= (length (cdr form)) 2)))
         (expand-variadic name (expand-all (cdr form) env)))
        ((primitive-alias name)
         (expand-primitive (primitive-alias name) (cdr form) env))
        (else (expand-call form env))))

(define (expand-primitive name operands env)
  (if (and (primitive-arity name)
           (not (= (length operands) (primitive-arity name))))
      (error "wrong number of operands" name))
  (prim-node name (expand-all operands env)))

(define (expand-special name form env)
  (case name
    ((quote) (quote-node (cadr form)))
    ((quasiquote) (expand-quasi (cadr form) env))
    ((if) (expand-if form env))
    ((set!) (expand-set (cadr form) (caddr form) env))
    ((lambda) (expand-lambda (cadr form) (cddr form) env))
    ((begin) (expand-sequence (cdr form) env))
    ((let) (expand-let form env))
    ((let*) (expand-let* (cadr form) (cddr form) env))
    ((letrec letrec*) (expand-letrec (cadr form) (cddr form) env))
    ((do) (expand-form (do->loop form) env))
    ((cond) (expand-cond (cdr form) env))
    ((case) (expand-case form env))
    ((and) (expand-and (cdr form) env))
    ((or) (expand-or (cdr form) env))
    ((when) (if-node (expand-form (cadr form) env)
                     (expand-sequence (cddr form) env)
                     unspecified-node))
    (else (if-node (expand-form (cadr form) env)
                   unspecified-node
                   (expand-sequence (cddr form) env)))))

(define (expand-if form env)
  (let* ((test (expand-form (cadr form) env))
         (consequent (expand-form (caddr form) env)))
    (if-node test
             consequent
             (if (pair? (cdddr form))
                 (expand-form (cadddr form) env)
                 unspecified-node))))

(define (expand-set name value env)
  (let ((variable (or (bound-variable name env)
                      (error "an assigned name without a binding" name))))
    (add-set! variable)
    (set-node variable (expand-form value env))))

(define (expand-sequence forms env)
  (cond ((null? forms) unspecified-node)
        ((null? (cdr forms)) (expand-form (car forms) env))
        (else (let ((first (expand-form (car forms) env)))
                (begin-node first (expand-sequence (cdr forms) env))))))

;;; Operations of any number of operands

(define (expand-variadic name operands)
  (case name
    ((+ *) (fold-operands name operands (quote-node (if (eq? name '+) 0 1))))
    ((-) (if (null? (cdr operands))
             (prim-node '- (list (quote-node 0) (car operands)))
             (fold-operands name (cdr operands) (car operands))))
    ((list) (fold-list operands))
    (else (expand-chain name operands))))

(define (fold-operands name operands first)
  (if (null? operands)
      first
      (fold-operands name (cdr operands)
                     (prim-node name (list first (car operands))))))

(define (fold-list operands)
  (if (null? operands)
      (quote-node '())
      (prim-node 'cons (list (car operands) (fold-list (cdr operands))))))

;; a < b < c, with all operands evaluated before the first comparison.
(define (expand-chain name operands)
  (let* ((variables (map (lambda (x) (fresh-variable)) operands))
         (refs (map ref-node variables)))
    (let-node variables operands
              (let loop ((refs refs))
                (if (or (null? refs) (null? (cdr refs)))
                    constant-true
                    (if-node (prim-node name (list (car refs) (cadr refs)))
                             (loop (cdr refs))
                             constant-false))))))

;;; Binding forms

(define (expand-lambda formals body env)
  (let* ((names (formal-names formals))
         (variables (map make-variable names))
         (rest (formal-rest formals))
         (rest-variable (and rest (make-variable rest)))
         (inner (bind-names names variables env)))
    (lambda-node variables rest-variable
                 (expand-body body
                              (if rest
                                  (cons (cons rest rest-variable) inner)
                                  inner)))))

(define (formal-names formals)
  (if (pair? formals)
      (cons (car formals) (formal-names (cdr formals)))
      '()))

(define (formal-rest formals)
  (cond ((pair? formals) (formal-rest (cdr formals)))
        ((null? formals) #f)
        (else formals)))

;; A body: with definitions it is a letrec*, in which an expression between
;; definitions is the value of a variable that nobody names.
(define (expand-body body env)
  (let ((forms (flatten-toplevel body)))
    (if (any? definition? forms)
        (expand-definitions forms env)
        (expand-sequence forms env))))

(define (expand-definitions forms env)
  (let* ((parts (split-body forms))
         (definitions (car parts))
         (variables (map (lambda (form)
                           (if (definition? form)
                               (make-variable (definition-name form))
                               (fresh-variable)))
                         definitions))
         (inner (bind-definitions definitions variables env)))
    (letrec-node variables
                 (map-in-order (lambda (form)
                                 (expand-form (if (definition? form)
                                                  (definition-value form)
                                                  form)
                                              inner))
                               definitions)
                 (expand-sequence (cdr parts) inner))))

(define (bind-definitions definitions variables env)
  (cond ((null? definitions) env)
        ((definition? (car definitions))
         (cons (cons (definition-name (car definitions)) (car variables))
               (bind-definitions (cdr definitions) (cdr variables) env)))
        (else (bind-definitions (cdr definitions) (cdr variables) env))))

;; The forms up to the last definition, and those after it.
(define (split-body forms)
  (let loop ((backwards (reverse forms)) (tail '()))
    (if (definition? (car backwards))
        (cons (reverse backwards) tail)
        (loop (cdr backwards) (cons (car backwards) tail)))))

(define (expand-let form env)
  (if (symbol? (cadr form))
      (expand-form (named-let->letrec (cadr form) (caddr form) (cdddr form))
                   env)
      (let* ((bindings (cadr form))
             (inits (expand-all (map cadr bindings) env))
             (variables (map make-variable (map car bindings))))
        (wrap-let variables inits
                  (expand-body (cddr form)
                               (bind-names (map car bindings)
                                           variables env))))))

(define (named-let->letrec name bindings body)
  `((letrec ((,name (lambda ,(map car bindings) ,@body)))
      ,name)
    ,@(map cadr bindings)))

(define (expand-let* bindings body env)
  (if (null? bindings)
      (expand-body body env)
      (let* ((binding (car bindings))
             (init (expand-form (cadr binding) env))
             (variable (make-variable (car binding))))
        (let-node (list variable) (list init)
                  (expand-let* (cdr bindings) body
                               (cons (cons (car binding) variable) env))))))

(define (expand-letrec bindings body env)
  (let* ((names (map car bindings))
         (variables (map make-variable names))
         (inner (bind-names names variables env)))
    (letrec-node variables
                 (expand-all (map cadr bindings) inner)
                 (expand-body body inner))))

(define (do->loop form)
  (let ((bindings (cadr form))
        (end (caddr form))
        (commands (cdddr form)))
    `(let do-loop ,(map (lambda (b) (list (car b) (cadr b))) bindings)
       (if ,(car end)
           (begin ,@(cdr end))
           (begin ,@commands
                  (do-loop ,@(map (lambda (b)
                                    (if (pair? (cddr b)) (caddr b) (car b)))
                                  bindings)))))))

;;; Conditionals

(define (expand-and forms env)
  (cond ((null? forms) constant-true)
        ((null? (cdr forms)) (expand-form (car forms) env))
        (else (let ((test (expand-form (car forms) env)))
                (if-node test
                         (expand-and (cdr forms) env)
                         constant-false)))))

(define (expand-or forms env)
  (cond ((null? forms) constant-false)
        ((null? (cdr forms)) (expand-form (car forms) env))
        (else (bind-value (expand-form (car forms) env)
                          (lambda (value)
                            (if-node value value
                                     (expand-or (cdr forms) env)))))))

;; A let of a new variable, whose body is made from a reference to it.
(define (bind-value init make-body)
  (let ((variable (fresh-variable)))
    (let-node (list variable) (list init) (make-body (ref-node variable)))))

(define (expand-cond clauses env)
  (if (null? clauses)
      unspecified-node
      (expand-clause (car clauses) (cdr clauses) env)))

(define (expand-clause clause more env)
  (cond ((eq? (car clause) 'else) (expand-sequence (cdr clause) env))
        ((null? (cdr clause))
         (bind-value (expand-form (car clause) env)
                     (lambda (value)
                       (if-node value value (expand-cond more env)))))
        ((eq? (cadr clause) '=>)
         (bind-value (expand-form (car clause) env)
                     (lambda (value)
                       (if-node value
                                (call-node (expand-form (caddr clause) env)
                                           (list value))
                                (expand-cond more env)))))
        (else
         (let* ((test (expand-form (car clause) env))
                (consequent (expand-sequence (cdr clause) env)))
           (if-node test consequent (expand-cond more env))))))

(define (expand-case form env)
  (bind-value (expand-form (cadr form) env)
              (lambda (key) (case-clauses key (cddr form) env))))

(define (case-clauses key clauses env)
  (cond ((null? clauses) unspecified-node)
        ((eq? (car (car clauses)) 'else)
         (expand-sequence (cdr (car clauses)) env))
        (else
         (let ((consequent (expand-sequence (cdr (car clauses)) env)))
           (if-node (key-test key (car (car clauses)))
                    consequent
                    (case-clauses key (cdr clauses) env))))))

(define (key-test key data)
  (let ((test (prim-node 'eq? (list key (quote-node (car data))))))
    (if (null? (cdr data))
        test
        (if-node test constant-true (key-test key (cdr data))))))

;;; Quasiquotation, of one level

(define (expand-quasi x env)
  (cond ((not (pair? x)) (quote-node x))
        ((eq? (car x) 'unquote) (expand-form (cadr x) env))
        ((tagged? (car x) 'unquote-splicing)
         (let ((spliced (expand-form (cadr (car x)) env)))
           (if (null? (cdr x))
               spliced
               (call-node (expand-name 'append env)
                          (list spliced (expand-quasi (cdr x) env))))))
        (else
         (let ((first (expand-quasi (car x) env)))
           (prim-node 'cons (list first (expand-quasi (cdr x) env)))))))

;;; Records

;; The definitions of a record type (name (maker field ...) predicate
;; (field accessor [modifier]) ...).  The type is known by its name.
(define (record-definitions parts)
  (let* ((type (list 'quote (car parts)))
         (maker (cadr parts))
         (fields (cdddr parts))
         (names (map car fields)))
    (cons `(define ,maker (%record ,type ,@(map (lambda (name)
                                                  (if (memq name (cdr maker))
                                                      name
                                                      #f))
                                                names)))
          (cons `(define (,(caddr parts) x) (%record? x ,type))
                (field-definitions type fields 0)))))

(define (field-definitions type fields index)
  (if (null? fields)
      '()
      (let* ((procedures (cdr (car fields)))
             (accessor
              `(define (,(car procedures) x) (%record-ref x ,type ,index)))
             (rest (field-definitions type (cdr fields) (+ index 1))))
        (cons accessor
              (if (null? (cdr procedures))
                  rest
                  (cons `(define (,(cadr procedures) x value)
                           (%record-set! x ,type ,index value))
                        rest))))))

)
  ))
