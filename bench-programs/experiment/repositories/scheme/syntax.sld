;; Names and macros of the interpreted language: identifiers, scopes, and
;; syntax-rules.
;;
;; An identifier is a symbol or an alias.  An alias stands for a name that a
;; macro's template put into a program: it is new at each expansion, so that what
;; it binds captures nothing, and where nothing binds it, it means what its name
;; means in the scope of the macro's definition.
;;
;; A scope maps identifiers to denotations: a `local` is a place in a frame at run
;; time, a `global` a cell of the world, a `macro` a transformer with its scope, a
;; `special` a form that the analyser knows.  The world is the outermost scope.

(define-library (bench.local/experiment scheme syntax)
  (export identifier? make-alias identifier-name strip
          make-world world? make-scope scope-parent scope-size
          scope-framed? set-scope-framed!!
          bind-local! bind-denotation! lookup world-of
          local? local-scope local-index depth-between
          global? global-name global-value set-global-value!
          unbound unbound?
          make-special special? special-handler
          make-macro macro? macro-transformer
          world-global world-bind!
          make-syntax-rules)
  (import (scheme base) (scheme cxr))
  (begin

;;; Identifiers

(define-record-type alias
  (make-alias name scope)
  alias?
  (name alias-name)
  (scope alias-scope))

(define (identifier? x)
  (or (symbol? x) (alias? x)))

;; The symbol that was written.
(define (identifier-name id)
  (if (alias? id)
      (identifier-name (alias-name id))
      id))

;; A datum in which the aliases are symbols again.
(define (strip x)
  (cond ((alias? x) (identifier-name x))
        ((pair? x) (cons (strip (car x)) (strip (cdr x))))
        ((vector? x) (vector-map strip x))
        (else x)))

;;; Denotations

(define-record-type local
  (make-local scope index)
  local?
  (scope local-scope)
  (index local-index))

(define-record-type global
  (make-global name value)
  global?
  (name global-name)
  (value global-value set-global-value!))

(define-record-type special
  (make-special handler)
  special?
  (handler special-handler))

(define-record-type macro
  (make-macro transformer)
  macro?
  (transformer macro-transformer))

(define-record-type unbound-mark
  (make-unbound-mark)
  unbound?)

(define unbound (make-unbound-mark))

;;; The world: a table of symbols, hashed by their spelling

(define bucket-count 127)

(define-record-type world
  (new-world buckets)
  world?
  (buckets world-buckets))

(define (make-world)
  (new-world (make-vector bucket-count '())))

(define (spelling-hash symbol)
  (let ((text (symbol->string symbol)))
    (let loop ((i 0) (hash 7))
      (if (= i (string-length text))
          hash
          (loop (+ i 1)
                (remainder (+ (* hash 31) (char->integer (string-ref text i)))
                           bucket-count))))))

(define (world-bind! world symbol denotation)
  (let* ((buckets (world-buckets world))
         (i (spelling-hash symbol))
         (entry (assq symbol (vector-ref buckets i))))
    (if entry
        (set-cdr! entry denotation)
        (vector-set! buckets i
                     (cons (cons symbol denotation) (vector-ref buckets i))))))

;; What a symbol denotes in the world; a cell without a value if it is new.
(define (world-denotation world symbol)
  (let ((entry (assq symbol
                     (vector-ref (world-buckets world) (spelling-hash symbol)))))
    (if entry
        (cdr entry)
        (let ((cell (make-global symbol unbound)))
          (world-bind! world symbol cell)
          cell))))

;; The cell of a global variable; a macro or a special form of that name gives
;; way to it.
(define (world-global world symbol)
  (let ((denotation (world-denotation world symbol)))
    (if (global? denotation)
        denotation
        (let ((cell (make-global symbol unbound)))
          (world-bind! world symbol cell)
          cell))))

;;; Scopes

;; `size` is the number of places that a frame of this scope has; a scope that is
;; not framed holds macros only and does not exist at run time.
(define-record-type scope
  (new-scope entries size framed? parent)
  scope?
  (entries scope-entries set-scope-entries!)
  (size scope-size set-scope-size!)
  (framed? scope-framed? set-scope-framed!!)
  (parent scope-parent))

(define (make-scope parent)
  (new-scope '() 0 #t parent))

(define (bind-denotation! scope id denotation)
  (set-scope-entries! scope (cons (cons id denotation) (scope-entries scope))))

;; A place for a variable in the frames of the scope.  Place 0 is the parent's.
(define (bind-local! scope id)
  (let ((size (+ 1 (scope-size scope))))
    (set-scope-size! scope size)
    (bind-denotation! scope id (make-local scope size))))

(define (world-of scope)
  (if (world? scope)
      scope
      (world-of (scope-parent scope))))

(define (lookup id scope)
  (cond ((world? scope)
         (if (alias? id)
             (lookup (alias-name id) (alias-scope id))
             (world-denotation scope id)))
        ((assq id (scope-entries scope)) => cdr)
        (else (lookup id (scope-parent scope)))))

;; How many frames lie between a scope and one that encloses it.
(define (depth-between inner outer)
  (let loop ((scope inner) (depth 0))
    (cond ((eq? scope outer) depth)
          ((scope-framed? scope) (loop (scope-parent scope) (+ depth 1)))
          (else (loop (scope-parent scope) depth)))))

;;; syntax-rules (R7RS 4.3.2)

;; A transformer: a procedure of a form and the scope of its use.  `scope` is
;; that of the definition.
(define (make-syntax-rules ellipsis literals rules scope)
  (lambda (form use-scope)
    (let loop ((rules rules))
      (if (null? rules)
          (error "no rule of the macro matches" (strip form))
          (let ((bindings (match (cdr (caar rules)) (cdr form) '()
                                 (make-rule-context ellipsis literals
                                                    scope use-scope))))
            (if bindings
                (instantiate (cadar rules) bindings ellipsis scope)
                (loop (cdr rules))))))))

(define-record-type rule-context
  (make-rule-context ellipsis literals scope use-scope)
  rule-context?
  (ellipsis context-ellipsis)
  (literals context-literals)
  (scope context-scope)
  (use-scope context-use-scope))

(define (wildcard? id)
  (eq? (identifier-name id) '_))

;; Extends the bindings by those of the pattern's variables, or gives #f.
(define (match pattern form bindings context)
  (cond ((identifier? pattern)
         (match-identifier pattern form bindings context))
        ((and (pair? pattern) (pair? (cdr pattern))
              (eq? (cadr pattern) (context-ellipsis context)))
         (match-repeated pattern form bindings context))
        ((pair? pattern)
         (and (pair? form)
              (let ((bindings (match (car pattern) (car form) bindings context)))
                (and bindings
                     (match (cdr pattern) (cdr form) bindings context)))))
        ((vector? pattern)
         (and (vector? form)
              (match (vector->list pattern) (vector->list form)
                     bindings context)))
        (else (and (equal? pattern form) bindings))))

(define (match-identifier pattern form bindings context)
  (cond ((memq pattern (context-literals context))
         (and (identifier? form)
              (eq? (lookup form (context-use-scope context))
                   (lookup pattern (context-scope context)))
              bindings))
        ((wildcard? pattern) bindings)
        (else (cons (cons pattern form) bindings))))

;; A pattern before an ellipsis takes as many forms as the tail leaves over.
(define (match-repeated pattern form bindings context)
  (let* ((tail (cddr pattern))
         (count (- (proper-length form) (proper-length tail))))
    (and (>= count 0)
         (let loop ((count count) (form form) (matches '()))
           (if (> count 0)
               (let ((one (match (car pattern) (car form) '() context)))
                 (and one (loop (- count 1) (cdr form) (cons one matches))))
               (match tail form
                      (cons (cons (pattern-variables (car pattern) context)
                                  (reverse matches))
                            bindings)
                      context))))))

(define (proper-length x)
  (let loop ((x x) (n 0))
    (if (pair? x) (loop (cdr x) (+ n 1)) n)))

(define (pattern-variables pattern context)
  (cond ((identifier? pattern)
         (if (or (eq? pattern (context-ellipsis context))
                 (memq pattern (context-literals context)))
             '()
             (list pattern)))
        ((pair? pattern)
         (append (pattern-variables (car pattern) context)
                 (pattern-variables (cdr pattern) context)))
        ((vector? pattern)
         (pattern-variables (vector->list pattern) context))
        (else '())))

;; The template with the bindings in place of the variables and with an alias in
;; place of every other identifier.
(define (instantiate template bindings ellipsis scope)
  (let ((renames '()))
    (define (rename id)
      (let ((entry (assq id renames)))
        (if entry
            (cdr entry)
            (let ((new (make-alias id scope)))
              (set! renames (cons (cons id new) renames))
              new))))
    (define (build template bindings ellipsis)
      (cond ((identifier? template)
             (let ((entry (assq template bindings)))
               (if entry (cdr entry) (rename template))))
            ((not (pair? template))
             (if (vector? template)
                 (list->vector
                  (build (vector->list template) bindings ellipsis))
                 template))
            ((and ellipsis (eq? (car template) ellipsis))
             (build (cadr template) bindings #f))
            ((and ellipsis (pair? (cdr template))
                  (eq? (cadr template) ellipsis))
             (build-repeated template bindings ellipsis))
            (else (cons (build (car template) bindings ellipsis)
                        (build (cdr template) bindings ellipsis)))))
    ;; Each further ellipsis flattens one level more.
    (define (build-repeated template bindings ellipsis)
      (let loop ((rest (cddr template)) (depth 1))
        (if (and (pair? rest) (eq? (car rest) ellipsis))
            (loop (cdr rest) (+ depth 1))
            (append (build-depth (car template) depth bindings ellipsis)
                    (build rest bindings ellipsis)))))
    (define (build-depth template depth bindings ellipsis)
      (let ((instances
             (map (lambda (bindings)
                    (if (= depth 1)
                        (build template bindings ellipsis)
                        (build-depth template (- depth 1) bindings ellipsis)))
                  (unrolled template bindings))))
        (if (= depth 1)
            instances
            (apply append instances))))
    (build template bindings ellipsis)))

;; One list of bindings for each repetition of the variables in a template.
(define (unrolled template bindings)
  (let ((rows (repetitions template bindings)))
    (if (null? rows)
        (error "no variable to repeat in a template" (strip template)))
    (let loop ((rows rows))
      (if (let any-empty ((rows rows))
            (and (pair? rows)
                 (or (null? (car rows)) (any-empty (cdr rows)))))
          '()
          (cons (append (apply append (map car rows)) bindings)
                (loop (map cdr rows)))))))

;; The repeated bindings that concern a template.
(define (repetitions template bindings)
  (cond ((null? bindings) '())
        ((and (list? (caar bindings)) (mentions? template (caar bindings)))
         (cons (cdar bindings) (repetitions template (cdr bindings))))
        (else (repetitions template (cdr bindings)))))

(define (mentions? template ids)
  (cond ((pair? template)
         (or (mentions? (car template) ids) (mentions? (cdr template) ids)))
        ((vector? template) (mentions? (vector->list template) ids))
        (else (memq template ids))))

  ))
