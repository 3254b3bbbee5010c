;; letrec* as lets and fixes ("Fixing Letrec (reloaded)", Ghuloum and Dybvig).
;;
;;   input:  expanded-language      output: fixed-language
;;
;; The bindings of a letrec* are the nodes of a graph: one depends on another if
;; it mentions its variable, or if both have effects and it comes later.  The
;; strongly connected components are bound one after the other.  A binding alone
;; is a let or, if it is a procedure, a fix; of several that need each other the
;; procedures are a fix, and the rest is assigned inside a let.  Procedures that
;; nothing mentions are left out.

(define-library (bench.local/experiment compiler letrec)
  (export fix-letrec components letrec-source)
  (import (scheme base) (scheme cxr)
          (bench.local/experiment compiler source)
          (bench.local/experiment compiler tree)
          (bench.local/experiment compiler primitives))
  (begin

(define-with-source letrec-source

(define (fix-letrec e)
  (if (eq? (kind e) 'letrec*)
      (fix-bindings (binding-variables e)
                    (map-in-order fix-letrec (binding-inits e))
                    (fix-letrec (binding-body e)))
      (map-subtrees fix-letrec e)))

(define (fix-bindings variables inits body)
  (let* ((count (length variables))
         (names (list->vector variables))
         (values (list->vector inits))
         (graph (dependencies names values))
         (needed (make-vector count #f)))
    (mark-needed! names (mentioned names body) graph values needed)
    (let loop ((groups (filter (lambda (group)
                                 (any? (lambda (i) (vector-ref needed i))
                                       group))
                               (components count graph))))
      (if (null? groups)
          body
          (bind-group (car groups) names values
                      (car-depends-on-itself? (car groups) graph)
                      (loop (cdr groups)))))))

(define (car-depends-on-itself? group graph)
  (and (memv (car group) (vector-ref graph (car group))) #t))

;;; The graph

;; For each binding the indices of those that it depends on.
(define (dependencies names values)
  (number-variables! names)
  (let ((graph (make-vector (vector-length names) '())))
    (let loop ((i 0) (previous #f))
      (if (< i (vector-length names))
          (let* ((value (vector-ref values i))
                 (mentions (mentioned-numbers value))
                 (complex (not (simple? value))))
            (vector-set! graph i
                         (if (and complex previous)
                             (cons previous mentions)
                             mentions))
            (loop (+ i 1) (if complex i previous)))))
    (for-each (lambda (v) (set-variable-mark! v #f)) (vector->list names))
    graph))

(define (number-variables! names)
  (let loop ((i 0))
    (if (< i (vector-length names))
        (begin
          (set-variable-mark! (vector-ref names i) i)
          (loop (+ i 1))))))

;; The numbers that the variables mentioned in a tree have as marks.
(define (mentioned-numbers e)
  (let ((numbers '()))
    (define (note! variable)
      (let ((number (variable-mark variable)))
        (if (and (integer? number) (not (memv number numbers)))
            (set! numbers (cons number numbers)))))
    (let walk ((e e))
      (case (kind e)
        ((ref) (note! (ref-variable e)))
        ((set!) (note! (set-variable e)) (walk (set-value e)))
        (else (for-each-subtree walk e))))
    numbers))

(define (mentioned names e)
  (number-variables! names)
  (let ((numbers (mentioned-numbers e)))
    (for-each (lambda (v) (set-variable-mark! v #f)) (vector->list names))
    numbers))

;; Has evaluating it no effect, and can it not see those of others?
(define (simple? e)
  (case (kind e)
    ((quote lambda) #t)
    ((ref) (= 0 (variable-sets (ref-variable e))))
    ((if begin let) (let ((simple #t))
                      (for-each-subtree (lambda (part)
                                          (if (not (simple? part))
                                              (set! simple #f)))
                                        e)
                      simple))
    ((prim) (and (droppable-primitive? (prim-name e))
                 (every? simple? (prim-operands e))))
    (else #f)))

;; Marks what the body needs, and what has effects, with all that these need.
(define (mark-needed! names roots graph values needed)
  (define (visit! i)
    (if (not (vector-ref needed i))
        (begin
          (vector-set! needed i #t)
          (for-each visit! (vector-ref graph i)))))
  (for-each visit! roots)
  (let loop ((i 0))
    (if (< i (vector-length names))
        (begin
          (if (not (simple? (vector-ref values i)))
              (visit! i))
          (loop (+ i 1))))))

;;; Strongly connected components (Tarjan)

;; The components of a graph as lists of nodes, each after those that it depends
;; on.  The graph has at each node the list of those that it depends on.
(define (components count graph)
  (let ((indices (make-vector count #f))
        (lows (make-vector count #f))
        (open (make-vector count #f))
        (stack '())
        (next 0)
        (found '()))
    (define (lower! node value)
      (if (< value (vector-ref lows node))
          (vector-set! lows node value)))
    (define (enter! node)
      (vector-set! indices node next)
      (vector-set! lows node next)
      (vector-set! open node #t)
      (set! next (+ next 1))
      (set! stack (cons node stack)))
    (define (visit! node)
      (enter! node)
      (for-each (lambda (other)
                  (cond ((not (vector-ref indices other))
                         (visit! other)
                         (lower! node (vector-ref lows other)))
                        ((vector-ref open other)
                         (lower! node (vector-ref indices other)))))
                (vector-ref graph node))
      (if (= (vector-ref lows node) (vector-ref indices node))
          (close! node '())))
    ;; Takes the stack down to the node as one component.
    (define (close! node group)
      (let ((top (car stack)))
        (set! stack (cdr stack))
        (vector-set! open top #f)
        (if (= top node)
            (set! found (cons (cons top group) found))
            (close! node (cons top group)))))
    (let loop ((node 0))
      (if (< node count)
          (begin
            (if (not (vector-ref indices node))
                (visit! node))
            (loop (+ node 1)))))
    (reverse found)))

;;; Bindings

(define (bind-group group names values recursive body)
  (let ((variables (map (lambda (i) (vector-ref names i)) group))
        (inits (map (lambda (i) (vector-ref values i)) group)))
    (if (and (null? (cdr group)) (not recursive)
             (not (fixable? (car variables) (car inits))))
        (let-node variables inits body)
        (bind-recursive (map cons variables inits) body))))

;; A procedure that is never assigned.
(define (fixable? variable init)
  (and (lambda? init)
       (= 0 (variable-sets variable))))

(define (bind-recursive bindings body)
  (let* ((parts (partition-by (lambda (b) (fixable? (car b) (cdr b))) bindings))
         (procedures (car parts))
         (others (cdr parts))
         (inner (assign-all (in-order others) body))
         (fixed (if (null? procedures)
                    inner
                    (fix-node (map car procedures) (map cdr procedures)
                              inner))))
    (wrap-let (map car others)
              (map (lambda (b) unspecified-node) others)
              fixed)))

;; Variables were numbered in the order of the text.
(define (in-order bindings)
  (if (null? bindings)
      '()
      (insert-binding (car bindings) (in-order (cdr bindings)))))

(define (insert-binding binding sorted)
  (if (or (null? sorted)
          (< (variable-number (car binding))
             (variable-number (car (car sorted)))))
      (cons binding sorted)
      (cons (car sorted) (insert-binding binding (cdr sorted)))))

(define (assign-all bindings body)
  (if (null? bindings)
      body
      (begin
        (add-set! (car (car bindings)))
        (begin-node (set-node (car (car bindings)) (cdr (car bindings)))
                    (assign-all (cdr bindings) body)))))

)
  ))
