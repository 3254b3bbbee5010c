;; @exit 70
;; @error uncaught exception
;; An uncaught record.
(define-record-type failure (make-failure code) failure? (code failure-code))
(write (failure-code (make-failure 1)))
(newline)
(raise (make-failure 2))
