;; Assembly text, in the syntax of Intel as the GNU assembler takes it.
;;
;; The text is a list of lines without their ends.  Programs are linked at fixed
;; addresses below 2 GB, so that addresses are immediate operands of 32 bits.

(define-library (bench.local/experiment compiler print)
  (export print-image print-source)
  (import (scheme base) (scheme cxr)
          (bench.local/experiment compiler source)
          (bench.local/experiment compiler tree)
          (bench.local/experiment compiler machine)
          (bench.local/experiment compiler runtime))
  (begin

(define-with-source print-source

(define (print-image image)
  (append (list "  .intel_syntax noprefix"
                "  .text"
                "  .globl scheme_main, arguments, symbol_table")
          (map print-instruction (image-code image))
          (list "  .data"
                "  .balign 8")
          (print-data (image-data image))))

(define (print-instruction instruction)
  (case (operation instruction)
    ((label) (string-append (cadr instruction) ":"))
    ((jcc) (string-append "  j" (symbol->string (cadr instruction))
                          " " (caddr instruction)))
    ((jmp tail) (string-append "  jmp " (cadr instruction)))
    ((call) (string-append "  call " (cadr instruction)))
    ((call-indirect)
     (string-append "  call " (print-operand (cadr instruction))))
    ((tail-indirect)
     (string-append "  jmp " (print-operand (cadr instruction))))
    (else
     (string-append "  " (symbol->string (operation instruction))
                    (print-operands (cdr instruction) " ")))))

(define (print-operands operands separator)
  (if (null? operands)
      ""
      (string-append separator
                     (print-operand (car operands))
                     (print-operands (cdr operands) ", "))))

(define (print-operand operand)
  (if (register? operand)
      (symbol->string (register-name operand))
      (case (car operand)
        ((imm) (number->string (imm-value operand)))
        ((address)
         (string-append "OFFSET " (print-sum (cadr operand) (caddr operand))))
        ((mem) (print-memory (cadr operand) (caddr operand) (cdddr operand)))
        ((static)
         (string-append "qword ptr ["
                        (print-sum (cadr operand) (caddr operand))
                        "]"))
        (else (error "no such operand" operand)))))

(define (print-memory base displacement index)
  (string-append "qword ptr ["
                 (print-sum (string-append
                             (symbol->string (register-name base))
                             (if (null? index)
                                 ""
                                 (string-append
                                  "+" (symbol->string
                                       (register-name (car index))))))
                            displacement)
                 "]"))

(define (print-sum text n)
  (cond ((= n 0) text)
        ((< n 0) (string-append text (number->string n)))
        (else (string-append text "+" (number->string n)))))

(define (print-data data)
  (if (null? data)
      '()
      (cons (string-append (car (car data)) ":")
            (append (map print-word (cdr (car data)))
                    (print-data (cdr data))))))

(define (print-word word)
  (string-append "  .quad "
                 (if (imm? word)
                     (number->string (imm-value word))
                     (print-sum (cadr word) (caddr word)))))

)
  ))
