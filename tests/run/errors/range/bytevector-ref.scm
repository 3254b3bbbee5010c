;; @exit 70
;; @error bytevector-u8-ref: argument 2 must be an index below 2, but is 2
;; A byte beyond the end.
(display "before")
(newline)
(write (bytevector-u8-ref (bytevector 1 2) 2))
(newline)
(display "not reached")
