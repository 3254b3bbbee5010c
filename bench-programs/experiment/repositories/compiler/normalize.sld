;; A-normal form: every operand is an atom, every intermediate value has a name,
;; and the order of evaluation is that of the text.
;;
;;   input:  converted-language     output: normal-language
;;
;; Operands, operators included, are quotes and refs.  The parts of if, begin and
;; let are blocks: trees again, whose value is wanted where they stand.  Lambdas
;; occur in a fix only.

(define-library (bench.local/experiment compiler normalize)
  (export normalize normalize-source)
  (import (scheme base)
          (bench.local/experiment compiler source)
          (bench.local/experiment compiler tree))
  (begin

(define-with-source normalize-source

(define (normalize e)
  (case (kind e)
    ((quote ref) e)
    ((lambda) (let ((variable (fresh-variable)))
                (fix-node (list variable) (list (normalize-lambda e))
                          (ref-node variable))))
    ((let) (normalize-let (binding-variables e) (binding-inits e)
                          (binding-body e)))
    ((fix) (fix-node (binding-variables e)
                     (map-in-order normalize-lambda (binding-inits e))
                     (normalize (binding-body e))))
    ((call) (name-operands (cdr e)
                           (lambda (atoms)
                             (call-node (car atoms) (cdr atoms)))))
    ((prim) (name-operands (prim-operands e)
                           (lambda (atoms)
                             (prim-node (prim-name e) atoms))))
    (else (map-subtrees normalize e))))

(define (normalize-lambda e)
  (with-lambda-body e (normalize (lambda-body e))))

;; One variable at a time.
(define (normalize-let variables inits body)
  (if (null? variables)
      (normalize body)
      (let ((init (normalize (car inits))))
        (let-node (list (car variables)) (list init)
                  (normalize-let (cdr variables) (cdr inits) body)))))

;; A let of names for the operands that are no atoms, around what make-body makes
;; of the atoms.  Variables do not change, so that an atom may wait until the
;; operands after it have been evaluated.
(define (name-operands operands make-body)
  (let loop ((operands operands) (atoms '()))
    (cond ((null? operands) (make-body (reverse atoms)))
          ((memq (kind (car operands)) '(quote ref))
           (loop (cdr operands) (cons (car operands) atoms)))
          (else
           (let* ((variable (fresh-variable))
                  (init (normalize (car operands))))
             (let-node (list variable) (list init)
                       (loop (cdr operands)
                             (cons (ref-node variable) atoms))))))))

)
  ))
