;; @exit 70
;; @error uncaught exception: neither
;; A guard none of whose clauses fits.
(define (f x)
  (guard (e ((string? e) 'string) ((number? e) 'number))
    (raise x)))
(write (list (f "s") (f 1)))
(newline)
(write (f 'neither))
