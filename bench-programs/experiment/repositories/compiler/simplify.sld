;; The source-level optimiser: constant folding, copy and constant propagation,
;; inlining of known procedures, and removal of what is not used.
;;
;;   input and output: converted-language
;;
;; A round first counts how variables are used and then rebuilds the tree once
;; from the root.  What is known of a variable stands in its value meanwhile: a
;; constant or another variable, which then takes its place, or a procedure, which
;; is inlined where it is called if it is called only there, or if it is small and
;; not recursive.  Inlining copies, so binders stay unique.

(define-library (bench.local/experiment compiler simplify)
  (export simplify-program simplify-source)
  (import (scheme base) (scheme cxr)
          (bench.local/experiment compiler source)
          (bench.local/experiment compiler tree)
          (bench.local/experiment compiler primitives))
  (begin

(define-with-source simplify-source

(define simplify-rounds 3)

;; A procedure of at most that many nodes is inlined at each of its calls, down to
;; that many levels of calls inside inlined bodies.
(define inline-size 14)
(define inline-depth 3)

(define (simplify-program e)
  (let loop ((round 0) (e e))
    (if (= round simplify-rounds)
        e
        (begin
          (count-uses! e)
          (loop (+ round 1) (simplify e inline-depth))))))

;;; Counting

;; Sets refs to the number of uses of each variable, calls to those as an
;; operator, and the mark of a procedure that uses itself or its group to
;; 'recursive.  Uses of a fix's procedures inside itself are not counted.
(define (count-uses! e)
  (case (kind e)
    ((ref) (count-ref! (ref-variable e)))
    ((lambda)
     (for-each reset-counts! (lambda-formals e))
     (count-uses! (lambda-body e)))
    ((let)
     (for-each reset-counts! (binding-variables e))
     (for-each-subtree count-uses! e))
    ((fix) (count-fix! e))
    ((call)
     (if (ref? (call-operator e))
         (add-call! (ref-variable (call-operator e))))
     (for-each-subtree count-uses! e))
    (else (for-each-subtree count-uses! e))))

(define (count-ref! variable)
  (case (variable-mark variable)
    ((open) (set-variable-mark! variable 'open-recursive))
    ((open-recursive) #f)
    (else (add-ref! variable))))

(define (count-fix! e)
  (for-each reset-counts! (binding-variables e))
  (for-each (lambda (v) (set-variable-mark! v 'open)) (binding-variables e))
  (for-each count-uses! (binding-inits e))
  (for-each (lambda (v)
              (set-variable-calls! v 0)
              (set-variable-mark! v
                                  (if (eq? (variable-mark v) 'open)
                                      #f
                                      'recursive)))
            (binding-variables e))
  (count-uses! (binding-body e)))

;;; Rebuilding

(define (simplify e depth)
  (case (kind e)
    ((quote) e)
    ((ref) (simplify-ref e))
    ((if) (simplify-if (simplify (if-test e) depth)
                       (if-consequent e) (if-alternative e) depth))
    ((begin) (simplify-begin (simplify (begin-first e) depth)
                             (lambda () (simplify (begin-second e) depth))))
    ((lambda) (with-lambda-body e (simplify (lambda-body e) depth)))
    ((let) (simplify-let (binding-variables e) (binding-inits e)
                         (lambda () (simplify (binding-body e) depth))
                         depth))
    ((fix) (simplify-fix e depth))
    ((call) (simplify-call (call-operator e) (call-operands e) depth))
    (else (simplify-prim (prim-name e)
                         (simplify-all (prim-operands e) depth)))))

(define (simplify-all items depth)
  (map-in-order (lambda (e) (simplify e depth)) items))

(define (simplify-ref e)
  (let ((value (variable-value (ref-variable e))))
    (if (and value (substitutable? value))
        value
        e)))

(define (substitutable? e)
  (memq (kind e) '(quote ref)))

(define (atom? e)
  (substitutable? e))

;; May the value be dropped where it is not used?
(define (droppable? e)
  (case (kind e)
    ((quote ref lambda) #t)
    ((prim) (and (droppable-primitive? (prim-name e))
                 (every? droppable? (prim-operands e))))
    ((if) (and (droppable? (if-test e)) (droppable? (if-consequent e))
               (droppable? (if-alternative e))))
    (else #f)))

(define (simplify-begin first make-second)
  (if (droppable? first)
      (make-second)
      (begin-node first (make-second))))

(define (simplify-prim name operands)
  (or (and (every? quote? operands)
           (fold-primitive name (map quote-datum operands)))
      (prim-node name operands)))

;;; Conditionals

;; The test is simple already, the branches are not.
(define (simplify-if test consequent alternative depth)
  (case (kind test)
    ((quote)
     (simplify (if (quote-datum test) consequent alternative) depth))
    ((let fix)
     (list (kind test) (binding-variables test) (binding-inits test)
           (simplify-if (binding-body test) consequent alternative depth)))
    ((begin)
     (begin-node (begin-first test)
                 (simplify-if (begin-second test)
                              consequent alternative depth)))
    ((prim)
     (if (eq? (prim-name test) 'not)
         (simplify-if (car (prim-operands test))
                      alternative consequent depth)
         (make-if test consequent alternative depth)))
    ((if) (simplify-nested-if test consequent alternative depth))
    (else (make-if test consequent alternative depth))))

(define (make-if test consequent alternative depth)
  (let ((new (simplify consequent depth)))
    (if-node test new (simplify alternative depth))))

;; A test that is itself an if: (if a #f #t) is not, and the value of a variable
;; that was found to be true is not needed again.
(define (simplify-nested-if test consequent alternative depth)
  (let ((inner (if-consequent test))
        (other (if-alternative test)))
    (cond ((and (quote? inner) (quote? other))
           (cond ((and (quote-datum inner) (not (quote-datum other)))
                  (simplify-if (if-test test) consequent alternative depth))
                 ((and (quote-datum other) (not (quote-datum inner)))
                  (simplify-if (if-test test) alternative consequent depth))
                 (else
                  (simplify-begin (if-test test)
                                  (lambda ()
                                    (simplify (if (quote-datum inner)
                                                  consequent
                                                  alternative)
                                              depth))))))
          ((and (ref? (if-test test)) (ref? inner)
                (eq? (ref-variable inner) (ref-variable (if-test test))))
           (make-if (if-node (if-test test) constant-true other)
                    consequent alternative depth))
          (else (make-if test consequent alternative depth)))))

;;; Bindings

(define (simplify-let variables inits make-body depth)
  (if (null? variables)
      (make-body)
      (let ((rest (lambda ()
                    (simplify-let (cdr variables) (cdr inits)
                                  make-body depth))))
        (if (lambda? (car inits))
            (bind-procedures (list (car variables)) (list (car inits))
                             rest depth)
            (bind-one (car variables) (simplify (car inits) depth) rest)))))

;; Binds a variable to a simplified value around a body that is made after it is
;; known.  Bindings inside the value come out of it.
(define (bind-one variable init make-body)
  (case (kind init)
    ((quote ref)
     (if (ref? init)
         (add-refs! (ref-variable init) (variable-refs variable)))
     (set-variable-value! variable init)
     (make-body))
    ((let fix)
     (list (kind init) (binding-variables init) (binding-inits init)
           (bind-one variable (binding-body init) make-body)))
    ((begin)
     (begin-node (begin-first init)
                 (bind-one variable (begin-second init) make-body)))
    ((lambda) (fix-node (list variable) (list init) (make-body)))
    (else
     (if (= 0 (variable-refs variable))
         (simplify-begin init make-body)
         (bind-used variable init (make-body))))))

;; Counts must not be too low, or a variable would lose its binding.
(define (add-refs! variable count)
  (set-variable-refs! variable (+ (variable-refs variable) count)))

;; A variable that is used once, and before anything else happens, is not needed.
(define (bind-used variable init body)
  (or (and (= 1 (variable-refs variable))
           (replace-first variable init body))
      (let-node (list variable) (list init) body)))

;; The tree with the value in place of the variable, if that is the first part to
;; be evaluated that is not an atom; else #f.
(define (replace-first variable init e)
  (case (kind e)
    ((ref) (and (eq? (ref-variable e) variable) init))
    ((if) (let ((test (replace-first variable init (if-test e))))
            (and test
                 (if-node test (if-consequent e) (if-alternative e)))))
    ((begin) (let ((first (replace-first variable init (begin-first e))))
               (and first (begin-node first (begin-second e)))))
    ((let) (let ((inits (replace-in-list variable init (binding-inits e))))
             (and inits
                  (let-node (binding-variables e) inits (binding-body e)))))
    ((prim) (let ((operands (replace-in-list variable init
                                             (prim-operands e))))
              (and operands (prim-node (prim-name e) operands))))
    ((call) (let ((parts (replace-in-list variable init (cdr e))))
              (and parts (call-node (car parts) (cdr parts)))))
    (else #f)))

(define (replace-in-list variable init items)
  (and (pair? items)
       (let ((first (replace-first variable init (car items))))
         (cond (first (cons first (cdr items)))
               ((atom? (car items))
                (let ((rest (replace-in-list variable init (cdr items))))
                  (and rest (cons (car items) rest))))
               (else #f)))))

;;; Procedures

(define (simplify-fix e depth)
  (bind-procedures (binding-variables e) (binding-inits e)
                   (lambda () (simplify (binding-body e) depth))
                   depth))

;; The body is made first: it shows which procedures are still needed.
(define (bind-procedures variables lambdas make-body depth)
  (if (every? (lambda (v) (= 0 (variable-refs v))) variables)
      (make-body)
      (begin
        (for-each set-variable-value! variables lambdas)
        (let ((body (make-body)))
          (if (used-up? (car variables))
              body
              (fix-node variables
                        (simplify-all lambdas depth)
                        body))))))

;; Was the only use of the procedure a call, which was inlined?
(define (used-up? variable)
  (and (called-once? variable)
       (not (eq? (variable-mark variable) 'kept))))

(define (called-once? variable)
  (and (= 1 (variable-refs variable))
       (= 1 (variable-calls variable))
       (not (eq? (variable-mark variable) 'recursive))))

(define (inlinable? variable depth)
  (and (not (eq? (variable-mark variable) 'recursive))
       (or (called-once? variable)
           (and (> depth 0)
                (<= (tree-size (variable-value variable) inline-size)
                    inline-size)))))

;; The operator and the operands are not simplified yet.
(define (simplify-call operator operands depth)
  (case (kind operator)
    ((lambda) (call-lambda operator operands depth))
    ((ref) (call-variable operator operands depth))
    (else (call-computed (simplify operator depth) operands depth))))

;; What surrounds the procedure in the operator comes out of the call.
(define (call-computed operator operands depth)
  (case (kind operator)
    ((let fix)
     (list (kind operator) (binding-variables operator)
           (binding-inits operator)
           (call-computed (binding-body operator) operands depth)))
    ((begin)
     (begin-node (begin-first operator)
                 (call-computed (begin-second operator) operands depth)))
    (else (call-node operator (simplify-all operands depth)))))

(define (call-variable operator operands depth)
  (let* ((resolved (simplify-ref operator))
         (variable (and (ref? resolved) (ref-variable resolved)))
         (value (and variable (variable-value variable))))
    (cond ((not (and value (lambda? value)))
           (call-node resolved (simplify-all operands depth)))
          ((and (accepts? value (length operands))
                (inlinable? variable depth))
           (call-lambda (copy-tree value) operands
                        (if (called-once? variable) depth (- depth 1))))
          (else
           (if (not (eq? (variable-mark variable) 'recursive))
               (set-variable-mark! variable 'kept))
           (call-node resolved (simplify-all operands depth))))))

(define (accepts? procedure count)
  (let ((needed (length (lambda-params procedure))))
    (if (lambda-rest procedure)
        (>= count needed)
        (= count needed))))

;; A call of a lambda is a let; operands beyond the parameters are a list.
(define (call-lambda procedure operands depth)
  (if (accepts? procedure (length operands))
      (simplify-let (lambda-formals procedure)
                    (gather-operands procedure operands)
                    (lambda () (simplify (lambda-body procedure) depth))
                    depth)
      (call-node (simplify procedure depth) (simplify-all operands depth))))

(define (gather-operands procedure operands)
  (let loop ((params (lambda-params procedure)) (operands operands))
    (cond ((pair? params)
           (cons (car operands) (loop (cdr params) (cdr operands))))
          ((lambda-rest procedure) (list (operand-list operands)))
          (else '()))))

(define (operand-list operands)
  (if (null? operands)
      (quote-node '())
      (prim-node 'cons (list (car operands) (operand-list (cdr operands))))))

)
  ))
