;; The languages between the passes, and a checker of trees.
;;
;; A language is a list of the kinds of tree that it has.  `check-tree` walks a
;; pass's output and raises an error when it finds a kind that the language lacks,
;; a part of the wrong shape, a variable out of its scope or bound twice.  It
;; holds for the trees up to closure conversion; check-code.sld does the same for
;; the code after it.

(define-library (bench.local/experiment compiler check)
  (export check-tree expanded-language fixed-language converted-language
          normal-language looped-language check-source)
  (import (scheme base) (scheme cxr)
          (bench.local/experiment compiler source)
          (bench.local/experiment compiler tree)
          (bench.local/experiment compiler primitives))
  (begin

(define-with-source check-source

(define expanded-language
  '(quote ref set! if begin lambda let letrec* call prim))

(define fixed-language
  '(quote ref set! if begin lambda let fix call prim))

(define converted-language
  '(quote ref if begin lambda let fix call prim))

;; From here on operands are atoms and lambdas are bound by fix.
(define normal-language
  '(quote ref if begin let fix call prim))

(define looped-language
  '(quote ref if begin let fix labels call prim))

(define (check-tree language pass e)
  (check-in language pass (list 'quote #f) e)
  (release-binders! e))

(define (tree-error pass message what)
  (error (string-append "after " pass ": " message) what))

;; The marks of the variables in scope are 'bound, of those that were, 'left.
(define (check-in language pass parent e)
  (if (not (and (pair? e) (memq (kind e) language)))
      (if (not (and (pair? e) (lambda? e) (memq (kind parent) '(fix labels))))
          (tree-error pass "no tree of the language" e)))
  (case (kind e)
    ((quote) (check-shape pass e 2))
    ((ref) (check-shape pass e 2)
           (check-bound pass (ref-variable e)))
    ((set!) (check-shape pass e 3)
            (check-bound pass (set-variable e)))
    ((lambda) (check-shape pass e 4)
              (bind-all! pass (lambda-formals e)))
    ((let) (check-binding pass e))
    ((letrec*) (check-binding pass e)
               (bind-all! pass (binding-variables e)))
    ((fix labels)
     (check-binding pass e)
     (if (not (every? lambda? (binding-inits e)))
         (tree-error pass "a fix of something else than lambdas" e))
     (bind-all! pass (binding-variables e)))
    ((prim) (check-primitive pass e)))
  (check-parts language pass e)
  (unbind! (bound-by e)))

(define (check-parts language pass e)
  (if (eq? (kind e) 'let)
      (begin
        (for-each (lambda (init) (check-in language pass e init))
                  (binding-inits e))
        (bind-all! pass (binding-variables e))
        (check-in language pass e (binding-body e)))
      (for-each-subtree (lambda (part) (check-in language pass e part)) e)))

(define (bound-by e)
  (case (kind e)
    ((lambda) (lambda-formals e))
    ((let letrec* fix labels) (binding-variables e))
    (else '())))

(define (check-shape pass e size)
  (if (not (= (length e) size))
      (tree-error pass "a tree of the wrong size" e)))

(define (check-binding pass e)
  (check-shape pass e 4)
  (if (not (= (length (binding-variables e)) (length (binding-inits e))))
      (tree-error pass "as many variables as values are needed" e)))

(define (check-bound pass variable)
  (if (not (eq? (variable-mark variable) 'bound))
      (tree-error pass "a variable out of its scope" (variable-name variable))))

(define (check-primitive pass e)
  (let ((arity (primitive-arity (prim-name e))))
    (if (and arity (not (= arity (length (prim-operands e)))))
        (tree-error pass "a primitive with other operands" e))))

(define (bind-all! pass variables)
  (for-each (lambda (v)
              (if (memq (variable-mark v) '(bound left))
                  (tree-error pass "a variable bound twice" (variable-name v)))
              (set-variable-mark! v 'bound))
            variables))

(define (unbind! variables)
  (for-each (lambda (v) (set-variable-mark! v 'left)) variables))

(define (release-binders! e)
  (for-each (lambda (v) (set-variable-mark! v #f)) (bound-by e))
  (for-each-subtree release-binders! e))

)
  ))
