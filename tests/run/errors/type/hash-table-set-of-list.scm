;; @exit 70
;; @error hash-table-set!: argument 1 must be
;; hash-table-set! of a list.
(display "before")
(newline)
(hash-table-set! '() 'a 1)
