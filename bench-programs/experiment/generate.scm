;; Makes a library of a wanted size from the programs of the experiment.
;;
;;   termite generate.scm KILOBYTES DIRECTORY [LIBRARY-KILOBYTES]
;;
;; DIRECTORY becomes a repository: its name N is that of the library
;; (bench.local/experiment N), which exports `run` and `expected` as the programs
;; do.  The code is that of the puzzle, the interpreter and the compiler, as often
;; as it takes, each time under fresh names; `run` has every copy do something
;; small.  The code is spread over libraries (bench.local/experiment N part-I) of
;; at most LIBRARY-KILOBYTES, 50 unless said otherwise, as far as single libraries
;; of the programs are smaller; with 0 all is one library.
;;
;; A copy of a library of the programs is a piece: its number, how many names it
;; defines, those that it exports, and its definitions.  A name x of piece 7 is x.7 everywhere.

(import (scheme base) (scheme read) (scheme write) (scheme file) (scheme cxr)
        (scheme process-context) (only (termite pretty) pp))

;;; Reading the programs

(define (directory-of path)
  (let loop ((i (- (string-length path) 1)))
    (cond ((< i 0) "./")
          ((char=? (string-ref path i) #\/) (substring path 0 (+ i 1)))
          (else (loop (- i 1))))))

(define (last-part path)
  (let loop ((i (- (string-length path) 1)))
    (cond ((< i 0) path)
          ((char=? (string-ref path i) #\/)
           (substring path (+ i 1) (string-length path)))
          (else (loop (- i 1))))))

(define here (directory-of (car (command-line))))

(define (read-library repository file)
  (call-with-input-file
      (string-append here "repositories/" repository "/" file ".sld")
    read))

(define (clauses library name)
  (apply append
         (map cdr
              (filter-list (lambda (clause) (eq? (car clause) name))
                           (cddr library)))))

(define (filter-list keep? items)
  (cond ((null? items) '())
        ((keep? (car items))
         (cons (car items) (filter-list keep? (cdr items))))
        (else (filter-list keep? (cdr items)))))

;; The definitions of a library; those kept as data too are code only.
(define (library-forms library)
  (apply append (map plain-forms (clauses library 'begin))))

(define (plain-forms form)
  (if (eq? (car form) 'define-with-source)
      (cddr form)
      (list form)))

;; The last parts of the names of the programs' own libraries that are imported.
(define (own-imports library)
  (map (lambda (name) (list-ref name (- (length name) 1)))
       (filter-list (lambda (name) (eq? (car name) 'bench.local/experiment))
                    (clauses library 'import))))

;;; Names

(define (defined-names form)
  (case (car form)
    ((define)
     (let loop ((target (cadr form)))
       (if (pair? target) (loop (car target)) (list target))))
    ((define-syntax) (list (cadr form)))
    ((define-record-type) (record-names (cdr form)))
    (else '())))

(define (record-names parts)
  (append (list (car parts) (car (cadr parts)) (caddr parts))
          (apply append (map cdr (cdddr parts)))))

(define (numbered name number)
  (string->symbol
   (string-append (symbol->string name) "." (number->string number))))

(define (name-table names number)
  (map (lambda (name) (cons name (numbered name number))) names))

;; A form with the names of a table replaced wherever they are code.  Local
;; variables of the same names are replaced too, which changes nothing.
(define (rename form table)
  (cond ((symbol? form)
         (let ((entry (assq form table)))
           (if entry (cdr entry) form)))
        ((not (pair? form)) form)
        ((eq? (car form) 'quote) form)
        ((eq? (car form) 'quasiquote)
         (list 'quasiquote (rename-quasi (cadr form) table)))
        ((eq? (car form) 'case)
         (cons 'case
               (cons (rename (cadr form) table)
                     (map (lambda (clause)
                            (cons (car clause) (rename (cdr clause) table)))
                          (cddr form)))))
        (else (cons (rename (car form) table) (rename (cdr form) table)))))

(define (rename-quasi x table)
  (cond ((not (pair? x)) x)
        ((and (memq (car x) '(unquote unquote-splicing))
              (pair? (cdr x)) (null? (cddr x)))
         (list (car x) (rename (cadr x) table)))
        (else (cons (rename-quasi (car x) table)
                    (rename-quasi (cdr x) table)))))

;;; Pieces

(define-record-type piece
  (make-piece number size exports forms)
  piece?
  (number piece-number)
  (size piece-size)
  (exports piece-exports)
  (forms piece-forms))

(define piece-count 0)

(define (next-number!)
  (set! piece-count (+ piece-count 1))
  piece-count)

;; The pieces of a copy of some libraries, in an order in which each comes after
;; those that it imports, and at the end a piece with the procedure `check`, whose
;; body is given in the names of all libraries.
(define (copy-program libraries body)
  (let loop ((libraries libraries) (tables '()) (pieces '()))
    (if (null? libraries)
        (reverse (cons (check-piece body tables) pieces))
        (let* ((number (next-number!))
               (library (cdar libraries))
               (forms (library-forms library))
               (names (apply append (map defined-names forms)))
               (own (name-table names number))
               (exports (exported own (clauses library 'export)))
               (table (append own (imported-tables library tables))))
          (loop (cdr libraries)
                (cons (cons (caar libraries) exports) tables)
                (cons (make-piece number (length own) (map cdr exports)
                                  (rename forms table))
                      pieces))))))

(define (exported table names)
  (filter-list (lambda (entry) (memq (car entry) names)) table))

(define (imported-tables library tables)
  (apply append
         (map (lambda (name)
                (let ((entry (assq name tables)))
                  (if entry (cdr entry) '())))
              (own-imports library))))

(define (check-piece body tables)
  (let* ((number (next-number!))
         (name (numbered 'check number)))
    (make-piece number 1 (list name)
                `((define (,name)
                    ,(rename body (apply append (map cdr tables))))))))

(define (read-libraries repository files)
  (map (lambda (file)
         (cons (string->symbol file) (read-library repository file)))
       files))

(define puzzle-libraries
  (read-libraries "puzzle" '("puzzle")))

(define scheme-libraries
  (read-libraries "scheme" '("reader" "syntax" "derived" "analyze" "primitives"
                             "programs" "scheme")))

(define compiler-libraries
  (read-libraries "compiler"
                  '("reader" "tree" "primitives" "expand" "check" "letrec"
                    "assign" "simplify" "normalize" "loops" "closure" "machine"
                    "check-code" "constants" "emit" "select" "liveness"
                    "allocate" "peephole" "runtime" "print" "library" "passes"
                    "evaluate" "simulate")))

;;; What copies do

;; Small programs and their values, as the test of the compiler has them.
(define small-programs
  (let ((form (list-ref (library-forms (read-library "compiler" "programs")) 0)))
    (cadr (caddr form))))

(define interpreted-programs
  '(("(define (count n) (if (= n 0) '() (cons n (count (- n 1))))) (count 3)"
     (3 2 1))
    ("(let loop ((i 0) (sum 0)) (if (= i 100) sum (loop (+ i 1) (+ sum i))))"
     4950)
    ("(guard (e ((symbol? e) (list e 'caught))) (raise 'x))" (x caught))
    ("(define-syntax twice (syntax-rules () ((_ e) (list e e))))
      (define-record-type p (make-p x) p? (x p-x))
      (twice (p-x (make-p `(1 ,(+ 1 1)))))"
     ((1 2) (1 2)))))

(define (element-at items n)
  (list-ref items (modulo n (length items))))

;; Each copy: its pieces and the value that its check has.
(define (copy-puzzle n)
  (cons (copy-program puzzle-libraries '(run)) 2005))

(define (copy-scheme n)
  (let ((program (element-at interpreted-programs n)))
    (cons (copy-program scheme-libraries
                        `(scheme-eval-string (make-interpreter)
                                             ,(car program)))
          (cadr program))))

(define (copy-compiler n)
  (let ((program (element-at small-programs n)))
    (cons (copy-program
           compiler-libraries
           `(let* ((forms (read-program ,(cadr program)))
                   (image (compile-program library-source forms)))
              (list (simulate image 130000)
                    (evaluate-tree (expand-program library-source forms))
                    (string? (car (print-image image))))))
          (list (caddr program) (caddr program) #t))))

;;; Choosing copies

(define (text-of form)
  (let ((port (open-output-string)))
    (pp form port)
    (get-output-string port)))

(define (forms-size forms)
  (apply + (map (lambda (form) (string-length (text-of form))) forms)))

(define (copy-size copy)
  (apply + (map (lambda (piece) (forms-size (piece-forms piece)))
                (car copy))))

;; Copies of the compiler while they fit, then of the interpreter, then of the
;; puzzle: all that fit, but one of each at least.
(define (choose-copies size)
  (let loop ((makers (list copy-compiler copy-scheme copy-puzzle))
             (n 0) (room size) (copies '()))
    (if (null? makers)
        (reverse copies)
        (let* ((copy ((car makers) n))
               (needed (copy-size copy)))
          (if (or (= n 0) (<= needed room))
              (loop makers (+ n 1) (- room needed) (cons copy copies))
              (loop (cdr makers) 0 room copies))))))

;;; Libraries

;; Lists of pieces that make a library each.
(define (group-pieces pieces limit)
  (let loop ((pieces pieces) (group '()) (size 0) (groups '()))
    (if (null? pieces)
        (reverse (if (null? group) groups (cons (reverse group) groups)))
        (let ((more (forms-size (piece-forms (car pieces)))))
          (if (and (pair? group) (> limit 0) (> (+ size more) limit))
              (loop pieces '() 0 (cons (reverse group) groups))
              (loop (cdr pieces) (cons (car pieces) group) (+ size more)
                    groups))))))

(define host-imports
  '((scheme base) (scheme char) (scheme cxr) (scheme inexact) (scheme write)))

(define (part-name index)
  (string->symbol (string-append "part-" (number->string index))))

;; A set of symbols: buckets by the length of the name.
(define (symbols-in x found)
  (cond ((symbol? x)
         (let* ((buckets (vector-length found))
                (i (modulo (string-length (symbol->string x)) buckets)))
           (if (not (memq x (vector-ref found i)))
               (vector-set! found i (cons x (vector-ref found i))))))
        ((pair? x)
         (symbols-in (car x) found)
         (symbols-in (cdr x) found)))
  found)

(define (uses-any? found names)
  (let loop ((names names))
    (and (pair? names)
         (or (memq (car names)
                   (vector-ref found
                               (modulo (string-length
                                        (symbol->string (car names)))
                                       (vector-length found))))
             (loop (cdr names))))))

;; The earlier parts that a group needs; parts are (name . names).
(define (needed-parts forms parts)
  (let ((found (symbols-in forms (make-vector 64 '()))))
    (map car
         (filter-list (lambda (part) (uses-any? found (cdr part)))
                      parts))))

(define (library-name repository . rest)
  (cons 'bench.local/experiment (cons repository rest)))

(define (write-library path name exports imports forms comment)
  (if (file-exists? path)
      (delete-file path))
  (call-with-output-file path
    (lambda (port)
      (write-string comment port)
      (write-string "(define-library " port)
      (write name port)
      (newline port)
      (pp (cons 'export exports) port)
      (pp (cons 'import imports) port)
      (write-string "(begin\n" port)
      (for-each (lambda (form)
                  (newline port)
                  (pp form port))
                forms)
      (write-string "))\n" port))))

(define part-comment
  ";; Generated by generate.scm: copies of libraries of the other programs.\n\n")

(define main-comment
  ";; Generated by generate.scm.  (run) has each copy of the programs do its check.\n\n")

(define (write-parts! groups repository directory)
  (let loop ((groups groups) (index 1) (parts '()))
    (if (null? groups)
        parts
        (let* ((name (part-name index))
               (group (car groups))
               (forms (apply append (map piece-forms group)))
               (exports (apply append (map piece-exports group))))
          (write-library
           (string-append directory "/" (symbol->string name) ".sld")
           (library-name repository name)
           exports
           (append host-imports
                   (map (lambda (part) (library-name repository part))
                        (needed-parts forms parts)))
           forms part-comment)
          (loop (cdr groups) (+ index 1)
                (cons (cons name exports) parts))))))

(define (check-name copy)
  (car (piece-exports (list-ref (car copy) (- (length (car copy)) 1)))))

(define (main-forms copies)
  `((define (run)
      (list ,@(map (lambda (copy) (list (check-name copy))) copies)))
    (define expected
      ',(map cdr copies))))

(define (generate size directory limit)
  (let* ((repository (string->symbol (last-part directory)))
         (copies (choose-copies size))
         (pieces (apply append (map car copies)))
         (main (main-forms copies))
         (path (string-append directory "/" (symbol->string repository)
                              ".sld")))
    (if (= limit 0)
        (write-library path (library-name repository) '(run expected)
                       host-imports
                       (append (apply append (map piece-forms pieces)) main)
                       main-comment)
        (let ((parts (write-parts! (group-pieces pieces limit)
                                   repository directory)))
          (write-library path (library-name repository) '(run expected)
                         (cons '(scheme base)
                               (map (lambda (part)
                                      (library-name repository part))
                                    (needed-parts main parts)))
                         main main-comment)))
    (for-each display
              (list (length copies) " copies, " (length pieces) " pieces, "
                    (apply + (map piece-size pieces))
                    " names\n"))))

(let ((arguments (cdr (command-line))))
  (if (not (memv (length arguments) '(2 3)))
      (begin
        (display "usage: generate.scm KILOBYTES DIRECTORY [LIBRARY-KILOBYTES]\n"
                 (current-error-port))
        (exit 64))
      (generate (* 1024 (string->number (car arguments)))
                (cadr arguments)
                (* 1024 (if (pair? (cddr arguments))
                            (string->number (caddr arguments))
                            50)))))
