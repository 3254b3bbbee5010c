;; @exit 70
;; @error hash-table-ref
;; A missing key and no thunk.
(define t (make-hash-table))
(hash-table-set! t 'here 1)
(write (hash-table-ref t 'here))
(newline)
(write (hash-table-ref t 'not-here))
