;; @exit 70
;; @error bytevector-u8-set!: argument 3 must be
;; A byte is at most 255.
(display "before")
(newline)
(define b (bytevector 1 2 3))
(bytevector-u8-set! b 0 256)
