;; Liveness: which registers hold a value at the start of each block that may
;; still be read.
;;
;; The usual equations, solved backwards by going over the blocks until nothing
;; changes.  Sets of registers are lists.  r14, r15 and rsp always hold what they
;; hold and are left out.

(define-library (bench.local/experiment compiler liveness)
  (export find-liveness! live-before live-out scan-block liveness-source)
  (import (scheme base)
          (bench.local/experiment compiler source)
          (bench.local/experiment compiler tree)
          (bench.local/experiment compiler machine))
  (begin

(define-with-source liveness-source

(define (find-liveness! blocks)
  (for-each (lambda (block) (set-block-live-in! block '())) blocks)
  (let ((table (map (lambda (block) (cons (block-label block) block)) blocks))
        (backwards (reverse blocks)))
    (link-successors! backwards table)
    (let loop ()
      (if (update-all! backwards)
          (loop)))))

;; The successors of each block as blocks, in an association list.
(define successor-blocks '())

(define (link-successors! blocks table)
  (set! successor-blocks
        (map (lambda (block)
               (cons block
                     (map (lambda (label) (cdr (assoc label table)))
                          (block-successors block))))
             blocks)))

;; Does any block's set grow?
(define (update-all! blocks)
  (let ((changed #f))
    (for-each (lambda (block)
                (let ((live (scan-block block (lambda (i live) #f))))
                  (if (> (length live) (length (block-live-in block)))
                      (begin
                        (set-block-live-in! block live)
                        (set! changed #t)))))
              blocks)
    changed))

;; The registers that are live where a block is left.
(define (live-out block)
  (let loop ((blocks (cdr (assq block successor-blocks))) (live '()))
    (if (null? blocks)
        live
        (loop (cdr blocks)
              (union-items (block-live-in (car blocks)) live)))))

;; Goes backwards through a block.  `visit` gets each instruction with what is
;; live after it; the result is what is live before all.
(define (scan-block block visit)
  (let loop ((instructions (reverse (block-instructions block)))
             (live (live-out block)))
    (if (null? instructions)
        live
        (begin
          (visit (car instructions) live)
          (loop (cdr instructions)
                (live-before (car instructions) live))))))

(define (live-before instruction live)
  (let loop ((reads (instruction-reads instruction))
             (live (without-items (instruction-writes instruction) live)))
    (cond ((null? reads) live)
          ((memq (car reads) reserved) (loop (cdr reads) live))
          (else (loop (cdr reads) (add-item (car reads) live))))))

(define reserved (list r14 r15 rsp))

(define (without-items items live)
  (cond ((null? items) live)
        ((memq (car items) live)
         (without-items (cdr items) (remove-item (car items) live)))
        (else (without-items (cdr items) live))))

)
  ))
