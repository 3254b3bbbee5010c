;; Register allocation by colouring the interference graph (Chaitin, Briggs).
;;
;;   input:  blocks on virtual registers
;;   output: the same blocks on physical registers and slots of the frame
;;
;; What lives across a call goes to the frame, since no register outlives one.  The
;; others are coloured: registers with few neighbours are taken out of the graph
;; first and coloured last; when none has few, one that can be spilled is taken
;; out in the hope that a colour will be left.  Those for which none is left go to
;; the frame, instructions that cannot work there get short-lived registers, and
;; all begins anew.  A register prefers the colour of one that it is moved to or
;; from.

(define-library (bench.local/experiment compiler allocate)
  (export allocate-registers frame-size allocate-source)
  (import (scheme base) (scheme cxr)
          (bench.local/experiment compiler source)
          (bench.local/experiment compiler tree)
          (bench.local/experiment compiler machine)
          (bench.local/experiment compiler liveness))
  (begin

(define-with-source allocate-source

;; The number of slots that the procedure at hand needs.
(define frame-size 0)

;; The virtual registers of the procedure, in the order in which they were found.
(define graph-nodes '())

;; Gives the blocks; the size of their frame is in frame-size.
(define (allocate-registers blocks)
  (set! frame-size 0)
  (let loop ((round 0))
    (if (> round 12)
        (error "registers cannot be allocated" (block-label (car blocks))))
    (find-liveness! blocks)
    (remove-dead-moves! blocks)
    (build-graph! blocks)
    (color-graph!)
    (let ((spilled (filter (lambda (r) (not (register-color r))) graph-nodes)))
      (if (null? spilled)
          (replace-registers! blocks)
          (begin
            (assign-slots! spilled)
            (spill! blocks)
            (loop (+ round 1)))))))

;; A move into a register that nobody reads has no use.
(define (remove-dead-moves! blocks)
  (for-each
   (lambda (block)
     (let ((kept '()))
       (scan-block block
                   (lambda (instruction live)
                     (if (not (dead-move? instruction live))
                         (set! kept (cons instruction kept)))))
       (set-block-instructions! block kept)))
   blocks))

(define (dead-move? instruction live)
  (and (eq? (operation instruction) 'mov)
       (register? (cadr instruction))
       (not (physical? (cadr instruction)))
       (not (memq (cadr instruction) live))))

;;; The graph

(define (build-graph! blocks)
  (set! graph-nodes '())
  (for-each reset-node! allocatable-registers)
  (for-each (lambda (block)
              (for-each (lambda (instruction)
                          (for-each reset-node!
                                    (instruction-writes instruction))
                          (for-each reset-node!
                                    (instruction-reads instruction)))
                        (block-instructions block)))
            blocks)
  (for-each (lambda (block) (scan-block block note-interference!)) blocks)
  (set! graph-nodes (reverse graph-nodes)))

(define (reset-node! register)
  (set-register-neighbours! register '())
  (set-register-hints! register '())
  (if (not (physical? register))
      (begin
        (set-register-color! register #f)
        (set-register-mark! register 'new))))

(define (add-node! register)
  (if (eq? (register-mark register) 'new)
      (begin
        (set-register-mark! register #f)
        (set! graph-nodes (cons register graph-nodes)))))

;; What an instruction writes interferes with what is live after it, but for the
;; source of a move, which has the same value.
(define (note-interference! instruction live)
  (let ((source (and (move-instruction? instruction) (caddr instruction))))
    (for-each (lambda (written)
                (add-node! written)
                (for-each (lambda (other)
                            (if (not (or (eq? other written)
                                         (eq? other source)))
                                (add-edge! written other)))
                          live))
              (instruction-writes instruction))
    (if source
        (add-hint! (cadr instruction) source)))
  (if (call-instruction? instruction)
      (for-each (lambda (register)
                  (if (not (memq register (instruction-writes instruction)))
                      (mark-crossing! register)))
                live)))

(define (mark-crossing! register)
  (add-node! register)
  (set-register-mark! register 'crossing))

(define (add-edge! a b)
  (if (not (memq a (register-neighbours b)))
      (begin
        (set-register-neighbours! a (cons b (register-neighbours a)))
        (set-register-neighbours! b (cons a (register-neighbours b))))))

(define (add-hint! a b)
  (set-register-hints! a (cons b (register-hints a)))
  (set-register-hints! b (cons a (register-hints b))))

;;; Colouring

(define color-count 13)

(define (color-graph!)
  (let* ((parts (partition-by crossing? graph-nodes))
         (order (removal-order (cdr parts))))
    (for-each color-node! order)))

(define (crossing? register)
  (eq? (register-mark register) 'crossing))

;; The nodes in the order in which to colour them: the first removed is last.
;; The mark of a removed node is 'removed.
(define (removal-order nodes)
  (let loop ((nodes nodes) (order '()))
    (if (null? nodes)
        order
        (let* ((parts (partition-by low-degree? nodes))
               (chosen (if (null? (car parts))
                           (list (spill-candidate (cdr parts)))
                           (car parts))))
          (for-each (lambda (r) (set-register-mark! r 'removed)) chosen)
          (loop (if (null? (car parts))
                    (remove-item (car chosen) nodes)
                    (cdr parts))
                (append chosen order))))))

(define (low-degree? register)
  (< (degree register) color-count))

;; Neighbours that compete for a colour.
(define (degree register)
  (let loop ((neighbours (register-neighbours register)) (count 0))
    (cond ((null? neighbours) count)
          ((memq (register-mark (car neighbours)) '(removed crossing))
           (loop (cdr neighbours) count))
          (else (loop (cdr neighbours) (+ count 1))))))

;; The one with most neighbours of those that may go to the frame.
(define (spill-candidate nodes)
  (let loop ((rest (cdr nodes)) (best (car nodes)))
    (cond ((null? rest) best)
          ((better-spill? (car rest) best) (loop (cdr rest) (car rest)))
          (else (loop (cdr rest) best)))))

(define (better-spill? a b)
  (cond ((register-fixed? a) #f)
        ((register-fixed? b) #t)
        (else (> (degree a) (degree b)))))

(define (color-node! register)
  (let ((taken (map register-color (register-neighbours register))))
    (set-register-color! register
                         (or (hinted-color register taken)
                             (first-free allocatable-registers taken)))))

(define (hinted-color register taken)
  (let loop ((hints (register-hints register)))
    (and (pair? hints)
         (let ((color (register-color (car hints))))
           (if (and color
                    (memq color allocatable-registers)
                    (not (memq color taken)))
               color
               (loop (cdr hints)))))))

(define (first-free colors taken)
  (cond ((null? colors) #f)
        ((memq (car colors) taken) (first-free (cdr colors) taken))
        (else (car colors))))

;;; Spilling

;; Neighbours get different slots.
(define (assign-slots! registers)
  (let ((base frame-size))
    (for-each
     (lambda (register)
       (if (and (register-fixed? register) (not (crossing? register)))
           (error "a short-lived register finds no place" register))
       (let ((taken (map register-slot (register-neighbours register))))
         (let loop ((n base))
           (if (memv n taken)
               (loop (+ n 1))
               (begin
                 (set-register-slot! register n)
                 (if (>= n frame-size)
                     (set! frame-size (+ n 1))))))))
     registers)))

(define (spill! blocks)
  (for-each
   (lambda (block)
     (set-block-instructions! block
                              (spill-instructions
                               (block-instructions block))))
   blocks))

(define (spill-instructions instructions)
  (if (null? instructions)
      '()
      (append (spill-instruction (car instructions))
              (spill-instructions (cdr instructions)))))

(define (spill-operand operand)
  (if (and (register? operand) (register-slot operand))
      (slot (register-slot operand))
      operand))

;; An instruction that mentions slots, as those that the machine has.
(define (spill-instruction instruction)
  (if (not (any? mentions-spilled? (cdr instruction)))
      (list instruction)
      (let* ((loads (spilled-bases instruction))
             (based (replace-all instruction loads))
             (placed (map-operands spill-operand based)))
        (append (map load-slot loads)
                (repair placed)))))

(define (mentions-spilled? operand)
  (cond ((register? operand) (and (register-slot operand) #t))
        ((and (pair? operand) (eq? (car operand) 'mem))
         (any? mentions-spilled? (cdr operand)))
        (else #f)))

;; The spilled registers inside memory operands, each with one to load it into.
(define (spilled-bases instruction)
  (let loop ((operands (cdr instruction)) (loads '()))
    (cond ((null? operands) loads)
          ((and (pair? (car operands)) (eq? (car (car operands)) 'mem))
           (loop (cdr operands) (add-loads (cdr (car operands)) loads)))
          (else (loop (cdr operands) loads)))))

(define (add-loads parts loads)
  (cond ((null? parts) loads)
        ((and (register? (car parts)) (register-slot (car parts))
              (not (assq (car parts) loads)))
         (add-loads (cdr parts)
                    (cons (cons (car parts) (make-fixed-virtual)) loads)))
        (else (add-loads (cdr parts) loads))))

(define (load-slot load)
  (list 'mov (cdr load) (slot (register-slot (car load)))))

(define (replace-all instruction loads)
  (cons (car instruction)
        (map (lambda (operand)
               (if (and (pair? operand) (eq? (car operand) 'mem))
                   (map (lambda (part)
                          (let ((load (and (register? part)
                                           (assq part loads))))
                            (if load (cdr load) part)))
                        operand)
                   operand))
             (cdr instruction))))

;; lea, imul and indirect calls need registers, and no instruction takes two
;; operands in memory.
(define (repair instruction)
  (let ((operation (car instruction))
        (target (cadr instruction))
        (source (if (pair? (cddr instruction)) (caddr instruction) #f)))
    (cond ((and (slot? target) (memq operation '(lea imul)))
           (through-register operation target source))
          ((and (memory? target) (memory? source))
           (let ((scratch (make-fixed-virtual)))
             (list (list 'mov scratch source)
                   (list operation target scratch))))
          (else (list instruction)))))

(define (through-register operation target source)
  (let ((scratch (make-fixed-virtual)))
    (if (eq? operation 'lea)
        (list (list 'lea scratch source)
              (list 'mov target scratch))
        (list (list 'mov scratch target)
              (list operation scratch source)
              (list 'mov target scratch)))))

;;; The result

(define (replace-registers! blocks)
  (for-each
   (lambda (block)
     (set-block-instructions!
      block
      (map (lambda (instruction) (map-operands colored instruction))
           (block-instructions block))))
   blocks)
  blocks)

(define (colored operand)
  (cond ((register? operand) (register-color operand))
        ((and (pair? operand) (eq? (car operand) 'mem))
         (map (lambda (part) (if (register? part) (register-color part) part))
              operand))
        (else operand)))

)
  ))
