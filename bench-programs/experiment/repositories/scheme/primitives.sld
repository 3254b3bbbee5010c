;; What the interpreted language finds in its world: the procedures of the host
;; that need nothing of the interpreter, and those made here for records, promises
;; and output.

(define-library (bench.local/experiment scheme primitives)
  (export host-procedures record-procedures output-procedures)
  (import (scheme base) (scheme char) (scheme cxr) (scheme inexact)
          (scheme write))
  (begin

;; An association of each name with the host's procedure of that name.
(define-syntax procedure-table
  (syntax-rules ()
    ((_ name ...)
     (list (cons 'name name) ...))))

(define number-procedures
  (procedure-table
   + - * / = < > <= >= quotient remainder modulo abs min max gcd lcm
   zero? positive? negative? even? odd? number? integer? rational? real?
   exact? inexact? exact inexact floor ceiling round truncate
   exact-integer? exact-integer-sqrt square expt sqrt exp log sin cos atan
   floor/ floor-quotient floor-remainder truncate/
   number->string string->number))

(define list-procedures
  (procedure-table
   cons car cdr set-car! set-cdr! caar cadr cdar cddr caddr cdddr cadddr
   null? pair? list? list length append reverse list-tail list-ref list-copy
   memq memv member assq assv assoc map for-each apply))

(define text-procedures
  (procedure-table
   char? char=? char<? char>? char<=? char>=? char->integer integer->char
   char-alphabetic? char-numeric? char-whitespace? char-upcase char-downcase
   char-upper-case? char-lower-case? digit-value
   string? string make-string string-length string-ref string-set!
   string=? string<? string>? string<=? string>=? substring string-append
   string->list list->string string-copy string-fill! string-upcase
   string-downcase string-map string-for-each
   symbol? symbol->string string->symbol))

(define vector-procedures
  (procedure-table
   vector? vector make-vector vector-length vector-ref vector-set!
   vector->list list->vector vector-fill! vector-map vector-for-each
   vector-copy vector-append
   bytevector? make-bytevector bytevector-u8-ref bytevector-u8-set!
   bytevector-length))

(define control-procedures
  (procedure-table
   eq? eqv? equal? not boolean? procedure?
   call-with-current-continuation call/cc dynamic-wind values
   call-with-values with-exception-handler raise raise-continuable error
   error-object? error-object-message error-object-irritants))

(define host-procedures
  (append number-procedures list-procedures text-procedures
          vector-procedures control-procedures))

;;; Records and promises

(define-record-type record-type
  (make-record-type name size)
  record-type?
  (name record-type-name)
  (size record-type-size))

(define-record-type instance
  (make-instance type fields)
  instance?
  (type instance-type)
  (fields instance-fields))

(define (record-predicate type)
  (lambda (x)
    (and (instance? x) (eq? (instance-type x) type))))

;; A procedure that takes the fields at these indices, in order.
(define (record-constructor type indices)
  (lambda values
    (let ((fields (make-vector (record-type-size type) #f)))
      (for-each (lambda (i value) (vector-set! fields i value))
                indices values)
      (make-instance type fields))))

(define (checked-fields x type)
  (if (and (instance? x) (eq? (instance-type x) type))
      (instance-fields x)
      (error "a record of another type" (record-type-name type) x)))

(define (record-accessor type index)
  (lambda (x)
    (vector-ref (checked-fields x type) index)))

(define (record-modifier type index)
  (lambda (x value)
    (vector-set! (checked-fields x type) index value)))

(define-record-type promise
  (new-promise done? value)
  promise?
  (done? promise-done? set-promise-done?!)
  (value promise-value set-promise-value!))

(define (make-promise thunk)
  (new-promise #f thunk))

;; The thunk may force the promise itself: the first value stays.
(define (force x)
  (cond ((not (promise? x)) x)
        ((promise-done? x) (promise-value x))
        (else
         (let ((value ((promise-value x))))
           (if (not (promise-done? x))
               (begin
                 (set-promise-done?! x #t)
                 (set-promise-value! x value)))
           (promise-value x)))))

(define record-procedures
  `((%make-record-type . ,make-record-type)
    (%record-constructor . ,record-constructor)
    (%record-predicate . ,record-predicate)
    (%record-accessor . ,record-accessor)
    (%record-modifier . ,record-modifier)
    (%make-promise . ,make-promise)
    (force . ,force)))

;;; Output, to a port that belongs to the interpreter

(define (output-procedures port)
  `((display . ,(lambda (x) (display x port)))
    (write . ,(lambda (x) (write x port)))
    (write-char . ,(lambda (x) (write-char x port)))
    (write-string . ,(lambda (x) (write-string x port)))
    (newline . ,(lambda () (newline port)))))

  ))
