;; hash-table-count and hash-table-size both give the number of entries.
(define t (make-hash-table))
(write (list (hash-table-count t) (hash-table-size t)))
(newline)
(hash-table-set! t 'x 1)
(hash-table-set! t 'y 2)
(hash-table-set! t 'x 3)
(write (list (hash-table-count t) (hash-table-size t)))
(newline)
