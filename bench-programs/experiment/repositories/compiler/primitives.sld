;; The primitive operations of the compiled language: one row each, with what
;; passes need to know.  How they are compiled is in select.sld, what they mean
;; for constants in `fold-primitive` here.
;;
;; A row is (name operand-count class).  The classes:
;;
;;   test     a predicate that cannot fail and has no effect
;;   compare  a predicate of fixnums, which it checks
;;   pure     a value without failure or effect, so unused ones are dropped
;;   checked  a value or a failure
;;   effect   changes something, or leaves the compiled code
;;
;; Names that begin with % are written by the compiler and its run-time library.

(define-library (bench.local/experiment compiler primitives)
  (export primitive-arity primitive-class primitive-alias
          predicate-primitive? droppable-primitive? fold-primitive fixnum-value?
          primitives-source)
  (import (scheme base) (scheme cxr)
          (bench.local/experiment compiler source)
          (bench.local/experiment compiler tree))
  (begin

(define-with-source primitives-source

(define primitive-rows
  '((eq? 2 test) (pair? 1 test) (null? 1 test) (not 1 test)
    (integer? 1 test) (char? 1 test) (vector? 1 test) (string? 1 test)
    (symbol? 1 test) (procedure? 1 test) (%record? 2 test)
    (= 2 compare) (< 2 compare) (> 2 compare) (<= 2 compare) (>= 2 compare)
    (cons 2 pure) (%make-box 1 pure) (%box-ref 1 pure) (%record #f pure)
    (car 1 checked) (cdr 1 checked)
    (+ 2 checked) (- 2 checked) (* 2 checked)
    (quotient 2 checked) (remainder 2 checked)
    (char->integer 1 checked) (integer->char 1 checked)
    (vector-ref 2 checked) (vector-length 1 checked)
    (string-ref 2 checked) (string-length 1 checked)
    (%record-ref 3 checked)
    (symbol->string 1 checked) (string->symbol 1 checked)
    (%make-vector 2 checked) (%make-string 2 checked)
    (set-car! 2 effect) (set-cdr! 2 effect)
    (vector-set! 3 effect) (string-set! 3 effect)
    (%record-set! 4 effect) (%box-set! 2 effect)
    (%error 2 effect) (%apply 2 effect)))

;; Other names of primitives: immediate values make them the same operation.
(define primitive-aliases
  '((eqv? . eq?) (char=? . eq?) (number? . integer?)))

(define (primitive-row name)
  (let ((row (assq name primitive-rows)))
    (or row (error "no such primitive" name))))

;; #f where any number of operands will do.
(define (primitive-arity name) (cadr (primitive-row name)))
(define (primitive-class name) (caddr (primitive-row name)))

;; The primitive that a name of the language stands for, or #f.
(define (primitive-alias name)
  (let ((alias (assq name primitive-aliases)))
    (cond (alias (cdr alias))
          ((assq name primitive-rows) name)
          (else #f))))

(define (predicate-primitive? name)
  (and (memq (primitive-class name) '(test compare)) #t))

(define (droppable-primitive? name)
  (and (memq (primitive-class name) '(test pure)) #t))

;;; Constant folding

;; Fixnums have 61 bits at run time; folding keeps away from their ends, so that
;; what overflows fails in the compiled program as it does uncompiled.
(define fold-limit 1000000000000)

(define (fixnum-value? x)
  (and (integer? x)
       (<= (- 0 fold-limit) x fold-limit)))

;; The constant that a primitive gives for constants, as a tree, or #f.
(define (fold-primitive name data)
  (case name
    ((eq?) (fold-eq (car data) (cadr data)))
    ((not) (boolean-node (not (car data))))
    ((pair?) (boolean-node (pair? (car data))))
    ((null?) (boolean-node (null? (car data))))
    ((integer?) (boolean-node (integer? (car data))))
    ((char?) (boolean-node (char? (car data))))
    ((symbol?) (boolean-node (symbol? (car data))))
    ((string?) (boolean-node (string? (car data))))
    ((procedure?) constant-false)
    ((char->integer)
     (and (char? (car data)) (quote-node (char->integer (car data)))))
    ((car) (and (pair? (car data)) (quote-node (car (car data)))))
    ((cdr) (and (pair? (car data)) (quote-node (cdr (car data)))))
    ((string-length)
     (and (string? (car data)) (quote-node (string-length (car data)))))
    ((+ - * quotient remainder = < > <= >=)
     (and (fixnum-value? (car data)) (fixnum-value? (cadr data))
          (fold-arithmetic name (car data) (cadr data))))
    (else #f)))

(define (boolean-node x)
  (if x constant-true constant-false))

;; Only what is the same object wherever it is made is compared here.
(define (fold-eq a b)
  (and (immediate? a) (immediate? b)
       (boolean-node (eqv? a b))))

(define (immediate? x)
  (or (integer? x) (char? x) (symbol? x) (null? x) (eq? x #t) (eq? x #f)))

(define (fold-arithmetic name a b)
  (case name
    ((+) (bounded (+ a b)))
    ((-) (bounded (- a b)))
    ((*) (and (< -1000000 a 1000000) (< -1000000 b 1000000)
              (bounded (* a b))))
    ((quotient) (and (not (= b 0)) (quote-node (quotient a b))))
    ((remainder) (and (not (= b 0)) (quote-node (remainder a b))))
    ((=) (boolean-node (= a b)))
    ((<) (boolean-node (< a b)))
    ((>) (boolean-node (> a b)))
    ((<=) (boolean-node (<= a b)))
    (else (boolean-node (>= a b)))))

(define (bounded x)
  (and (fixnum-value? x) (quote-node x)))

)
  ))
