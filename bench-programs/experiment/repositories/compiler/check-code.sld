;; Checkers of what comes after closure conversion: of code, and of blocks.
;;
;; `check-program` raises an error for code that is not of the code language
;; (closure.sld), or mentions a variable that its procedure does not bind, or a
;; label that no procedure has.  `check-blocks` does so for instructions that the
;; machine lacks, jumps to nowhere, and registers that are read before they are
;; written.

(define-library (bench.local/experiment compiler check-code)
  (export check-program check-blocks check-code-source)
  (import (scheme base) (scheme cxr)
          (bench.local/experiment compiler source)
          (bench.local/experiment compiler tree)
          (bench.local/experiment compiler closure)
          (bench.local/experiment compiler machine))
  (begin

(define-with-source check-code-source

(define (code-error message what)
  (error (string-append "code: " message) what))

;;; Code

(define (check-program program)
  (let ((labels (map procedure-label (program-procedures program))))
    (for-each (lambda (p)
                (check-code (procedure-code p) labels
                            (if (procedure-rest p)
                                (cons (procedure-rest p) (procedure-params p))
                                (procedure-params p))))
              (program-procedures program))
    (check-code (program-main program) labels '())))

(define (check-code e labels scope)
  (case (kind e)
    ((quote global self free) #t)
    ((ref static) (check-atom e labels scope))
    ((if begin)
     (for-each (lambda (part) (check-code part labels scope)) (cdr e)))
    ((let)
     (for-each (lambda (part) (check-code part labels scope))
               (binding-inits e))
     (check-code (binding-body e) labels
                 (append (binding-variables e) scope)))
    ((labels) (check-labels e labels scope))
    ((closures) (check-closures e labels scope))
    ((prim) (check-atoms (prim-operands e) labels scope))
    ((set-global) (check-atom (caddr e) labels scope))
    ((jump)
     (check-variable (cadr e) scope)
     (check-atoms (cddr e) labels scope))
    ((known)
     (check-label (cadr e) labels)
     (check-atoms (if (caddr e) (cddr e) (cdddr e)) labels scope))
    ((closure-call) (check-atoms (cdr e) labels scope))
    (else (code-error "no such code" e))))

(define (check-labels e labels scope)
  (let ((inner (append (binding-variables e) scope)))
    (for-each (lambda (l)
                (check-code (lambda-body l) labels
                            (append (lambda-params l) inner)))
              (binding-inits e))
    (check-code (binding-body e) labels inner)))

(define (check-closures e labels scope)
  (let ((inner (append (cadr e) scope)))
    (for-each (lambda (label) (check-label label labels)) (caddr e))
    (for-each (lambda (atoms) (check-atoms atoms labels inner)) (cadddr e))
    (check-code (car (cddddr e)) labels inner)))

(define (check-atoms atoms labels scope)
  (for-each (lambda (atom) (check-atom atom labels scope)) atoms))

(define (check-atom e labels scope)
  (case (kind e)
    ((quote) #t)
    ((ref) (check-variable (ref-variable e) scope))
    ((static) (check-label (cadr e) labels))
    (else (code-error "an operand that is no atom" e))))

(define (check-variable variable scope)
  (if (not (memq variable scope))
      (code-error "a variable of another procedure" (variable-name variable))))

(define (check-label label labels)
  (if (not (member label labels))
      (code-error "a label of no procedure" label)))

;;; Blocks

;; Liveness has been computed: what is live where the procedure begins has no
;; value there.
(define (check-blocks blocks)
  (let ((labels (map block-label blocks)))
    (for-each (lambda (block)
                (for-each (lambda (label) (check-label label labels))
                          (block-successors block))
                (for-each check-instruction (block-instructions block)))
              blocks)
    (for-each (lambda (register)
                (if (not (physical? register))
                    (code-error "a register without a value"
                                (register-number register))))
              (block-live-in (car blocks)))))

(define (check-instruction instruction)
  (let ((memory-operands (filter memory? (cdr instruction))))
    (instruction-reads instruction)
    (if (and (pair? memory-operands) (pair? (cdr memory-operands)))
        (code-error "two operands in memory" instruction))))

)
  ))
