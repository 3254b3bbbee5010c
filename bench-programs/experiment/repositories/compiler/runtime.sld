;; The run-time system of compiled programs, as far as it is made here: how a
;; procedure is entered through a closure, and routines that no Scheme code can
;; express.  They are written on physical registers.
;;
;; An image is a whole program: a list of instructions and a list of data.  A datum
;; is (label word ...), a word an operand that is a number or an address.  Outside
;; of an image are
;;
;;   trap_...           where failing checks go; they do not come back
;;   stub_make_vector   operands in argument registers, result in rax, like those
;;   stub_make_string   of compiled procedures
;;   stub_symbol        the symbol with the name of a string
;;   stub_error         message and list; does not come back
;;
;; and whoever starts `scheme_main` with r15, r14 and rsp set up.

(define-library (bench.local/experiment compiler runtime)
  (export make-image image-code image-data entry-code static-closure
          runtime-routines argument-area symbol-table runtime-source)
  (import (scheme base) (scheme cxr)
          (bench.local/experiment compiler source)
          (bench.local/experiment compiler tree)
          (bench.local/experiment compiler closure)
          (bench.local/experiment compiler machine))
  (begin

(define-with-source runtime-source

(define-record-type image
  (make-image code data)
  image?
  (code image-code)
  (data image-data))

;;; Entries

(define (entry-label p)
  (string-append (procedure-label p) "_entry"))

;; The code in front of a procedure that is called through a closure: it counts
;; the operands and makes a list of the further ones.
(define (entry-code p)
  (let ((count (length (procedure-params p))))
    (cons (list 'label (entry-label p))
          (cons (list 'cmp rax (imm count))
                (append (if (procedure-rest p)
                            (rest-entry count)
                            (list (list 'jcc 'ne "trap_arity")))
                        (list (list 'jmp (procedure-label p))))))))

(define (rest-entry count)
  (list (list 'jcc 'b "trap_arity")
        (list 'mov r11 (imm (* 8 count)))
        (list 'call "collect_rest" '())
        (list 'mov (rest-place count) r11)))

(define (rest-place index)
  (if (< index argument-register-count)
      (list-ref argument-registers index)
      (argument-word index)))

(define (argument-word index)
  (list 'static "arguments" (* 8 index)))

;; The closure of a procedure without free variables is static.
(define (static-closure p)
  (list (string-append (procedure-label p) "_closure")
        (address (entry-label p) 0)))

;;; Routines

;; The list of the operands from that in r11 (in bytes) on, of which there are rax;
;; into r11.  Argument registers keep what they hold.
(define (collect-rest)
  (append
   (list (list 'label "collect_rest"))
   (store-arguments argument-registers 0)
   (list (list 'mov base-register (address "arguments" 0))
         (list 'mov list-register (imm (immediate-value '())))
         (list 'shl rax (imm 3))
         (list 'label "collect_next")
         (list 'cmp rax r11)
         (list 'jcc 'be "collect_done")
         (list 'sub rax (imm 8))
         (list 'mov scratch-register (mem base-register 0 rax))
         (list 'mov (mem r15 0) scratch-register)
         (list 'mov (mem r15 8) list-register)
         (list 'lea list-register (mem r15 tag-pair))
         (list 'add r15 (imm 16))
         (list 'cmp r15 r14)
         (list 'jcc 'a "trap_memory")
         (list 'jmp "collect_next")
         (list 'label "collect_done")
         (list 'mov r11 list-register)
         (list 'ret))))

;; Registers that carry no operand.
(define base-register (list-ref allocatable-registers 1))
(define list-register (list-ref allocatable-registers 2))
(define scratch-register (list-ref allocatable-registers 3))

(define (store-arguments registers index)
  (if (null? registers)
      '()
      (cons (list 'mov (argument-word index) (car registers))
            (store-arguments (cdr registers) (+ index 1)))))

(define (load-arguments registers index)
  (if (null? registers)
      '()
      (cons (list 'mov (car registers) (argument-word index))
            (load-arguments (cdr registers) (+ index 1)))))

(define most-arguments 64)

;; Calls the procedure in rdi with the elements of the list in rsi.
(define (apply-routine)
  (append
   (list (list 'label "apply")
         (list 'mov rcx rdi)
         (list 'mov base-register (address "arguments" 0))
         (list 'mov rax (imm 0))
         (list 'label "apply_next")
         (list 'cmp rsi (imm (immediate-value '())))
         (list 'jcc 'e "apply_done"))
   (branch-unless-tag rsi tag-pair "trap_pair")
   (list (list 'mov scratch-register (mem rsi (- 0 tag-pair)))
         (list 'mov (mem base-register 0 rax) scratch-register)
         (list 'add rax (imm 8))
         (list 'mov rsi (mem rsi (- 8 tag-pair)))
         (list 'cmp rax (imm (* 8 most-arguments)))
         (list 'jcc 'a "trap_memory")
         (list 'jmp "apply_next")
         (list 'label "apply_done")
         (list 'sar rax (imm 3)))
   (branch-unless-tag rcx tag-closure "trap_procedure")
   (load-arguments argument-registers 0)
   (list (list 'tail-indirect (mem rcx (- 0 tag-closure)) '()))))

(define (branch-unless-tag register tag trap)
  (list (list 'mov scratch-register register)
        (list 'and scratch-register (imm 7))
        (list 'cmp scratch-register (imm tag))
        (list 'jcc 'ne trap)))

(define (runtime-routines)
  (append (collect-rest) (apply-routine)))

;;; Data

(define (argument-area)
  (cons "arguments"
        (map (lambda (i) (imm 0)) (zeros (+ most-arguments 2)))))

(define (zeros n)
  (if (= n 0)
      '()
      (cons 0 (zeros (- n 1)))))

;; The number of symbols and the symbols, for stub_symbol.
(define (symbol-table labels)
  (cons "symbol_table"
        (cons (imm (* 8 (length labels)))
              (map (lambda (label) (address label tag-symbol)) labels))))

)
  ))
