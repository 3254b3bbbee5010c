;; Instruction selection: from the code of a procedure to blocks of instructions on
;; virtual registers.
;;
;; Code is selected for a destination: 'tail (its value is returned), 'effect (its
;; value does not matter), a register (which then holds it), or (test yes no) (a
;; branch to one of the labels).  With a register or an effect it goes on behind
;; the code; with the others it does not.
;;
;; With what instructions are written, and checks of operands, is in emit.sld.

(define-library (bench.local/experiment compiler select)
  (export select-procedure select-main select-source)
  (import (scheme base) (scheme cxr)
          (bench.local/experiment compiler source)
          (bench.local/experiment compiler tree)
          (bench.local/experiment compiler primitives)
          (bench.local/experiment compiler closure)
          (bench.local/experiment compiler machine)
          (bench.local/experiment compiler emit))
  (begin

(define-with-source select-source

;;; Procedures

;; The blocks of a procedure, that of its label first.
(define (select-procedure p)
  (select-body (procedure-label p)
               (if (procedure-rest p)
                   (append (procedure-params p) (list (procedure-rest p)))
                   (procedure-params p))
               (procedure-code p)))

(define (select-main code)
  (select-body "scheme_main" '() code))

(define (select-body label params code)
  (begin-procedure!)
  (begin-block! label)
  (emit! 'enter)
  (set! closure-register (make-virtual))
  (emit! 'mov closure-register rcx)
  (receive-arguments! params 0)
  (select code 'tail)
  (procedure-blocks))

(define closure-register #f)

(define (receive-arguments! params index)
  (if (pair? params)
      (begin
        (emit! 'mov (variable-register (car params)) (argument-place index))
        (receive-arguments! (cdr params) (+ index 1)))))

(define (argument-place index)
  (if (< index argument-register-count)
      (list-ref argument-registers index)
      (list 'static "arguments" (* 8 index))))

;;; Code

(define (select e destination)
  (case (kind e)
    ((quote ref static) (deliver (atom-operand e) destination))
    ((if) (select-if e destination))
    ((begin)
     (select (begin-first e) 'effect)
     (select (begin-second e) destination))
    ((let) (select-let e destination))
    ((labels) (select-labels e destination))
    ((closures) (select-closures e destination))
    ((jump) (select-jump (cadr e) (cddr e)))
    ((prim) (select-prim (prim-name e) (prim-operands e) destination))
    ((self) (deliver closure-register destination))
    ((free) (deliver (mem closure-register
                          (- (* 8 (+ (cadr e) 1)) tag-closure))
                     destination))
    ((global) (deliver (list 'static (cadr e) 0) destination))
    ((set-global)
     (emit! 'mov (list 'static (cadr e) 0) (atom-operand (caddr e))))
    ((known) (select-known e destination))
    (else (select-closure-call (cadr e) (cddr e) destination))))

;; Gives an operand to a destination as the value.
(define (deliver operand destination)
  (cond ((eq? destination 'effect) #f)
        ((eq? destination 'tail)
         (emit! 'mov rax operand)
         (emit! 'leave)
         (end-block! (list 'ret) '()))
        ((register? destination)
         (emit! 'mov destination operand))
        (else
         (emit! 'cmp (in-register operand) (imm (immediate-value #f)))
         (end-with-branch! 'ne (cadr destination) (caddr destination)))))

;; A register for a value on its way to a destination.
(define (value-register destination)
  (if (register? destination)
      destination
      (make-virtual)))

(define (deliver-register register destination)
  (if (not (eq? register destination))
      (deliver register destination)))

(define (select-let e destination)
  (for-each (lambda (variable init)
              (select init (variable-register variable)))
            (binding-variables e) (binding-inits e))
  (select (binding-body e) destination))

(define (select-if e destination)
  (let ((yes (new-label))
        (no (new-label))
        (join (new-label)))
    (select (if-test e) (list 'test yes no))
    (let ((before facts))
      (begin-block! yes)
      (learn-from-test! (if-test e))
      (select-branch (if-consequent e) destination join)
      (set-facts! before)
      (begin-block! no)
      (select-branch (if-alternative e) destination join)
      (set-facts! before)
      (if (falls-through? destination)
          (begin-block! join)))))

(define (falls-through? destination)
  (or (eq? destination 'effect) (register? destination)))

(define (select-branch e destination join)
  (select e destination)
  (if (falls-through? destination)
      (end-with-jump! join)))

;; What is known where a test was true.
(define (learn-from-test! test)
  (if (eq? (kind test) 'prim)
      (let ((tag (tested-tag (prim-name test))))
        (if tag
            (note-tag! (car (prim-operands test)) tag)))))

(define (tested-tag name)
  (case name
    ((pair?) tag-pair)
    ((integer?) tag-fixnum)
    ((vector?) tag-vector)
    ((string?) tag-string)
    ((symbol?) tag-symbol)
    ((procedure?) tag-closure)
    (else #f)))

;;; Labels

;; The mark of a label's variable is its label and the registers of its
;; parameters.
(define (select-labels e destination)
  (let ((join (new-label))
        (before facts))
    (for-each (lambda (variable l)
                (set-variable-mark! variable
                                    (cons (new-label)
                                          (map variable-register
                                               (lambda-params l)))))
              (binding-variables e) (binding-inits e))
    (select-branch (binding-body e) destination join)
    (for-each (lambda (variable l)
                (set-facts! before)
                (begin-block! (car (variable-mark variable)))
                (select-branch (lambda-body l) destination join))
              (binding-variables e) (binding-inits e))
    (set-facts! before)
    (if (falls-through? destination)
        (begin-block! join))))

;; The parameters are assigned at once: an operand that is one of them is saved
;; before.
(define (select-jump variable atoms)
  (let* ((params (cdr (variable-mark variable)))
         (operands (map (lambda (atom param)
                          (let ((operand (atom-operand atom)))
                            (if (and (register? operand)
                                     (not (eq? operand param))
                                     (memq operand params))
                                (let ((saved (make-virtual)))
                                  (emit! 'mov saved operand)
                                  saved)
                                operand)))
                        atoms params)))
    (for-each (lambda (param operand)
                (if (not (eq? param operand))
                    (emit! 'mov param operand)))
              params operands)
    (end-with-jump! (car (variable-mark variable)))))

;;; Calls

(define (select-known e destination)
  (if (caddr e)
      (emit! 'mov rcx (atom-operand (caddr e))))
  (select-call 'call 'tail (cadr e)
               (if (caddr e) (list rcx) '())
               (cdddr e) destination))

(define (select-closure-call operator operands destination)
  (check-tag! operator tag-closure "trap_procedure")
  (emit! 'mov rcx (atom-operand operator))
  (emit! 'mov rax (imm (length operands)))
  (select-call 'call-indirect 'tail-indirect (mem rcx (- 0 tag-closure))
               (list rcx rax) operands destination))

(define (select-call call tail target uses atoms destination)
  (let* ((operands (map atom-operand atoms))
         (places (map argument-place (iota-list (length operands))))
         (all-uses (append uses (filter register? places))))
    (for-each (lambda (place operand)
                (emit! 'mov place
                       operand))
              places operands)
    (if (eq? destination 'tail)
        (begin
          (emit! 'leave)
          (end-block! (list tail target all-uses) '()))
        (begin
          (emit! call target all-uses)
          (deliver rax destination)))))

(define (iota-list n)
  (let loop ((i n) (numbers '()))
    (if (= i 0)
        numbers
        (loop (- i 1) (cons (- i 1) numbers)))))

(define (select-routine label atoms destination)
  (select-call 'call 'tail label '() atoms destination))

;;; Allocation

;; A register with the address of a new object of that many words.
(define (allocate! words)
  (let ((register (make-virtual)))
    (emit! 'mov register r15)
    (emit! 'add r15 (imm (* 8 words)))
    (emit! 'cmp r15 r14)
    (emit! 'trap 'a "trap_memory")
    register))

(define (store-words! register displacement operands)
  (if (pair? operands)
      (begin
        (emit! 'mov (mem register displacement) (car operands))
        (store-words! register (+ displacement 8) (cdr operands)))))

(define (select-object tag operands destination)
  (let ((register (allocate! (length operands)))
        (value (value-register destination)))
    (store-words! register 0 operands)
    (emit! 'lea value (mem register tag))
    (deliver-register value destination)))

;; All closures of a group exist before any of them is filled.
(define (select-closures e destination)
  (let ((variables (cadr e))
        (labels (caddr e))
        (parts (cadddr e)))
    (for-each (lambda (variable label atoms)
                (select-empty-closure variable label (length atoms)))
              variables labels parts)
    (for-each (lambda (variable atoms)
                (store-words! (variable-register variable)
                              (- 8 tag-closure)
                              (map atom-operand atoms)))
              variables parts)
    (select (car (cddddr e)) destination)))

(define (select-empty-closure variable label count)
  (let ((register (allocate! (+ count 1))))
    (emit! 'mov (mem register 0)
           (address (string-append label "_entry") 0))
    (emit! 'lea (variable-register variable) (mem register tag-closure))
    (note-tag! (ref-node variable) tag-closure)))

;;; Primitives

(define (select-prim name operands destination)
  (if (predicate-primitive? name)
      (select-predicate name operands destination)
      (case name
        ((cons %make-box %record) (select-new name operands destination))
        ((%apply) (select-routine "apply" operands destination))
        ((%make-vector)
         (check-tag! (car operands) tag-fixnum "trap_fixnum")
         (select-routine "stub_make_vector" operands destination))
        ((%make-string)
         (check-tag! (car operands) tag-fixnum "trap_fixnum")
         (check-char! (cadr operands))
         (select-routine "stub_make_string" operands destination))
        ((string->symbol)
         (check-tag! (car operands) tag-string "trap_string")
         (select-routine "stub_symbol" operands destination))
        ((%error) (select-routine "stub_error" operands destination))
        (else
         (if (eq? (primitive-class name) 'effect)
             (begin
               (select-store name operands)
               (deliver (imm (immediate-value #f)) destination))
             (let ((value (value-register destination)))
               (select-value name operands value)
               (deliver-register value destination)))))))

(define (select-new name operands destination)
  (select-object (case name
                   ((cons) tag-pair)
                   ((%make-box) tag-vector)
                   (else tag-record))
                 (map atom-operand operands)
                 destination))

(define (select-value name operands value)
  (let ((a (car operands)))
    (case name
      ((car) (select-field a tag-pair "trap_pair" 0 value))
      ((cdr) (select-field a tag-pair "trap_pair" 8 value))
      ((%box-ref) (emit! 'mov value (mem (atom-register a) (- 0 tag-vector))))
      ((vector-length) (select-field a tag-vector "trap_vector" 0 value))
      ((string-length) (select-field a tag-string "trap_string" 0 value))
      ((symbol->string) (select-field a tag-symbol "trap_symbol" 0 value))
      ((vector-ref)
       (emit! 'mov value
              (element a (cadr operands) tag-vector "trap_vector")))
      ((string-ref)
       (emit! 'mov value
              (element a (cadr operands) tag-string "trap_string")))
      ((%record-ref)
       (emit! 'mov value (record-field a (cadr operands) (caddr operands))))
      ((char->integer) (select-char->integer a value))
      ((integer->char) (select-integer->char a value))
      (else (select-arithmetic name a (cadr operands) value)))))

(define (select-field object tag trap offset value)
  (check-tag! object tag trap)
  (emit! 'mov value (mem (atom-register object) (- offset tag))))

;; An index is a fixnum, and that is the distance in bytes.
(define (element object index tag trap)
  (check-tag! object tag trap)
  (check-tag! index tag-fixnum "trap_fixnum")
  (let ((base (atom-register object)))
    (emit! 'cmp (atom-register index) (mem base (- 0 tag)))
    (emit! 'trap 'ae "trap_index")
    (let ((operand (atom-operand index)))
      (if (imm? operand)
          (mem base (+ (- 8 tag) (imm-value operand)))
          (mem base (- 8 tag) operand)))))

(define (record-field object type index)
  (check-record! object type)
  (mem (atom-register object)
       (- (* 8 (+ 1 (quote-datum index))) tag-record)))

;; The fact that an object is a record of a type is kept with the type's name.
(define (check-record! object type)
  (let ((name (quote-datum type)))
    (if (not (and (ref? object)
                  (known-fact? (ref-variable object) name)))
        (begin
          (check-tag! object tag-record "trap_record")
          (emit! 'cmp (mem (atom-register object) (- 0 tag-record))
                 (atom-operand type))
          (emit! 'trap 'ne "trap_record")
          (note-tag! object name)))))

(define (select-char->integer a value)
  (check-char! a)
  (emit! 'mov value (atom-operand a))
  (emit! 'sar value (imm 8))
  (emit! 'shl value (imm 3)))

(define (check-char! atom)
  (if (not (quote? atom))
      (begin
        (compare-char! atom)
        (emit! 'trap 'ne "trap_char"))))

(define (compare-char! atom)
  (let ((scratch (make-virtual)))
    (emit! 'mov scratch (atom-operand atom))
    (emit! 'and scratch (imm 255))
    (emit! 'cmp scratch (imm 39))))

(define (select-integer->char a value)
  (check-tag! a tag-fixnum "trap_fixnum")
  (emit! 'mov value (atom-operand a))
  (emit! 'shl value (imm 5))
  (emit! 'or value (imm 39)))

(define (select-arithmetic name a b value)
  (check-fixnums! a b)
  (case name
    ((+) (select-two-address 'add a b value))
    ((-) (select-two-address 'sub a b value))
    ((*) (select-product a b value))
    (else (select-division name a b value))))

(define (select-two-address name a b value)
  (emit! 'mov value (atom-operand a))
  (emit! name value (atom-operand b))
  (emit! 'trap 'o "trap_overflow"))

(define (select-product a b value)
  (emit! 'mov value (atom-operand a))
  (emit! 'sar value (imm 3))
  (emit! 'imul value (atom-register b))
  (emit! 'trap 'o "trap_overflow"))

;; Of two fixnums the quotient is the plain number, the remainder a fixnum.
(define (select-division name a b value)
  (let ((divisor (atom-register b)))
    (if (not (and (quote? b) (not (eqv? 0 (quote-datum b)))))
        (begin
          (emit! 'cmp divisor (imm 0))
          (emit! 'trap 'e "trap_division")))
    (emit! 'mov rax (atom-operand a))
    (emit! 'cqo)
    (emit! 'idiv divisor)
    (if (eq? name 'quotient)
        (begin
          (emit! 'mov value rax)
          (emit! 'shl value (imm 3)))
        (emit! 'mov value rdx))))

(define (select-store name operands)
  (let ((a (car operands)) (b (cadr operands)))
    (case name
      ((set-car!) (select-field-store a b 0))
      ((set-cdr!) (select-field-store a b 8))
      ((%box-set!)
       (emit! 'mov (mem (atom-register a) (- 0 tag-vector))
              (atom-operand b)))
      ((vector-set!)
       (let ((place (element a b tag-vector "trap_vector")))
         (emit! 'mov place (atom-operand (caddr operands)))))
      ((string-set!)
       (check-char! (caddr operands))
       (let ((place (element a b tag-string "trap_string")))
         (emit! 'mov place (atom-operand (caddr operands)))))
      (else
       (let ((place (record-field a b (caddr operands))))
         (emit! 'mov place (atom-operand (cadddr operands))))))))

(define (select-field-store pair value offset)
  (check-tag! pair tag-pair "trap_pair")
  (emit! 'mov (mem (atom-register pair) (- offset tag-pair))
         (atom-operand value)))

;;; Predicates

;; A predicate ends in a branch; as a value it is one of two constants.
(define (select-predicate name operands destination)
  (cond ((eq? destination 'effect)
         (if (eq? (primitive-class name) 'compare)
             (check-fixnums! (car operands) (cadr operands))))
        ((and (pair? destination) (eq? (car destination) 'test))
         (select-test name operands
                      (cadr destination) (caddr destination)))
        (else
         (select-if (if-node (prim-node name operands)
                             constant-true constant-false)
                    destination))))

(define (select-test name operands yes no)
  (let ((a (car operands)))
    (case name
      ((eq?) (compare-operands! a (cadr operands))
             (end-with-branch! 'e yes no))
      ((null?) (emit! 'cmp (atom-register a) (imm (immediate-value '())))
               (end-with-branch! 'e yes no))
      ((not) (emit! 'cmp (atom-register a) (imm (immediate-value #f)))
             (end-with-branch! 'e yes no))
      ((char?) (compare-char! a)
               (end-with-branch! 'e yes no))
      ((%record?) (select-record-test a (cadr operands) yes no))
      ((= < > <= >=)
       (check-fixnums! a (cadr operands))
       (compare-operands! a (cadr operands))
       (end-with-branch! (comparison-condition name) yes no))
      (else (compare-tag! (atom-operand a) (tested-tag name))
            (end-with-branch! 'e yes no)))))

(define (compare-operands! a b)
  (emit! 'cmp (atom-register a) (atom-operand b)))

(define (comparison-condition name)
  (case name
    ((=) 'e)
    ((<) 'l)
    ((>) 'g)
    ((<=) 'le)
    (else 'ge)))

(define (select-record-test object type yes no)
  (let ((next (new-label)))
    (compare-tag! (atom-operand object) tag-record)
    (end-with-branch! 'e next no)
    (begin-block! next)
    (emit! 'cmp (mem (atom-register object) (- 0 tag-record))
           (atom-operand type))
    (end-with-branch! 'e yes no)))

)
  ))
