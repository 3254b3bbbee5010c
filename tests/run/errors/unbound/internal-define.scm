;; @exit 70
;; @error late
;; An internal definition read too early.
(display "before")
(newline)
(define (f)
  (define early (* late 2))
  (define late 4)
  early)
(write (f))
