;; The compiler as a whole: its passes in a row, each followed by a check of what
;; it gives.
;;
;; `compile-program` takes the forms of a program and gives an image;
;; `compile-to-text` gives it as lines of assembly.  `front-end` are the passes on
;; trees, for the tests to stop after each.

(define-library (bench.local/experiment compiler passes)
  (export compile-program compile-to-text compile-tree front-end
          run-pass passes-source)
  (import (scheme base) (scheme cxr)
          (bench.local/experiment compiler source)
          (bench.local/experiment compiler tree)
          (bench.local/experiment compiler check)
          (bench.local/experiment compiler expand)
          (bench.local/experiment compiler letrec)
          (bench.local/experiment compiler assign)
          (bench.local/experiment compiler simplify)
          (bench.local/experiment compiler normalize)
          (bench.local/experiment compiler loops)
          (bench.local/experiment compiler closure)
          (bench.local/experiment compiler check-code)
          (bench.local/experiment compiler machine)
          (bench.local/experiment compiler constants)
          (bench.local/experiment compiler emit)
          (bench.local/experiment compiler select)
          (bench.local/experiment compiler liveness)
          (bench.local/experiment compiler allocate)
          (bench.local/experiment compiler peephole)
          (bench.local/experiment compiler runtime)
          (bench.local/experiment compiler print))
  (begin

(define-with-source passes-source

;; Each pass on trees: its name, the pass, and the language that it gives.
(define front-end
  (list (list "letrec" fix-letrec fixed-language)
        (list "assign" convert-assignments converted-language)
        (list "simplify" simplify-program converted-language)
        (list "normalize" normalize normal-language)
        (list "loops" find-loops looped-language)))

(define (compile-tree tree)
  (let loop ((passes front-end) (tree tree))
    (if (null? passes)
        tree
        (loop (cdr passes) (run-pass (car passes) tree)))))

;; The check also clears the marks that the pass has left.
(define (run-pass pass tree)
  (let ((result ((cadr pass) tree)))
    (check-tree (caddr pass) (car pass) result)
    result))

(define (compile-program library forms)
  (reset-variables!)
  (reset-registers!)
  (reset-selection!)
  (reset-constants!)
  (let ((tree (expand-program library forms)))
    (check-tree expanded-language "expand" tree)
    (let ((program (convert-closures (compile-tree tree))))
      (check-program program)
      (assemble program))))

(define (compile-to-text library forms)
  (print-image (compile-program library forms)))

(define (assemble program)
  (let* ((main (compile-blocks (select-main (program-main program))))
         (procedures (append-all (map-in-order compile-procedure
                                               (program-procedures program))))
         (code (append (runtime-routines) main procedures)))
    (make-image code (program-data program))))

(define (compile-procedure p)
  (let ((code (compile-blocks (select-procedure p))))
    (if (or (procedure-escapes? p) (procedure-closed? p))
        (improve (append (entry-code p) code))
        code)))

(define (compile-blocks blocks)
  (find-liveness! blocks)
  (check-blocks blocks)
  (let ((allocated (allocate-registers blocks)))
    (improve (flatten-blocks allocated frame-size))))

(define (program-data program)
  (append (list (argument-area)
                (symbol-table (constant-symbols)))
          (map static-closure
               (filter procedure-escapes? (program-procedures program)))
          (map (lambda (label) (list label (imm 7)))
               (program-globals program))
          (constant-data)))

(define (append-all lists)
  (if (null? lists)
      '()
      (append (car lists) (append-all (cdr lists)))))

)
  ))
