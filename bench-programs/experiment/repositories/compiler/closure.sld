;; Closure conversion: procedures become code with labels, and what they need of
;; their surroundings is stored in closures.
;;
;;   input:  looped-language        output: a program, of the code language
;;
;; A variable of the outermost level that a procedure uses is a global: it has a
;; cell in static data.  Other variables of surrounding procedures are free in a
;; procedure and go into its closure.  A procedure without free variables needs no
;; closure; as a value it is a static one.  Whether a procedure needs one depends
;; on those that it uses, so that is found as a least fixed point.
;;
;; The code language has, beside quote, ref, if, begin, let, labels and prim,
;;
;;   (jump variable atom ...)            to a label
;;   (static label)                      an atom: a static closure
;;   (self)  (free index)                the running closure; a part of it
;;   (global label)  (set-global label atom)
;;   (known label closure atom ...)      a call of a procedure; closure or #f
;;   (closure-call atom atom ...)        a call of a value
;;   (closures (variable ...) (label ...) ((atom ...) ...) code)
;;
;; Each variable occurs in one procedure only.

(define-library (bench.local/experiment compiler closure)
  (export convert-closures
          procedure-label procedure-params procedure-rest
          procedure-code procedure-escapes? procedure-closed?
          program-procedures program-main program-globals
          closure-source)
  (import (scheme base) (scheme cxr)
          (bench.local/experiment compiler source)
          (bench.local/experiment compiler tree))
  (begin

(define-with-source closure-source

(define-record-type procedure
  (make-procedure label tree free closed escapes code)
  procedure-record?
  (label procedure-label)
  (tree procedure-lambda)
  (free procedure-free set-procedure-free!)
  (closed procedure-closed? set-procedure-closed!)
  (escapes procedure-escapes? set-procedure-escapes!)
  (code procedure-code set-procedure-code!))

(define-record-type program
  (make-program procedures main globals)
  program-record?
  (procedures program-procedures)
  (main program-main)
  (globals program-globals))

(define (procedure-params p) (lambda-params (procedure-lambda p)))
(define (procedure-rest p) (lambda-rest (procedure-lambda p)))

;; What a conversion gathers: its procedures and the labels of its globals.  The
;; outermost level is converted last, when all globals are known.
(define converted-procedures '())
(define converted-globals '())
(define converting-main #f)

(define (convert-closures e)
  (set! converted-procedures '())
  (set! converted-globals '())
  (set! converting-main #f)
  (prepare-procedures! e #t)
  (prepare-labels! e)
  (let ((procedures (reverse converted-procedures)))
    (for-each (lambda (p) (set-procedure-free! p (free-of-procedure p)))
              procedures)
    (close-procedures! procedures)
    (for-each convert-procedure! procedures)
    (set! converting-main #t)
    (let ((main (convert e '())))
      (make-program procedures main (reverse converted-globals)))))

;;; Preparation

;; Gives the variables of each fix a procedure as their value, and marks the
;; variables of the outermost level: 'global those of lets, 'outer procedures.
(define (prepare-procedures! e outermost)
  (case (kind e)
    ((let) (for-each (lambda (v)
                       (set-variable-value! v #f)
                       (set-variable-mark! v (and outermost 'global)))
                     (binding-variables e)))
    ((lambda) (for-each reset-counts! (lambda-formals e)))
    ((labels) (for-each reset-counts! (binding-variables e)))
    ((fix) (for-each (lambda (v procedure)
                       (prepare-procedure! v procedure outermost))
                     (binding-variables e) (binding-inits e))))
  (let ((inside (and outermost (not (lambda? e)))))
    (for-each-subtree (lambda (part) (prepare-procedures! part inside)) e)))

(define (prepare-procedure! variable e outermost)
  (let ((p (make-procedure (numbered-label variable) e '() #f #f #f)))
    (set-variable-mark! variable (and outermost 'outer))
    (set-variable-value! variable p)
    (set! converted-procedures (cons p converted-procedures))))

;; A label that an assembler takes, and no other variable has.
(define (numbered-label variable)
  (string-append (plain-letters (symbol->string (variable-name variable)))
                 "_" (number->string (variable-number variable))))

(define (plain-letters name)
  (list->string (map (lambda (c) (if (plain? c) c #\_))
                     (string->list name))))

(define (plain? c)
  (let ((code (char->integer c)))
    (or (<= 97 code 122) (<= 65 code 90) (<= 48 code 57))))

(define (prepare-labels! e)
  (if (eq? (kind e) 'labels)
      (for-each (lambda (v) (set-variable-mark! v 'label))
                (binding-variables e)))
  (for-each-subtree prepare-labels! e))

;;; Free variables

(define (free-of-procedure p)
  (let ((e (procedure-lambda p)))
    (remove-all (lambda-formals e) (free-variables (lambda-body e) '()))))

(define (remove-all variables items)
  (filter (lambda (v) (not (memq v variables))) items))

;; Adds the free variables of a tree to a list.
(define (free-variables e free)
  (case (kind e)
    ((ref) (if (memq (variable-mark (ref-variable e)) '(global outer label cell))
               free
               (add-item (ref-variable e) free)))
    ((let)
     (union-items (remove-all (binding-variables e)
                              (free-variables (binding-body e) '()))
                  (free-of-all (binding-inits e) free)))
    ((labels fix)
     (union-items (remove-all (binding-variables e)
                              (free-of-all (binding-inits e)
                                           (free-variables (binding-body e)
                                                           '())))
                  free))
    ((lambda)
     (union-items (remove-all (lambda-formals e)
                              (free-variables (lambda-body e) '()))
                  free))
    (else
     (let ((all free))
       (for-each-subtree (lambda (part) (set! all (free-variables part all)))
                         e)
       all))))

(define (free-of-all items free)
  (if (null? items)
      free
      (free-of-all (cdr items) (free-variables (car items) free))))

;; A procedure is closed if it has a free variable that holds a value: one that is
;; no procedure, or one that is a closed procedure.
(define (close-procedures! procedures)
  (let ((changed #f))
    (for-each (lambda (p)
                (if (and (not (procedure-closed? p))
                         (any? holds-value? (procedure-free p)))
                    (begin
                      (set-procedure-closed! p #t)
                      (set! changed #t))))
              procedures)
    (if changed
        (close-procedures! procedures)
        (for-each (lambda (p)
                    (set-procedure-free! p (filter holds-value?
                                                   (procedure-free p))))
                  procedures))))

(define (holds-value? variable)
  (let ((p (variable-value variable)))
    (or (not p) (procedure-closed? p))))

;;; Conversion

;; `env` maps the free variables of the procedure at hand to its own ones.
(define (convert-procedure! p)
  (let* ((free (procedure-free p))
         (own (map rename-variable free))
         (env (map cons free own))
         (body (convert (lambda-body (procedure-lambda p)) env)))
    (set-procedure-code! p (bind-free p free own 0 body))))

;; A procedure that mentions itself finds itself in the running closure.
(define (bind-free p free own index body)
  (if (null? free)
      body
      (let-node (list (car own))
                (list (if (eq? (variable-value (car free)) p)
                          (list 'self)
                          (list 'free index)))
                (bind-free p (cdr free) (cdr own) (+ index 1) body))))

(define (convert e env)
  (case (kind e)
    ((quote) e)
    ((ref) (convert-ref (ref-variable e) env))
    ((let) (convert-let e env))
    ((fix) (convert-fix e env))
    ((labels)
     (labels-node (binding-variables e)
                  (map-in-order (lambda (l)
                                  (with-lambda-body
                                   l (convert (lambda-body l) env)))
                                (binding-inits e))
                  (convert (binding-body e) env)))
    ((prim) (name-globals (prim-operands e) env
                          (lambda (atoms) (prim-node (prim-name e) atoms))))
    ((call) (convert-call (call-operator e) (call-operands e) env))
    (else (map-subtrees (lambda (part) (convert part env)) e))))

(define (convert-ref variable env)
  (let ((p (variable-value variable)))
    (cond ((and p (not (procedure-closed? p)))
           (set-procedure-escapes! p #t)
           (list 'static (procedure-label p)))
          ((and (memq (variable-mark variable) '(global cell))
                (not converting-main))
           (list 'global (global-label variable)))
          (p (set-procedure-escapes! p #t)
             (ref-node (own-variable variable env)))
          (else (ref-node (own-variable variable env))))))

(define (own-variable variable env)
  (let ((binding (assq variable env)))
    (if binding (cdr binding) variable)))

(define (global-label variable)
  (let ((label (string-append "global_" (numbered-label variable))))
    (if (eq? (variable-mark variable) 'global)
        (begin
          (set-variable-mark! variable 'cell)
          (set! converted-globals (cons label converted-globals))))
    label))

;; Globals are read into a variable before they are used as operands.
(define (name-globals operands env make-body)
  (let loop ((operands operands) (atoms '()))
    (if (null? operands)
        (make-body (reverse atoms))
        (let ((atom (convert (car operands) env)))
          (if (eq? (kind atom) 'global)
              (let ((variable (fresh-variable)))
                (let-node (list variable) (list atom)
                          (loop (cdr operands)
                                (cons (ref-node variable) atoms))))
              (loop (cdr operands) (cons atom atoms)))))))

;; A global that procedures use is stored as soon as its value is known.
(define (convert-let e env)
  (let* ((variable (car (binding-variables e)))
         (init (convert (car (binding-inits e)) env))
         (body (convert (binding-body e) env)))
    (let-node (list variable) (list init)
              (if (eq? (variable-mark variable) 'cell)
                  (begin-node (list 'set-global (global-label variable)
                                    (ref-node variable))
                              body)
                  body))))

(define (convert-fix e env)
  (let* ((closed (filter (lambda (v) (procedure-closed? (variable-value v)))
                         (binding-variables e)))
         (procedures (map variable-value closed))
         (body (convert (binding-body e) env)))
    (if (null? closed)
        body
        (list 'closures closed (map procedure-label procedures)
              (map (lambda (p)
                     (map (lambda (v) (ref-node (own-variable v env)))
                          (procedure-free p)))
                   procedures)
              body))))

(define (convert-call operator operands env)
  (let* ((variable (and (ref? operator) (ref-variable operator)))
         (p (and variable (variable-value variable))))
    (cond ((and variable (eq? (variable-mark variable) 'label))
           (name-globals operands env
                         (lambda (atoms) (cons 'jump (cons variable atoms)))))
          ((and p (known-arity? p operands))
           (name-globals operands env
                         (lambda (atoms) (known-call p variable atoms env))))
          (else
           (name-globals (cons operator operands) env
                         (lambda (atoms) (cons 'closure-call atoms)))))))

;; A rest list is made at the call by simplify where the procedure is inlined;
;; elsewhere such calls go through the closure.
(define (known-arity? p operands)
  (and (not (procedure-rest p))
       (= (length (procedure-params p)) (length operands))))

(define (known-call p variable atoms env)
  (append (list 'known (procedure-label p)
                (and (procedure-closed? p)
                     (ref-node (own-variable variable env))))
          atoms))

)
  ))
