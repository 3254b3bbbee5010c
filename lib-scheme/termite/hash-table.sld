;;; Hash tables: what SRFI 69 and SRFI 125 have in common, and the names that other Schemes
;;; have for the same things. (srfi 69) and (srfi 125) are made of this.
;;;
;;; A table whose test is `eq?`, `eqv?`, `equal?` or `string=?` is a primitive object. Any
;;; other test makes a *custom* table: a record around a primitive table that maps hashes
;;; to buckets, association lists. A bucket is never changed, only replaced.
;;;
;;; Walking goes over a copy of the entries, so that the procedure may change the table.

(define-library (termite hash-table)
  (export
   make-hash-table hash-table hash-table? alist->hash-table
   hash-table-equivalence-function hash-table-hash-function
   hash-table-ref hash-table-ref/default hash-table-set! hash-table-delete!
   hash-table-contains? (rename hash-table-contains? hash-table-exists?)
   hash-table-update! hash-table-update!/default hash-table-intern!
   hash-table-size (rename hash-table-size hash-table-count)
   hash-table-empty? hash-table-keys hash-table-values
   hash-table->alist hash-table-walk hash-table-for-each hash-table-fold
   hash-table-map->list hash-table-map! hash-table-find hash-table-prune!
   hash-table-copy hash-table-empty-copy hash-table-clear! hash-table-merge!
   hash string-hash string-ci-hash symbol-hash hash-by-identity
   hash-table-pop! %check-table)
  (import (termite core)
          (rename (termite primitives)
                  (hash-table? native?)
                  (hash-table-set! native-set!)
                  (hash-table-delete! native-delete!)
                  (hash-table-contains? native-contains?)
                  (hash-table-count native-size)
                  (hash-table-clear! native-clear!)
                  (hash-table-copy native-copy)
                  (hash-table-keys native-keys)
                  (hash-table-values native-values)
                  (hash-table->alist native->alist)
                  (hash-table-ref/default native-ref))
          (termite runtime)
          (termite list))
  (begin

    ;; -- kinds of tables --

    (define-record-type <hash-table>
      (make-custom same? hash buckets size)
      custom?
      (same? custom-same?)
      (hash custom-hash)
      ;; A primitive table from hashes to buckets.
      (buckets custom-buckets)
      (size custom-size set-custom-size!))

    ;; Whether the value is a hash table.
    (define (hash-table? x)
      (or (native? x) (custom? x)))

    (define (%check-table who argument x)
      (if (not (hash-table? x))
          (%signal-wrong-type who argument "a hash table" x)))

    (define (check-table who x) (%check-table who 1 x))

    ;; The test of a primitive table that compares as `same?` does, else #f.
    (define (native-test same?)
      (cond ((eq? same? equal?) 'equal?)
            ((eq? same? eq?) 'eq?)
            ((eq? same? eqv?) 'eqv?)
            ((eq? same? string=?) 'string=?)
            ((eq? same? symbol=?) 'eq?)
            ((eq? same? char=?) 'eqv?)
            ((eq? same? boolean=?) 'eq?)
            (else #f)))

    ;; A hash for an equivalence that came without one. Of an unknown equivalence nothing
    ;; is known to be the same for equivalent keys: then the table is one bucket.
    (define (default-hash same?)
      (cond ((eq? same? string-ci=?) string-ci-hash)
            ((eq? same? char-ci=?) (lambda (c) (char->integer (char-foldcase c))))
            ((eq? same? =) (lambda (n) (equal-hash (inexact n))))
            (else (lambda (key) 0))))

    ;; -- constructors --

    ;; `(make-hash-table [equivalence [hash]] [size])`. Anything but procedures among the
    ;; arguments is a hint.
    (define (make-hash-table . arguments)
      (let* ((procedures (only-procedures arguments))
             (same? (if (pair? procedures) (car procedures) equal?))
             (hash (and (pair? procedures) (pair? (cdr procedures)) (cadr procedures))))
        (new-table same? hash)))

    (define (only-procedures arguments)
      (cond ((null? arguments) '())
            ((procedure? (car arguments))
             (cons (car arguments) (only-procedures (cdr arguments))))
            (else (only-procedures (cdr arguments)))))

    (define (new-table same? hash)
      (let ((test (native-test same?)))
        (if test
            (%make-hash-table test)
            (make-custom same? (or hash (default-hash same?)) (%make-hash-table 'eqv?) 0))))

    ;; `(hash-table equivalence key value ...)` (SRFI 125).
    (define (hash-table same? . entries)
      (let ((table (new-table same? #f)))
        (let loop ((rest entries))
          (cond ((null? rest) table)
                ((null? (cdr rest)) (error "hash-table: a key without a value:" (car rest)))
                (else
                 (hash-table-set! table (car rest) (cadr rest))
                 (loop (cddr rest)))))))

    ;; Of several entries for one key, the first counts.
    (define (alist->hash-table alist . arguments)
      (let ((table (apply make-hash-table arguments)))
        (for-each (lambda (entry)
                    (if (not (hash-table-contains? table (car entry)))
                        (hash-table-set! table (car entry) (cdr entry))))
                  alist)
        table))

    ;; The procedure by which the table compares keys.
    (define (hash-table-equivalence-function table)
      (check-table 'hash-table-equivalence-function table)
      (if (custom? table)
          (custom-same? table)
          (case (%hash-table-test table)
            ((eq?) eq?)
            ((eqv?) eqv?)
            ((string=?) string=?)
            (else equal?))))

    ;; The procedure by which the table hashes keys.
    (define (hash-table-hash-function table)
      (check-table 'hash-table-hash-function table)
      (cond ((custom? table) (custom-hash table))
            ((eq? (%hash-table-test table) 'string=?) string-hash)
            (else equal-hash)))

    ;; -- custom tables --

    (define (custom-bucket table key)
      (native-ref (custom-buckets table) ((custom-hash table) key) '()))

    ;; The entry of a key, or #f.
    (define (custom-entry table key)
      (assoc key (custom-bucket table key) (custom-same? table)))

    (define (custom-set! table key value)
      (let* ((hash ((custom-hash table) key))
             (bucket (native-ref (custom-buckets table) hash '()))
             (old (assoc key bucket (custom-same? table)))
             (others (if old (without old bucket) bucket)))
        (if (not old)
            (set-custom-size! table (+ (custom-size table) 1)))
        (native-set! (custom-buckets table)
                     hash
                     (cons (cons (if old (car old) key) value) others))))

    (define (custom-delete! table key)
      (let* ((hash ((custom-hash table) key))
             (bucket (native-ref (custom-buckets table) hash '()))
             (old (assoc key bucket (custom-same? table))))
        (if old
            (let ((others (without old bucket)))
              (set-custom-size! table (- (custom-size table) 1))
              (if (null? others)
                  (native-delete! (custom-buckets table) hash)
                  (native-set! (custom-buckets table) hash others))))
        (and old #t)))

    ;; Removes some entry of a table that has one, and returns its key and value.
    (define (pop-any! table)
      (if (custom? table)
          (let* ((buckets (custom-buckets table))
                 (entry (car (%hash-table-value buckets (%hash-table-next buckets 0)))))
            (custom-delete! table (car entry))
            (values (car entry) (cdr entry)))
          (let* ((index (%hash-table-next table 0))
                 (key (%hash-table-key table index))
                 (value (%hash-table-value table index)))
            (native-delete! table key)
            (values key value))))

    (define (without entry bucket)
      (delq entry bucket))

    (define (custom->alist table)
      (map (lambda (entry) (cons (car entry) (cdr entry)))
           (apply append (native-values (custom-buckets table)))))

    (define (custom-copy table)
      (make-custom (custom-same? table)
                   (custom-hash table)
                   (native-copy (custom-buckets table))
                   (custom-size table)))

    ;; -- access --

    ;; The value for a key, or the default.
    (define (hash-table-ref/default table key default)
      (if (custom? table)
          (let ((entry (custom-entry table key)))
            (if entry (cdr entry) default))
          (native-ref table key default)))

    ;; Gives a key a value.
    (define (hash-table-set! table key value)
      (if (custom? table)
          (custom-set! table key value)
          (native-set! table key value)))

    ;; Removes the entry for a key, if there is one.
    (define (hash-table-delete! table key)
      (if (custom? table)
          (custom-delete! table key)
          (native-delete! table key)))

    ;; Whether the table has the key.
    (define (hash-table-contains? table key)
      (if (custom? table)
          (and (custom-entry table key) #t)
          (native-contains? table key)))

    ;; The value of a key, or `#!default`, which no program stores.
    (define (value-or-default table key)
      (hash-table-ref/default table key (default-object)))

    ;; The optional arguments: a thunk for a missing key, in tail position; a procedure
    ;; for the value.
    (define hash-table-ref
      (case-lambda
        ((table key) (ref table key #f))
        ((table key fail) (ref table key fail))
        ((table key fail succeed)
         (let ((value (value-or-default table key)))
           (if (%default-object? value)
               (missing "hash-table-ref" key fail)
               (succeed value))))))

    (define (ref table key fail)
      (let ((value (value-or-default table key)))
        (if (%default-object? value)
            (missing "hash-table-ref" key fail)
            value)))

    (define (missing who key fail)
      (if (procedure? fail)
          (fail)
          (error (string-append who ": no such key:") key)))

    ;; `(hash-table-update! table key f [fail [succeed]])` gives a key the value that `f`
    ;; makes of the one that it has, or of `(fail)`. Raises an error when the key lacks
    ;; and there is no `fail`.
    (define hash-table-update!
      (case-lambda
        ((table key f) (update! table key f #f))
        ((table key f fail) (update! table key f fail))
        ((table key f fail succeed)
         (update! table key (lambda (value) (f (succeed value))) fail))))

    (define (update! table key f fail)
      (let* ((value (value-or-default table key))
             (old (if (%default-object? value) (missing "hash-table-update!" key fail) value))
             (new (f old)))
        (hash-table-set! table key new)))

    ;; Gives a key the value that `f` makes of the one that it has, or of the default.
    (define (hash-table-update!/default table key f default)
      (let ((new (f (hash-table-ref/default table key default))))
        (hash-table-set! table key new)))

    ;; The value of a key, which a thunk makes when there is none.
    (define (hash-table-intern! table key make)
      (let ((old (value-or-default table key)))
        (if (%default-object? old)
            (let ((new (make)))
              (hash-table-set! table key new)
              new)
            old)))

    ;; Removes an entry and returns its key and value.
    (define (hash-table-pop! table)
      (check-table 'hash-table-pop! table)
      (if (hash-table-empty? table)
          (error "hash-table-pop!: the table is empty:" table)
          (pop-any! table)))

    ;; -- the whole table --

    ;; How many entries there are.
    (define (hash-table-size table)
      (if (custom? table) (custom-size table) (native-size table)))

    ;; Whether the table has no entries.
    (define (hash-table-empty? table)
      (= (hash-table-size table) 0))

    ;; The entries as an association list, in no order.
    (define (hash-table->alist table)
      (if (custom? table) (custom->alist table) (native->alist table)))

    ;; A list of the keys, in no order.
    (define (hash-table-keys table)
      (if (custom? table) (map car (custom->alist table)) (native-keys table)))

    ;; A list of the values, in no order.
    (define (hash-table-values table)
      (if (custom? table) (map cdr (custom->alist table)) (native-values table)))

    ;; Calls `(f key value)` for each entry.
    (define (hash-table-walk table f)
      (check-table 'hash-table-walk table)
      (walk table f))

    (define (walk table f)
      (for-each (lambda (entry) (f (car entry) (cdr entry)))
                (hash-table->alist table)))

    ;; `(hash-table-for-each f table)` (SRFI 125) or with the table first.
    (define (hash-table-for-each f table)
      (if (procedure? f)
          (hash-table-walk table f)
          (hash-table-walk f table)))

    ;; `(hash-table-fold table f init)` (SRFI 69) or `(hash-table-fold f init table)`
    ;; (SRFI 125); `f` takes key, value and what there is so far.
    (define (hash-table-fold table f init)
      (if (procedure? table)
          (fold-entries table f (hash-table->alist init))
          (fold-entries f init (hash-table->alist table))))

    (define (fold-entries f init entries)
      (let loop ((entries entries) (result init))
        (if (pair? entries)
            (loop (cdr entries) (f (caar entries) (cdar entries) result))
            result)))

    ;; A list of the results of `(f key value)`, in no order.
    (define (hash-table-map->list f table)
      (map (lambda (entry) (f (car entry) (cdr entry)))
           (hash-table->alist table)))

    ;; Replaces each value by `(f key value)`.
    (define (hash-table-map! f table)
      (walk table (lambda (key value)
                    (let ((new (f key value)))
                      (hash-table-set! table key new)))))

    ;; The first true value of `(f key value)`, else what the thunk `fail` returns.
    (define (hash-table-find f table fail)
      (let loop ((entries (hash-table->alist table)))
        (if (pair? entries)
            (or (f (caar entries) (cdar entries))
                (loop (cdr entries)))
            (fail))))

    ;; Deletes the entries for which `(f key value)` is true.
    (define (hash-table-prune! f table)
      (walk table (lambda (key value)
                    (if (f key value)
                        (hash-table-delete! table key)))))

    ;; A table with the same entries.
    (define (hash-table-copy table #!optional mutable?)
      (if (custom? table) (custom-copy table) (native-copy table)))

    ;; A table without entries that compares and hashes in the same way.
    (define (hash-table-empty-copy table)
      (if (custom? table)
          (new-table (custom-same? table) (custom-hash table))
          (%make-hash-table (%hash-table-test table))))

    ;; Removes all entries.
    (define (hash-table-clear! table)
      (if (custom? table)
          (begin
            (native-clear! (custom-buckets table))
            (set-custom-size! table 0))
          (native-clear! table)))

    ;; Adds the entries of the second table to the first one.
    (define (hash-table-merge! to from)
      (walk from (lambda (key value) (hash-table-set! to key value)))
      to)

    ;; -- hashes --

    ;; A hash of any value by `equal?`, below the bound if there is one.
    (define (hash x #!optional (bound #!default))
      (equal-hash x bound))

    ;; Objects move, so there is no number for an identity. This one holds for a key as
    ;; long as its contents stay.
    (define (hash-by-identity x #!optional (bound #!default))
      (equal-hash x bound))))
