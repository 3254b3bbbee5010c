;; The trees that the passes up to closure conversion work on.
;;
;; An expression is a list whose head tells its kind:
;;
;;   (quote datum)                 (ref variable)
;;   (set! variable e)             (if e e e)
;;   (begin e e)                   (lambda (variable ...) rest e)
;;   (let (variable ...) (e ...) e)
;;   (letrec* (variable ...) (e ...) e)
;;   (fix (variable ...) (lambda ...) e)
;;   (labels (variable ...) (lambda ...) e)
;;   (call e e ...)                (prim name e ...)
;;
;; `rest` is a variable or #f.  Which kinds a language between two passes has is
;; said in check.sld.  Every variable is bound once in a program: a copy of a tree
;; that binds is made with `copy-tree`, which renames.
;;
;; A variable carries what passes find out about it; each pass resets the fields
;; that it uses.

(define-library (bench.local/experiment compiler tree)
  (export make-variable variable? variable-name variable-number
          variable-refs set-variable-refs! variable-calls set-variable-calls!
          variable-sets set-variable-sets! variable-mark set-variable-mark!
          variable-value set-variable-value!
          fresh-variable reset-variables! rename-variable
          add-ref! add-call! add-set! reset-counts!
          quote-node ref-node set-node if-node begin-node lambda-node let-node
          letrec-node fix-node labels-node call-node prim-node
          kind quote-datum ref-variable set-variable set-value
          if-test if-consequent if-alternative begin-first begin-second
          lambda-params lambda-rest lambda-body lambda-formals
          binding-variables binding-inits binding-body with-lambda-body
          call-operator call-operands prim-name prim-operands
          quote? ref? lambda? constant-true constant-false unspecified-node
          map-in-order map-subtrees for-each-subtree copy-tree tree-size wrap-let
          filter partition-by any? every? index-in remove-item add-item
          union-items tree-source)
  (import (scheme base) (scheme cxr)
          (bench.local/experiment compiler source))
  (begin

(define-with-source tree-source

;;; Lists

(define (filter keep? items)
  (cond ((null? items) '())
        ((keep? (car items)) (cons (car items) (filter keep? (cdr items))))
        (else (filter keep? (cdr items)))))

;; A pair of the items that satisfy the predicate and the others.
(define (partition-by first? items)
  (let loop ((items items) (first '()) (second '()))
    (cond ((null? items) (cons (reverse first) (reverse second)))
          ((first? (car items))
           (loop (cdr items) (cons (car items) first) second))
          (else (loop (cdr items) first (cons (car items) second))))))

(define (any? satisfies? items)
  (and (pair? items)
       (or (satisfies? (car items))
           (any? satisfies? (cdr items)))))

(define (every? satisfies? items)
  (or (null? items)
      (and (satisfies? (car items))
           (every? satisfies? (cdr items)))))

;; The position of an item in a list, or #f.
(define (index-in item items)
  (let loop ((items items) (i 0))
    (cond ((null? items) #f)
          ((eq? item (car items)) i)
          (else (loop (cdr items) (+ i 1))))))

(define (remove-item item items)
  (filter (lambda (x) (not (eq? x item))) items))

(define (add-item item items)
  (if (memq item items)
      items
      (cons item items)))

(define (union-items a b)
  (if (null? a)
      b
      (union-items (cdr a) (add-item (car a) b))))

;;; Variables

(define-record-type variable
  (new-variable name number refs calls sets mark value)
  variable?
  (name variable-name)
  (number variable-number)
  (refs variable-refs set-variable-refs!)
  (calls variable-calls set-variable-calls!)
  (sets variable-sets set-variable-sets!)
  (mark variable-mark set-variable-mark!)
  (value variable-value set-variable-value!))

(define variable-count 0)

;; Numbers start anew with each program, so that its code depends on it alone.
(define (reset-variables!)
  (set! variable-count 0))

(define (make-variable name)
  (set! variable-count (+ variable-count 1))
  (new-variable name variable-count 0 0 0 #f #f))

(define (fresh-variable)
  (make-variable 't))

;; A new variable with the name and the counts of another.
(define (rename-variable variable)
  (let ((new (make-variable (variable-name variable))))
    (set-variable-refs! new (variable-refs variable))
    (set-variable-calls! new (variable-calls variable))
    new))

(define (add-ref! variable)
  (set-variable-refs! variable (+ (variable-refs variable) 1)))

(define (add-call! variable)
  (set-variable-calls! variable (+ (variable-calls variable) 1)))

(define (add-set! variable)
  (set-variable-sets! variable (+ (variable-sets variable) 1)))

(define (reset-counts! variable)
  (set-variable-refs! variable 0)
  (set-variable-calls! variable 0)
  (set-variable-mark! variable #f)
  (set-variable-value! variable #f))

;;; Constructors and selectors

(define (quote-node datum) (list 'quote datum))
(define (ref-node variable) (list 'ref variable))
(define (set-node variable value) (list 'set! variable value))
(define (if-node test consequent alternative)
  (list 'if test consequent alternative))
(define (begin-node first second) (list 'begin first second))
(define (lambda-node params rest body) (list 'lambda params rest body))
(define (let-node variables inits body) (list 'let variables inits body))
(define (letrec-node variables inits body)
  (list 'letrec* variables inits body))
(define (fix-node variables lambdas body)
  (list 'fix variables lambdas body))
(define (labels-node variables lambdas body)
  (list 'labels variables lambdas body))
(define (call-node operator operands) (cons 'call (cons operator operands)))
(define (prim-node name operands) (cons 'prim (cons name operands)))

(define (kind e) (car e))
(define (quote-datum e) (cadr e))
(define (ref-variable e) (cadr e))
(define (set-variable e) (cadr e))
(define (set-value e) (caddr e))
(define (if-test e) (cadr e))
(define (if-consequent e) (caddr e))
(define (if-alternative e) (cadddr e))
(define (begin-first e) (cadr e))
(define (begin-second e) (caddr e))
(define (lambda-params e) (cadr e))
(define (lambda-rest e) (caddr e))
(define (lambda-body e) (cadddr e))
(define (binding-variables e) (cadr e))
(define (binding-inits e) (caddr e))
(define (binding-body e) (cadddr e))
(define (call-operator e) (cadr e))
(define (call-operands e) (cddr e))
(define (prim-name e) (cadr e))
(define (prim-operands e) (cddr e))

;; All variables that a lambda binds.
(define (lambda-formals e)
  (if (lambda-rest e)
      (append (lambda-params e) (list (lambda-rest e)))
      (lambda-params e)))

(define (with-lambda-body e body)
  (lambda-node (lambda-params e) (lambda-rest e) body))

(define (quote? e) (eq? (kind e) 'quote))
(define (ref? e) (eq? (kind e) 'ref))
(define (lambda? e) (eq? (kind e) 'lambda))

(define constant-true (quote-node #t))
(define constant-false (quote-node #f))

;; The value of what has none.
(define unspecified-node (quote-node #f))

;; A let, unless it would bind nothing.
(define (wrap-let variables inits body)
  (if (null? variables)
      body
      (let-node variables inits body)))

;;; Walking

;; The tree with f applied to its direct subtrees, from the left.
(define (map-subtrees f e)
  (case (kind e)
    ((quote ref) e)
    ((set!) (set-node (set-variable e) (f (set-value e))))
    ((if) (let* ((test (f (if-test e)))
                 (consequent (f (if-consequent e))))
            (if-node test consequent (f (if-alternative e)))))
    ((begin) (let ((first (f (begin-first e))))
               (begin-node first (f (begin-second e)))))
    ((lambda) (with-lambda-body e (f (lambda-body e))))
    ((let letrec* fix labels)
     (let ((inits (map-in-order f (binding-inits e))))
       (list (kind e) (binding-variables e) inits (f (binding-body e)))))
    ((call) (let ((operator (f (call-operator e))))
              (call-node operator (map-in-order f (call-operands e)))))
    ((prim) (prim-node (prim-name e) (map-in-order f (prim-operands e))))
    (else (error "no such tree" (kind e)))))

(define (map-in-order f items)
  (if (null? items)
      '()
      (let ((first (f (car items))))
        (cons first (map-in-order f (cdr items))))))

(define (for-each-subtree f e)
  (case (kind e)
    ((quote ref) #f)
    ((set!) (f (set-value e)))
    ((if) (f (if-test e)) (f (if-consequent e)) (f (if-alternative e)))
    ((begin) (f (begin-first e)) (f (begin-second e)))
    ((lambda) (f (lambda-body e)))
    ((let letrec* fix labels)
     (for-each f (binding-inits e))
     (f (binding-body e)))
    ((call) (f (call-operator e)) (for-each f (call-operands e)))
    ((prim) (for-each f (prim-operands e)))
    (else (error "no such tree" (kind e)))))

;; A copy whose binders are new variables.  The marks of the old ones hold the
;; new ones meanwhile.
(define (copy-tree e)
  (case (kind e)
    ((ref) (ref-node (copied (ref-variable e))))
    ((set!) (set-node (copied (set-variable e)) (copy-tree (set-value e))))
    ((lambda)
     (let* ((params (copy-binders (lambda-params e)))
            (rest (and (lambda-rest e)
                       (car (copy-binders (list (lambda-rest e))))))
            (body (copy-tree (lambda-body e))))
       (end-copy! (lambda-formals e))
       (lambda-node params rest body)))
    ((let letrec* fix labels)
     (let* ((variables (copy-binders (binding-variables e)))
            (inits (map-in-order copy-tree (binding-inits e)))
            (body (copy-tree (binding-body e))))
       (end-copy! (binding-variables e))
       (list (kind e) variables inits body)))
    (else (map-subtrees copy-tree e))))

;; A free variable is used once more.
(define (copied variable)
  (if (variable? (variable-mark variable))
      (variable-mark variable)
      (begin
        (add-ref! variable)
        variable)))

(define (copy-binders variables)
  (map-in-order (lambda (old)
                  (let ((new (rename-variable old)))
                    (set-variable-sets! new (variable-sets old))
                    (set-variable-mark! old new)
                    new))
                variables))

(define (end-copy! variables)
  (for-each (lambda (v) (set-variable-mark! v #f)) variables))

;; The number of nodes, up to a limit beyond which the exact one does not matter.
(define (tree-size e limit)
  (let ((size 0))
    (let walk ((e e))
      (set! size (+ size 1))
      (if (<= size limit)
          (for-each-subtree walk e)))
    size))

)
  ))
