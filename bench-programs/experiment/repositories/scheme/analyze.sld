;; The analyser of the interpreted language: from a form in a scope to a procedure
;; of a frame, the form's code.
;;
;; A frame is a vector: place 0 holds the frame of the enclosing scope, the others
;; hold variables.  All names are resolved here, once: a local variable becomes a
;; depth and an index, a global one its cell.  Interpreted procedures are host
;; procedures, so calls, tail calls, apply and call/cc are the host's own, and
;; interpreted and host procedures call each other without conversion.

(define-library (bench.local/experiment scheme analyze)
  (export analyze special-forms)
  (import (scheme base)
          (bench.local/experiment scheme syntax))
  (begin

(define (analyze form scope)
  (cond ((identifier? form) (analyze-reference form scope))
        ((pair? form) (analyze-pair form scope))
        ((null? form) (error "an empty list is no expression"))
        (else (lambda (frame) form))))

(define (analyze-pair form scope)
  (let ((denotation (and (identifier? (car form))
                         (lookup (car form) scope))))
    (cond ((special? denotation)
           ((special-handler denotation) form scope))
          ((macro? denotation)
           (analyze ((macro-transformer denotation) form scope) scope))
          (else (analyze-call form scope)))))

;;; Variables

(define (analyze-reference id scope)
  (let ((denotation (lookup id scope)))
    (cond ((local? denotation)
           (local-reference (depth-between scope (local-scope denotation))
                            (local-index denotation)))
          ((global? denotation) (global-reference denotation))
          (else (error "syntax is no expression" (strip id))))))

(define (local-reference depth index)
  (case depth
    ((0) (lambda (frame) (vector-ref frame index)))
    ((1) (lambda (frame) (vector-ref (vector-ref frame 0) index)))
    ((2) (lambda (frame)
           (vector-ref (vector-ref (vector-ref frame 0) 0) index)))
    (else (lambda (frame) (vector-ref (frame-at frame depth) index)))))

(define (frame-at frame depth)
  (if (= depth 0)
      frame
      (frame-at (vector-ref frame 0) (- depth 1))))

(define (global-reference cell)
  (lambda (frame)
    (let ((value (global-value cell)))
      (if (unbound? value)
          (error "unbound variable" (global-name cell))
          value))))

(define (analyze-set! form scope)
  (let ((denotation (lookup (cadr form) scope))
        (code (analyze (car (cddr form)) scope)))
    (cond ((local? denotation)
           (local-assignment (depth-between scope (local-scope denotation))
                             (local-index denotation)
                             code))
          ((global? denotation)
           (lambda (frame)
             (if (unbound? (global-value denotation))
                 (error "unbound variable" (global-name denotation)))
             (set-global-value! denotation (code frame))))
          (else (error "syntax cannot be assigned" (strip (cadr form)))))))

(define (local-assignment depth index code)
  (if (= depth 0)
      (lambda (frame) (vector-set! frame index (code frame)))
      (lambda (frame)
        (vector-set! (frame-at frame depth) index (code frame)))))

;;; Calls

(define (analyze-call form scope)
  (let ((operator (analyze (car form) scope))
        (operands (map (lambda (x) (analyze x scope)) (cdr form))))
    (case (length operands)
      ((0) (lambda (frame) ((operator frame))))
      ((1) (call-1 operator (car operands)))
      ((2) (call-2 operator (car operands) (cadr operands)))
      ((3) (call-3 operator
                   (car operands) (cadr operands) (car (cddr operands))))
      (else
       (lambda (frame)
         (apply (operator frame) (evaluate-all operands frame)))))))

(define (call-1 operator a)
  (lambda (frame)
    ((operator frame) (a frame))))

(define (call-2 operator a b)
  (lambda (frame)
    ((operator frame) (a frame) (b frame))))

(define (call-3 operator a b c)
  (lambda (frame)
    ((operator frame) (a frame) (b frame) (c frame))))

;; The values, from the left.
(define (evaluate-all codes frame)
  (if (null? codes)
      '()
      (let ((value ((car codes) frame)))
        (cons value (evaluate-all (cdr codes) frame)))))

;;; Simple forms

(define (analyze-quote form scope)
  (let ((datum (strip (cadr form))))
    (lambda (frame) datum)))

(define (analyze-if form scope)
  (let ((test (analyze (cadr form) scope))
        (consequent (analyze (list-ref form 2) scope))
        (alternative (if (pair? (list-tail form 3))
                         (analyze (list-ref form 3) scope)
                         (lambda (frame) #f))))
    (lambda (frame)
      (if (test frame)
          (consequent frame)
          (alternative frame)))))

(define (analyze-begin form scope)
  (analyze-sequence (cdr form) scope))

(define (analyze-sequence forms scope)
  (cond ((null? forms) (lambda (frame) #f))
        ((null? (cdr forms)) (analyze (car forms) scope))
        (else
         (let* ((first (analyze (car forms) scope))
                (rest (analyze-sequence (cdr forms) scope)))
           (lambda (frame)
             (first frame)
             (rest frame))))))

;;; Procedures

(define (analyze-lambda form scope)
  (let ((inner (make-scope scope)))
    (let loop ((formals (cadr form)) (count 0))
      (cond ((pair? formals)
             (bind-local! inner (car formals))
             (loop (cdr formals) (+ count 1)))
            ((null? formals)
             (make-procedure count (analyze-body (cddr form) inner)))
            (else
             (bind-local! inner formals)
             (make-rest-procedure count
                                  (analyze-body (cddr form) inner)))))))

(define (make-procedure count body)
  (case count
    ((0) (lambda (frame) (lambda () (body (vector frame)))))
    ((1) (lambda (frame) (lambda (a) (body (vector frame a)))))
    ((2) (lambda (frame) (lambda (a b) (body (vector frame a b)))))
    ((3) (lambda (frame) (lambda (a b c) (body (vector frame a b c)))))
    (else
     (lambda (frame)
       (lambda arguments
         (if (not (= (length arguments) count))
             (error "wrong number of arguments" arguments))
         (body (list->vector (cons frame arguments))))))))

(define (make-rest-procedure count body)
  (if (= count 0)
      (lambda (frame)
        (lambda rest (body (vector frame rest))))
      (lambda (frame)
        (lambda arguments
          (body (list->vector
                 (cons frame (gather-rest arguments count))))))))

;; The arguments with those after the first `count` as a list at the end.
(define (gather-rest arguments count)
  (cond ((= count 0) (list arguments))
        ((null? arguments) (error "too few arguments"))
        (else (cons (car arguments)
                    (gather-rest (cdr arguments) (- count 1))))))

;;; Bodies and binding forms

(define (analyze-let form scope)
  (let* ((bindings (cadr form))
         (inits (map (lambda (b) (analyze (cadr b) scope)) bindings))
         (inner (make-scope scope)))
    (for-each (lambda (b) (bind-local! inner (car b))) bindings)
    (let ((body (analyze-body (cddr form) inner)))
      (case (length inits)
        ((1) (let ((init (car inits)))
               (lambda (frame) (body (vector frame (init frame))))))
        ((2) (let ((a (car inits)) (b (cadr inits)))
               (lambda (frame) (body (vector frame (a frame) (b frame))))))
        (else
         (lambda (frame)
           (body (list->vector
                  (cons frame (evaluate-all inits frame))))))))))

(define (analyze-letrec* form scope)
  (let ((inner (make-scope scope))
        (names (map car (cadr form))))
    (for-each (lambda (id) (bind-local! inner id)) names)
    (letrec-code inner
                 (map (lambda (b) (analyze (cadr b) inner)) (cadr form))
                 (analyze-body (cddr form) inner))))

(define (letrec-code scope inits body)
  (let ((size (+ 1 (scope-size scope))))
    (lambda (outer)
      (let ((frame (make-vector size #f)))
        (vector-set! frame 0 outer)
        (let loop ((inits inits) (i 1))
          (cond ((null? inits) (body frame))
                (else
                 (vector-set! frame i ((car inits) frame))
                 (loop (cdr inits) (+ i 1)))))))))

;; A body with definitions is a scope of its own: its names are found first, all
;; of them, and only then is anything in it analysed.
(define (analyze-body forms outer)
  (let ((scope (make-scope outer)))
    (let loop ((forms forms) (inits '()))
      (let ((form (and (pair? forms) (expand-head (car forms) scope))))
        (case (definition-kind form scope)
          ((begin)
           (loop (append (cdr form) (cdr forms)) inits))
          ((define)
           (bind-local! scope (definition-name form))
           (loop (cdr forms) (cons (definition-value form scope) inits)))
          ((define-syntax)
           (bind-denotation! scope (cadr form)
                             (make-transformer (car (cddr form)) scope))
           (loop (cdr forms) inits))
          (else
           (finish-body scope (reverse inits)
                        (if form (cons form (cdr forms)) forms))))))))

(define (finish-body scope inits forms)
  (if (null? forms)
      (error "a body has no expression"))
  (set-scope-framed!! scope (pair? inits))
  (let ((inits (map (lambda (x) (analyze x scope)) inits))
        (body (analyze-sequence forms scope)))
    (if (null? inits)
        body
        (letrec-code scope inits body))))

;; The form after the macros in its head have been expanded.
(define (expand-head form scope)
  (let ((denotation (and (pair? form) (identifier? (car form))
                         (lookup (car form) scope))))
    (if (macro? denotation)
        (expand-head ((macro-transformer denotation) form scope) scope)
        form)))

(define (definition-kind form scope)
  (let ((denotation (and (pair? form) (identifier? (car form))
                         (lookup (car form) scope))))
    (and (special? denotation)
         (cond ((eq? (special-handler denotation) analyze-begin) 'begin)
               ((eq? (special-handler denotation) analyze-define) 'define)
               ((eq? (special-handler denotation) analyze-define-syntax)
                'define-syntax)
               (else #f)))))

;;; Definitions

;; (define ((f a) b) ...) is curried.
(define (definition-name form)
  (let loop ((target (cadr form)))
    (if (pair? target) (loop (car target)) target)))

(define (definition-value form scope)
  (let loop ((target (cadr form)) (body (cddr form)))
    (if (pair? target)
        (let ((procedure `(,(make-alias 'lambda (world-of scope))
                           ,(cdr target) . ,body)))
          (if (pair? (car target))
              (loop (car target) (list procedure))
              procedure))
        (car body))))

(define (analyze-define form scope)
  (if (not (world? scope))
      (error "a definition after expressions"
             (strip (definition-name form))))
  (let* ((name (identifier-name (definition-name form)))
         (cell (world-global scope name))
         (code (analyze (definition-value form scope) scope)))
    (lambda (frame)
      (set-global-value! cell (code frame))
      name)))

(define (analyze-define-syntax form scope)
  (if (not (world? scope))
      (error "a definition after expressions" (strip (cadr form))))
  (let ((name (identifier-name (cadr form))))
    (world-bind! scope name (make-transformer (car (cddr form)) scope))
    (lambda (frame) name)))

(define (analyze-let-syntax form scope)
  (let ((inner (make-scope scope)))
    (set-scope-framed!! inner #f)
    (for-each (lambda (b)
                (bind-denotation! inner (car b)
                                  (make-transformer (cadr b) inner)))
              (cadr form))
    (analyze-body (cddr form) inner)))

(define (make-transformer spec scope)
  (if (not (and (pair? spec) (identifier? (car spec))
                (eq? (identifier-name (car spec)) 'syntax-rules)))
      (error "syntax-rules was expected" (strip spec)))
  (let* ((custom? (identifier? (cadr spec)))
         (ellipsis (if custom? (cadr spec) '...))
         (rest (if custom? (cddr spec) (cdr spec))))
    (make-macro
     (make-syntax-rules ellipsis (car rest) (cdr rest) scope))))

(define special-forms
  `((quote . ,analyze-quote)
    (if . ,analyze-if)
    (set! . ,analyze-set!)
    (lambda . ,analyze-lambda)
    (begin . ,analyze-begin)
    (%let . ,analyze-let)
    (letrec* . ,analyze-letrec*)
    (define . ,analyze-define)
    (define-syntax . ,analyze-define-syntax)
    (let-syntax . ,analyze-let-syntax)
    (letrec-syntax . ,analyze-let-syntax)))

  ))
