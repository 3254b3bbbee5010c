;; A direct evaluator of trees, of any language up to closure conversion: what a
;; tree means, for the tests to compare with before and after each pass.
;;
;; Variables are kept in association lists of variables and cells.  Procedures are
;; procedures of the host, so are the values.

(define-library (bench.local/experiment compiler evaluate)
  (export evaluate-tree)
  (import (scheme base) (scheme cxr)
          (bench.local/experiment compiler tree))
  (begin

(define (evaluate-tree e)
  (evaluate e '()))

(define (evaluate e env)
  (case (kind e)
    ((quote) (quote-datum e))
    ((ref) (cdr (binding (ref-variable e) env)))
    ((set!) (set-cdr! (binding (set-variable e) env)
                      (evaluate (set-value e) env))
            #f)
    ((if) (if (evaluate (if-test e) env)
              (evaluate (if-consequent e) env)
              (evaluate (if-alternative e) env)))
    ((begin) (evaluate (begin-first e) env)
             (evaluate (begin-second e) env))
    ((lambda) (procedure-value e env))
    ((let) (evaluate (binding-body e)
                     (append (map cons
                                  (binding-variables e)
                                  (map-in-order (lambda (x) (evaluate x env))
                                                (binding-inits e)))
                             env)))
    ((letrec* fix labels) (evaluate-recursive e env))
    ((call) (let ((f (evaluate (call-operator e) env)))
              (apply f (evaluate-all (call-operands e) env))))
    (else (apply (primitive-procedure (prim-name e))
                 (evaluate-all (prim-operands e) env)))))

(define (evaluate-all items env)
  (map-in-order (lambda (x) (evaluate x env)) items))

(define (binding variable env)
  (or (assq variable env)
      (error "a variable without a binding" (variable-name variable))))

(define (procedure-value e env)
  (lambda values
    (evaluate (lambda-body e)
              (append (bind-values (lambda-params e) (lambda-rest e) values)
                      env))))

(define (bind-values params rest values)
  (cond ((pair? params)
         (cons (cons (car params) (car values))
               (bind-values (cdr params) rest (cdr values))))
        (rest (list (cons rest values)))
        ((null? values) '())
        (else (error "too many operands"))))

(define (evaluate-recursive e env)
  (let ((env (append (map (lambda (v) (cons v #f)) (binding-variables e))
                     env)))
    (for-each (lambda (v init)
                (set-cdr! (binding v env) (evaluate init env)))
              (binding-variables e) (binding-inits e))
    (evaluate (binding-body e) env)))

;;; Primitives

(define-record-type record
  (make-record type fields)
  record?
  (type record-type)
  (fields record-fields))

(define (record-of? x type)
  (and (record? x) (eq? (record-type x) type)))

(define-syntax procedures
  (syntax-rules ()
    ((_ name ...) (list (cons 'name name) ...))))

(define primitive-procedures
  (append
   (procedures eq? pair? null? not integer? char? vector? string? symbol?
               procedure? = < > <= >= cons car cdr + - * quotient remainder
               char->integer integer->char vector-ref vector-length string-ref
               string-length symbol->string string->symbol set-car! set-cdr!
               vector-set! string-set!)
   `((%make-box . ,list)
     (%box-ref . ,car)
     (%box-set! . ,set-car!)
     (%make-vector . ,make-vector)
     (%make-string . ,make-string)
     (%record . ,(lambda (type . fields)
                   (make-record type (list->vector fields))))
     (%record? . ,record-of?)
     (%record-ref . ,(lambda (x type i) (vector-ref (record-fields x) i)))
     (%record-set! . ,(lambda (x type i value)
                        (vector-set! (record-fields x) i value)))
     (%apply . ,apply)
     (%error . ,(lambda (message irritants)
                  (apply error message irritants))))))

(define (primitive-procedure name)
  (cdr (or (assq name primitive-procedures)
           (error "no such primitive" name))))

  ))
