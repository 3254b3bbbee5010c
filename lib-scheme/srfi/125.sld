;;; SRFI 125, hash tables, whole. They are the tables of SRFI 69 and (termite hash-table).
;;;
;;; Where SRFI 125 takes a comparator, an equivalence and a hash function do as well, as in
;;; SRFI 69. All tables are mutable. Walking goes over a copy of the entries, so that the
;;; procedure may change the table.

(define-library (srfi 125)
  (export
   ;; constructors
   make-hash-table hash-table hash-table-unfold alist->hash-table
   ;; predicates
   hash-table? hash-table-contains? hash-table-exists? hash-table-empty? hash-table=?
   hash-table-mutable?
   ;; accessors and mutators
   hash-table-ref hash-table-ref/default
   hash-table-set! hash-table-delete! hash-table-intern! hash-table-update!
   hash-table-update!/default hash-table-pop! hash-table-clear!
   ;; the whole table
   hash-table-size hash-table-keys hash-table-values hash-table-entries hash-table-find
   hash-table-count
   hash-table-map hash-table-for-each hash-table-walk hash-table-map! hash-table-map->list
   hash-table-fold hash-table-prune!
   hash-table-copy hash-table-empty-copy hash-table->alist
   ;; sets
   hash-table-union! hash-table-merge! hash-table-intersection! hash-table-difference!
   hash-table-xor!
   ;; hashing
   hash string-hash string-ci-hash hash-by-identity
   hash-table-equivalence-function hash-table-hash-function)
  (import (termite core)
          (only (termite primitives) car cdr caar cdar cadr cddr pair? null? not
                + = apply procedure? error values void)
          (termite runtime)
          (termite list)
          (rename (except (termite hash-table)
                          hash-table hash-table-count symbol-hash hash-table-merge!
                          alist->hash-table)
                  (make-hash-table make-table)
                  (hash-table-set! set-1!)
                  (hash-table-delete! delete-1!))
          (only (srfi 128)
                comparator? comparator-hashable? comparator-equality-predicate
                comparator-hash-function))
  (begin

    ;; -- constructors --

    ;; `(make-hash-table comparator argument ...)` or `(make-hash-table equivalence [hash]
    ;; argument ...)`. A comparator without hash function does with one bucket, unless its
    ;; equality is one that tables know.
    (define (make-hash-table . arguments)
      (if (and (pair? arguments) (comparator? (car arguments)))
          (of-comparator (car arguments))
          (apply make-table arguments)))

    (define (of-comparator comparator)
      (let ((same? (comparator-equality-predicate comparator)))
        (if (comparator-hashable? comparator)
            (make-table same? (comparator-hash-function comparator))
            (make-table same?))))

    ;; A table of keys and values by turns. Raises an error when a key is given twice.
    (define (hash-table comparator . entries)
      (let ((table (make-hash-table comparator)))
        (let loop ((rest entries))
          (cond ((null? rest) table)
                ((null? (cdr rest)) (error "hash-table: a key without a value:" (car rest)))
                ((hash-table-contains? table (car rest))
                 (error "hash-table: a key twice:" (car rest)))
                (else
                 (set-1! table (car rest) (cadr rest))
                 (loop (cddr rest)))))))

    ;; A table of the keys and values that `mapper` makes of each seed until `stop?` is
    ;; true.
    (define (hash-table-unfold stop? mapper successor seed comparator . arguments)
      (let ((table (apply make-hash-table comparator arguments)))
        (let loop ((seed seed))
          (if (stop? seed)
              table
              (receive (key value) (mapper seed)
                (set-1! table key value)
                (loop (successor seed)))))))

    ;; Of several entries for one key, the first counts.
    (define (alist->hash-table alist . arguments)
      (let ((table (apply make-hash-table arguments)))
        (for-each (lambda (entry)
                    (if (not (hash-table-contains? table (car entry)))
                        (set-1! table (car entry) (cdr entry))))
                  alist)
        table))

    ;; -- predicates --

    ;; Whether the table may be changed, which all may.
    (define (hash-table-mutable? table)
      (%check-table 'hash-table-mutable? 1 table)
      #t)

    ;; `value=?` is a comparator for the values, or their equivalence.
    (define (hash-table=? value=? a b)
      (%check-table 'hash-table=? 2 a)
      (%check-table 'hash-table=? 3 b)
      (let ((same? (if (comparator? value=?) (comparator-equality-predicate value=?) value=?)))
        (and (= (hash-table-size a) (hash-table-size b))
             (every-entry?
              (lambda (key value)
                (and (hash-table-contains? b key)
                     (same? value (hash-table-ref b key))))
              (hash-table->alist a)))))

    (define (every-entry? f entries)
      (or (null? entries)
          (and (f (caar entries) (cdar entries))
               (every-entry? f (cdr entries)))))

    ;; -- accessors and mutators --

    ;; `(hash-table-set! table key value ...)` gives keys values. Raises an error for a key
    ;; without one.
    (define hash-table-set!
      (case-lambda
        ((table key value) (set-1! table key value))
        ((table . entries)
         (%check-table 'hash-table-set! 1 table)
         (let loop ((rest entries))
           (cond ((null? rest) (void))
                 ((null? (cdr rest))
                  (error "hash-table-set!: a key without a value:" (car rest)))
                 (else
                  (set-1! table (car rest) (cadr rest))
                  (loop (cddr rest))))))))

    ;; How many of the keys were there.
    (define hash-table-delete!
      (case-lambda
        ((table key) (if (delete-1! table key) 1 0))
        ((table . keys)
         (%check-table 'hash-table-delete! 1 table)
         (let loop ((rest keys) (count 0))
           (if (null? rest)
               count
               (loop (cdr rest)
                     (if (delete-1! table (car rest)) (+ count 1) count)))))))

    ;; -- the whole table --

    ;; The keys and the values, in the same order.
    (define (hash-table-entries table)
      (let ((entries (hash-table->alist table)))
        (values (map car entries) (map cdr entries))))

    ;; How many entries satisfy `(ok? key value)`; of a table alone, how many there are.
    (define hash-table-count
      (case-lambda
        ((table) (hash-table-size table))
        ((ok? table)
         (if (procedure? ok?)
             (hash-table-fold (lambda (key value n) (if (ok? key value) (+ n 1) n)) 0 table)
             (hash-table-count table ok?)))))

    ;; A new table whose values are `(f value)`.
    (define (hash-table-map f comparator table)
      (%check-procedure 'hash-table-map 1 f)
      (%check-table 'hash-table-map 3 table)
      (let ((result (make-hash-table comparator)))
        (hash-table-walk table
                         (lambda (key value)
                           (let ((new (f value)))
                             (set-1! result key new))))
        result))

    ;; -- sets --
    ;;
    ;; They change the first table and return it.

    (define (check-tables who a b)
      (%check-table who 1 a)
      (%check-table who 2 b))

    ;; Adds the entries of the second table whose keys the first one lacks; the first
    ;; table.
    (define (hash-table-union! a b)
      (check-tables 'hash-table-union! a b)
      (hash-table-walk b
                       (lambda (key value)
                         (if (not (hash-table-contains? a key))
                             (set-1! a key value))))
      a)

    ;; Another name of `hash-table-union!`.
    (define (hash-table-merge! a b) (hash-table-union! a b))

    ;; Removes from the first table the keys that the second one lacks; the first table.
    (define (hash-table-intersection! a b)
      (check-tables 'hash-table-intersection! a b)
      (hash-table-prune! (lambda (key value) (not (hash-table-contains? b key))) a)
      a)

    ;; Removes from the first table the keys that the second one has; the first table.
    (define (hash-table-difference! a b)
      (check-tables 'hash-table-difference! a b)
      (hash-table-prune! (lambda (key value) (hash-table-contains? b key)) a)
      a)

    ;; Leaves in the first table the entries whose keys one of both has; the first table.
    (define (hash-table-xor! a b)
      (check-tables 'hash-table-xor! a b)
      (hash-table-walk b
                       (lambda (key value)
                         (if (hash-table-contains? a key)
                             (delete-1! a key)
                             (set-1! a key value))))
      a)))
