;; Loops: procedures whose calls all return to the same place become labels of the
;; procedure that they are in, with parameters, and their calls jumps.
;;
;;   input:  normal-language        output: looped-language
;;
;; The procedures of a fix are labels if each use of them is a call in tail
;; position of the fix's body or of one of their own bodies, with as many operands
;; as parameters.  Inner fixes are looked at first, since the bodies of labels are
;; in tail position where the labels are.  The procedures of the outermost level
;; stay procedures.

(define-library (bench.local/experiment compiler loops)
  (export find-loops loops-source)
  (import (scheme base)
          (bench.local/experiment compiler source)
          (bench.local/experiment compiler tree))
  (begin

(define-with-source loops-source

;; The outermost level: only what is inside its procedures is looked at.
(define (find-loops e)
  (case (kind e)
    ((lambda) (with-lambda-body e (find-inner-loops (lambda-body e))))
    (else (map-subtrees find-loops e))))

(define (find-inner-loops e)
  (let ((new (map-subtrees find-inner-loops e)))
    (if (and (eq? (kind new) 'fix) (loop-fix? new))
        (labels-node (binding-variables new) (binding-inits new)
                     (binding-body new))
        new)))

(define (loop-fix? e)
  (for-each (lambda (v procedure) (set-variable-mark! v procedure))
            (binding-variables e) (binding-inits e))
  (let ((result (and (every? (lambda (procedure)
                               (and (not (lambda-rest procedure))
                                    (jumps-only? (lambda-body procedure) #t)))
                             (binding-inits e))
                     (jumps-only? (binding-body e) #t))))
    (for-each (lambda (v) (set-variable-mark! v #f)) (binding-variables e))
    result))

;; The lambda that a ref of a candidate stands for; #f for others.
(define (candidate e)
  (and (ref? e) (variable-mark (ref-variable e))))

;; Are the candidates used for calls in tail position only?  `tail` says whether
;; the tree itself is there.
(define (jumps-only? e tail)
  (case (kind e)
    ((quote) #t)
    ((ref) (not (candidate e)))
    ((if) (and (jumps-only? (if-test e) #f)
               (jumps-only? (if-consequent e) tail)
               (jumps-only? (if-alternative e) tail)))
    ((begin) (and (jumps-only? (begin-first e) #f)
                  (jumps-only? (begin-second e) tail)))
    ((let fix)
     (and (every? (lambda (init) (jumps-only? init #f)) (binding-inits e))
          (jumps-only? (binding-body e) tail)))
    ((labels)
     (and (every? (lambda (init) (jumps-only? (lambda-body init) tail))
                  (binding-inits e))
          (jumps-only? (binding-body e) tail)))
    ((lambda) (jumps-only? (lambda-body e) #f))
    ((prim) (not (any? candidate (prim-operands e))))
    (else (call-jumps? e tail))))

(define (call-jumps? e tail)
  (let ((procedure (candidate (call-operator e))))
    (and (not (any? candidate (call-operands e)))
         (or (not procedure)
             (and tail
                  (= (length (lambda-params procedure))
                     (length (call-operands e))))))))

)
  ))
