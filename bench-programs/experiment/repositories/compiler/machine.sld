;; The target: x86-64, as far as the compiler uses it, and how values look there.
;;
;; A value is a word of 64 bits whose low 3 bits are its tag:
;;
;;   000 fixnum, the number times 8      100 string: length, characters
;;   001 pair: car, cdr                  101 symbol: its string
;;   010 closure: code, free values      110 record: type, fields
;;   011 vector: length, elements        111 constants and characters
;;       (boxes too: the value)
;;
;; Objects are words in memory; a string has a word for each character.  Lengths
;; are fixnums.  r15 is where the next object goes, r14 the end of the memory for
;; objects.  rsp is the stack, with the return address and the frame's slots.
;;
;; Calls pass operands in registers and further ones in the static area
;; `arguments`; a call of a closure also passes the closure in rcx and the number
;; of operands in rax.  The value returns in rax.  No register outlives a call.
;;
;; An instruction is a list of an operation and operands.  An operand is a register
;; (a record, virtual or physical), (imm n), (address label tag), (slot n) in the
;; frame, or (mem base displacement), (mem base displacement index) and
;; (static label displacement) in memory.

(define-library (bench.local/experiment compiler machine)
  (export tag-fixnum tag-pair tag-closure tag-vector tag-string tag-symbol
          tag-record tag-constant immediate-value word-immediate?
          register? register-name register-number physical?
          register-color set-register-color! register-slot set-register-slot!
          register-neighbours set-register-neighbours!
          register-mark set-register-mark! register-hints set-register-hints!
          register-fixed? make-virtual make-fixed-virtual reset-registers!
          allocatable-registers argument-registers
          rax rcx rdx rdi rsi rsp r11 r14 r15 argument-register-count
          imm imm? imm-value address mem memory? slot slot?
          block? make-block block-label block-instructions
          set-block-instructions! block-successors block-live-in
          set-block-live-in!
          operation instruction-reads instruction-writes call-instruction?
          move-instruction? map-operands machine-source)
  (import (scheme base) (scheme cxr)
          (bench.local/experiment compiler source)
          (bench.local/experiment compiler tree))
  (begin

(define-with-source machine-source

;;; Values

(define tag-fixnum 0)
(define tag-pair 1)
(define tag-closure 2)
(define tag-vector 3)
(define tag-string 4)
(define tag-symbol 5)
(define tag-record 6)
(define tag-constant 7)

;; The word of a datum that is no object in memory, or #f.
(define (immediate-value datum)
  (cond ((integer? datum) (* datum 8))
        ((eq? datum #f) 7)
        ((eq? datum #t) 15)
        ((null? datum) 23)
        ((char? datum) (+ 39 (* 256 (char->integer datum))))
        (else #f)))

;; Fits the number into the 32 bits that most instructions have for it?
(define (word-immediate? n)
  (<= -2147483648 n 2147483647))

;;; Registers

;; A physical register has a name.  The other fields are the allocator's; a fixed
;; virtual register stays in a register.
(define-record-type register
  (new-register name number color slot neighbours mark hints fixed)
  register?
  (name register-name)
  (number register-number)
  (color register-color set-register-color!)
  (slot register-slot set-register-slot!)
  (neighbours register-neighbours set-register-neighbours!)
  (mark register-mark set-register-mark!)
  (hints register-hints set-register-hints!)
  (fixed register-fixed?))

(define (make-physical name)
  (let ((register (new-register name 0 #f #f '() #f '() #t)))
    (set-register-color! register register)
    register))

(define (physical? register)
  (and (register-name register) #t))

(define rax (make-physical 'rax))
(define rcx (make-physical 'rcx))
(define rdx (make-physical 'rdx))
(define rbx (make-physical 'rbx))
(define rbp (make-physical 'rbp))
(define rsi (make-physical 'rsi))
(define rdi (make-physical 'rdi))
(define rsp (make-physical 'rsp))
(define r8 (make-physical 'r8))
(define r9 (make-physical 'r9))
(define r10 (make-physical 'r10))
(define r11 (make-physical 'r11))
(define r12 (make-physical 'r12))
(define r13 (make-physical 'r13))
(define r14 (make-physical 'r14))
(define r15 (make-physical 'r15))

(define allocatable-registers
  (list rbx rbp r12 r13 r11 r10 r9 r8 rcx rdx rsi rdi rax))

(define argument-registers
  (list rdi rsi rdx r8 r9 r10))

(define argument-register-count 6)

(define register-count 0)

(define (reset-registers!)
  (set! register-count 0))

(define (new-virtual fixed)
  (set! register-count (+ register-count 1))
  (new-register #f register-count #f #f '() #f '() fixed))

(define (make-virtual) (new-virtual #f))
(define (make-fixed-virtual) (new-virtual #t))

;;; Operands

(define (imm n) (list 'imm n))
(define (imm? operand) (and (pair? operand) (eq? (car operand) 'imm)))
(define (imm-value operand) (cadr operand))
(define (address label tag) (list 'address label tag))
(define (mem base displacement . index)
  (cons 'mem (cons base (cons displacement index))))
(define (slot n) (list 'slot n))
(define (slot? operand) (and (pair? operand) (eq? (car operand) 'slot)))

(define (memory? operand)
  (and (pair? operand) (memq (car operand) '(mem static slot)) #t))

;;; Blocks

;; A stretch of instructions that is entered at its label and left at its end.
(define-record-type block
  (new-block label instructions successors live-in)
  block?
  (label block-label)
  (instructions block-instructions set-block-instructions!)
  (successors block-successors)
  (live-in block-live-in set-block-live-in!))

(define (make-block label instructions successors)
  (new-block label instructions successors '()))

;;; Instructions

;; For each operation how it uses its operands: r reads, w writes, u does both,
;; and - is no operand.  `uses` is a list of physical registers that are read.
(define operations
  '((mov w r) (lea w r) (add u r) (sub u r) (and u r) (or u r) (xor u r)
    (imul u r) (sar u r) (shl u r) (cmp r r) (test r r) (cqo) (idiv r)
    (jmp -) (branch - - -) (trap - -) (ret) (enter) (leave)
    (call - uses) (call-indirect r uses) (tail - uses) (tail-indirect r uses)))

(define (operation instruction)
  (car instruction))

(define (operand-modes instruction)
  (let ((row (assq (car instruction) operations)))
    (if row
        (cdr row)
        (error "no such instruction" (car instruction)))))

(define (call-instruction? instruction)
  (and (memq (car instruction) '(call call-indirect)) #t))

(define (move-instruction? instruction)
  (and (eq? (car instruction) 'mov)
       (register? (cadr instruction))
       (register? (caddr instruction))))

;; The registers that occur in an operand.
(define (operand-registers operand)
  (cond ((register? operand) (list operand))
        ((and (pair? operand) (eq? (car operand) 'mem))
         (filter register? (cdr operand)))
        (else '())))

;; The registers that an instruction reads.  A memory operand reads its own in
;; any mode.
(define (instruction-reads instruction)
  (let loop ((operands (cdr instruction))
             (modes (operand-modes instruction))
             (reads (implicit-reads instruction)))
    (if (null? modes)
        reads
        (loop (cdr operands) (cdr modes)
              (append (reads-in-mode (car modes) (car operands)) reads)))))

(define (reads-in-mode mode operand)
  (case mode
    ((r u) (operand-registers operand))
    ((w) (if (register? operand) '() (operand-registers operand)))
    ((uses) operand)
    (else '())))

(define (implicit-reads instruction)
  (case (car instruction)
    ((cqo) (list rax))
    ((idiv) (list rax rdx))
    ((ret) (list rax))
    (else '())))

(define (instruction-writes instruction)
  (case (car instruction)
    ((cqo) (list rdx))
    ((idiv) (list rax rdx))
    ((call call-indirect) (list rax))
    (else
     (if (and (memq (car (append (operand-modes instruction) '(-))) '(w u))
              (register? (cadr instruction)))
         (list (cadr instruction))
         '()))))

;; The instruction with f applied to its operands; those that are lists of
;; registers, labels or conditions stay.
(define (map-operands f instruction)
  (cons (car instruction)
        (map (lambda (operand mode)
               (if (memq mode '(r w u)) (f operand) operand))
             (cdr instruction)
             (operand-modes instruction))))

)
  ))
