;; @exit 70
;; @error second
;; A letrec variable read too early.
(display "before")
(newline)
(define (f)
  (letrec ((first (+ second 1)) (second 1))
    first))
(write (f))
