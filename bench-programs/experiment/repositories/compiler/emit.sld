;; Writing instructions: what instruction selection writes them with.
;;
;; Instructions go into the block that is open; a block that is ended by a jump or
;; a branch is finished, and what is emitted while none is open is left out, since
;; nothing leads there.
;;
;; Also here are the registers of variables and atoms, and the checks of tags.  All
;; operations of the language check their operands.  A failing check is a trap, a
;; conditional jump to a routine that does not come back.  The facts are the tags
;; that are known of variables where instructions are being written, so that the
;; same check is not made twice.

(define-library (bench.local/experiment compiler emit)
  (export reset-selection! begin-procedure! procedure-blocks
          new-label emit! begin-block! end-block! end-with-jump!
          end-with-branch!
          variable-register atom-operand in-register atom-register
          facts set-facts! known-fact? note-tag! check-tag! compare-tag!
          check-fixnums! emit-source)
  (import (scheme base) (scheme cxr)
          (bench.local/experiment compiler source)
          (bench.local/experiment compiler tree)
          (bench.local/experiment compiler machine)
          (bench.local/experiment compiler constants))
  (begin

(define-with-source emit-source

;;; The block that is being written

(define label-count 0)
(define block-open #f)
(define block-code '())
(define finished-blocks '())

(define (reset-selection!)
  (set! label-count 0))

(define (begin-procedure!)
  (set! block-open #f)
  (set! finished-blocks '())
  (set-facts! '()))

;; The blocks since then, in the order in which they were begun.
(define (procedure-blocks)
  (reverse finished-blocks))

(define (new-label)
  (set! label-count (+ label-count 1))
  (string-append "L" (number->string label-count)))

(define (emit! . instruction)
  (if block-open
      (set! block-code (cons instruction block-code))))

(define (begin-block! label)
  (if block-open
      (end-block! (list 'jmp label) (list label)))
  (set! block-open label)
  (set! block-code '()))

(define (end-block! instruction successors)
  (if block-open
      (begin
        (emit-last! instruction)
        (set! finished-blocks
              (cons (make-block block-open (reverse block-code) successors)
                    finished-blocks))
        (set! block-open #f))))

(define (emit-last! instruction)
  (set! block-code (cons instruction block-code)))

(define (end-with-jump! label)
  (end-block! (list 'jmp label) (list label)))

(define (end-with-branch! condition yes no)
  (end-block! (list 'branch condition yes no) (list yes no)))

;; The register of a variable is its mark.
(define (variable-register variable)
  (if (not (register? (variable-mark variable)))
      (set-variable-mark! variable (make-virtual)))
  (variable-mark variable))

;;; Operands

(define (atom-operand atom)
  (case (kind atom)
    ((quote) (let ((operand (constant-operand (quote-datum atom))))
               (if (and (imm? operand)
                        (not (word-immediate? (imm-value operand))))
                   (in-register operand)
                   operand)))
    ((ref) (variable-register (ref-variable atom)))
    (else (address (string-append (cadr atom) "_closure") tag-closure))))

(define (in-register operand)
  (if (register? operand)
      operand
      (let ((register (make-virtual)))
        (emit! 'mov register operand)
        register)))

(define (atom-register atom)
  (in-register (atom-operand atom)))

;;; Facts

;; A fact is a variable and a tag, or the name of a record type.
(define facts '())

(define (set-facts! new)
  (set! facts new))

(define (has-tag? atom tag)
  (case (kind atom)
    ((quote) (= tag (constant-tag (quote-datum atom))))
    ((ref) (known-fact? (ref-variable atom) tag))
    (else (= tag tag-closure))))

(define (known-fact? variable tag)
  (any? (lambda (fact)
          (and (eq? (car fact) variable) (eqv? (cdr fact) tag)))
        facts))

(define (note-tag! atom tag)
  (if (ref? atom)
      (set! facts (cons (cons (ref-variable atom) tag) facts))))

(define (check-tag! atom tag trap)
  (if (not (has-tag? atom tag))
      (begin
        (compare-tag! (atom-operand atom) tag)
        (emit! 'trap 'ne trap)
        (note-tag! atom tag))))

(define (compare-tag! operand tag)
  (if (= tag tag-fixnum)
      (emit! 'test (in-register operand) (imm 7))
      (let ((scratch (make-virtual)))
        (emit! 'mov scratch operand)
        (emit! 'and scratch (imm 7))
        (emit! 'cmp scratch (imm tag)))))

(define (check-fixnums! a b)
  (cond ((has-tag? a tag-fixnum) (check-tag! b tag-fixnum "trap_fixnum"))
        ((has-tag? b tag-fixnum) (check-tag! a tag-fixnum "trap_fixnum"))
        (else
         (let ((scratch (make-virtual)))
           (emit! 'mov scratch (atom-operand a))
           (emit! 'or scratch (atom-operand b))
           (emit! 'test scratch (imm 7))
           (emit! 'trap 'ne "trap_fixnum")
           (note-tag! a tag-fixnum)
           (note-tag! b tag-fixnum)))))

)
  ))
