;; The last pass: blocks in a row become a list of instructions with labels, which
;; is then improved locally.
;;
;;   (label name) begins a block; branch becomes (jcc condition label) and jmp;
;;   enter and leave become the change of rsp by the frame, slots its words.
;;
;; Improvements are made until none is left: moves to themselves, moves back,
;; jumps to the next instruction and to jumps, tests of the other condition to
;; fall through, comparisons with zero, labels and code that nothing reaches.

(define-library (bench.local/experiment compiler peephole)
  (export flatten-blocks improve peephole-source)
  (import (scheme base) (scheme cxr)
          (bench.local/experiment compiler source)
          (bench.local/experiment compiler tree)
          (bench.local/experiment compiler machine))
  (begin

(define-with-source peephole-source

;;; Flattening

(define (flatten-blocks blocks frame)
  (if (null? blocks)
      '()
      (cons (list 'label (block-label (car blocks)))
            (append (flatten-instructions (block-instructions (car blocks))
                                          frame)
                    (flatten-blocks (cdr blocks) frame)))))

(define (flatten-instructions instructions frame)
  (if (null? instructions)
      '()
      (append (flatten-instruction (car instructions) frame)
              (flatten-instructions (cdr instructions) frame))))

(define (flatten-instruction instruction frame)
  (case (operation instruction)
    ((enter) (adjust-stack 'sub frame))
    ((leave) (adjust-stack 'add frame))
    ((branch) (list (list 'jcc (cadr instruction) (caddr instruction))
                    (list 'jmp (cadddr instruction))))
    ((trap) (list (list 'jcc (cadr instruction) (caddr instruction))))
    (else (list (map-operands slot-address instruction)))))

(define (adjust-stack operation frame)
  (if (= frame 0)
      '()
      (list (list operation rsp (imm (* 8 frame))))))

(define (slot-address operand)
  (if (slot? operand)
      (mem rsp (* 8 (cadr operand)))
      operand))

;;; Improving

(define (improve instructions)
  (let loop ((instructions instructions) (rounds 0))
    (let* ((threaded (thread-jumps instructions (label-targets instructions)))
           (reached (drop-labels threaded (used-labels threaded)))
           (better (improve-once reached)))
      (if (or (equal-length? better instructions) (= rounds 10))
          better
          (loop better (+ rounds 1))))))

(define (equal-length? a b)
  (= (length a) (length b)))

;; Labels directly before a jump, with where that goes.
(define (label-targets instructions)
  (cond ((or (null? instructions) (null? (cdr instructions))) '())
        ((and (label? (car instructions))
              (eq? (car (cadr instructions)) 'jmp))
         (cons (cons (cadr (car instructions)) (cadr (cadr instructions)))
               (label-targets (cdr instructions))))
        (else (label-targets (cdr instructions)))))

(define (label? instruction)
  (eq? (car instruction) 'label))

(define (thread-jumps instructions targets)
  (if (null? targets)
      instructions
      (map (lambda (instruction)
             (case (car instruction)
               ((jmp) (list 'jmp (final-target (cadr instruction) targets 8)))
               ((jcc) (list 'jcc (cadr instruction)
                            (final-target (caddr instruction) targets 8)))
               (else instruction)))
           instructions)))

(define (final-target label targets steps)
  (let ((entry (assoc label targets)))
    (if (and entry (> steps 0))
        (final-target (cdr entry) targets (- steps 1))
        label)))

(define (used-labels instructions)
  (let loop ((instructions instructions) (used '()))
    (cond ((null? instructions) used)
          ((eq? (car (car instructions)) 'jmp)
           (loop (cdr instructions) (add-label (cadr (car instructions)) used)))
          ((eq? (car (car instructions)) 'jcc)
           (loop (cdr instructions)
                 (add-label (caddr (car instructions)) used)))
          (else (loop (cdr instructions) used)))))

(define (add-label label used)
  (if (member label used)
      used
      (cons label used)))

;; Labels of blocks begin with L and a digit; others are known elsewhere.
(define (drop-labels instructions used)
  (filter (lambda (instruction)
            (not (and (label? instruction)
                      (local-label? (cadr instruction))
                      (not (member (cadr instruction) used)))))
          instructions))

(define (local-label? label)
  (and (char=? (string-ref label 0) #\L)
       (<= 48 (char->integer (string-ref label 1)) 57)))

(define (improve-once instructions)
  (cond ((null? instructions) '())
        ((null? (cdr instructions)) instructions)
        ((useless? (car instructions) (cadr instructions))
         (improve-once (cdr instructions)))
        ((leaves? (car instructions))
         (cons (car instructions)
               (improve-once (skip-unreached (cdr instructions)))))
        ((reversible? instructions)
         (improve-once (reverse-branch instructions)))
        ((move-back? (car instructions) (cadr instructions))
         (improve-once (cons (car instructions) (cddr instructions))))
        (else
         (cons (better-instruction (car instructions))
               (improve-once (cdr instructions))))))

(define (useless? instruction next)
  (case (car instruction)
    ((mov) (eq? (cadr instruction) (caddr instruction)))
    ((jmp) (and (label? next)
                (string=? (cadr next) (cadr instruction))))
    (else #f)))

;; Does control never go on behind the instruction?
(define (leaves? instruction)
  (memq (car instruction) '(jmp ret tail tail-indirect)))

(define (skip-unreached instructions)
  (if (or (null? instructions) (label? (car instructions)))
      instructions
      (skip-unreached (cdr instructions))))

;; jcc to a label behind the jmp that follows.
(define (reversible? instructions)
  (and (eq? (car (car instructions)) 'jcc)
       (eq? (car (cadr instructions)) 'jmp)
       (pair? (cddr instructions))
       (label? (caddr instructions))
       (string=? (caddr (car instructions)) (cadr (caddr instructions)))))

(define (reverse-branch instructions)
  (cons (list 'jcc (opposite (cadr (car instructions)))
              (cadr (cadr instructions)))
        (cddr instructions)))

(define opposite-conditions
  '((e . ne) (ne . e) (l . ge) (ge . l) (g . le) (le . g) (a . be) (be . a)
    (ae . b) (b . ae) (o . no) (no . o)))

(define (opposite condition)
  (cdr (assq condition opposite-conditions)))

;; mov a, b; mov b, a
(define (move-back? instruction next)
  (and (eq? (car instruction) 'mov)
       (eq? (car next) 'mov)
       (same-operand? (cadr instruction) (caddr next))
       (same-operand? (caddr instruction) (cadr next))))

(define (same-operand? a b)
  (cond ((eqv? a b) #t)
        ((and (string? a) (string? b)) (string=? a b))
        ((and (pair? a) (pair? b))
         (and (same-operand? (car a) (car b))
              (same-operand? (cdr a) (cdr b))))
        (else #f)))

(define (better-instruction instruction)
  (case (car instruction)
    ((cmp) (if (and (register? (cadr instruction))
                    (zero-immediate? (caddr instruction)))
               (list 'test (cadr instruction) (cadr instruction))
               instruction))
    (else instruction)))

(define (zero-immediate? operand)
  (and (imm? operand) (= 0 (imm-value operand))))

)
  ))
