;;; SRFI 69, hash tables, with the names that SRFI 125 and other Schemes have for the
;;; same things. The tables are those of (termite hash-table).

(define-library (srfi 69)
  (export
   make-hash-table hash-table hash-table? alist->hash-table
   hash-table-equivalence-function hash-table-hash-function
   hash-table-ref hash-table-ref/default hash-table-set! hash-table-delete!
   hash-table-contains? hash-table-exists?
   hash-table-update! hash-table-update!/default hash-table-intern!
   hash-table-size hash-table-count
   hash-table-empty? hash-table-keys hash-table-values
   hash-table->alist hash-table-walk hash-table-for-each hash-table-fold
   hash-table-map->list hash-table-map! hash-table-find hash-table-prune!
   hash-table-copy hash-table-empty-copy hash-table-clear! hash-table-merge!
   hash string-hash string-ci-hash symbol-hash hash-by-identity)
  (import (termite hash-table)))
