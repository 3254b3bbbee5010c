;; @exit 70
;; @error unbound variable: misspelled
;; An unbound variable is an error only when it is reached.
(define (f x)
  (if (> x 0)
      (* x 2)
      (misspelled x)))
(write (f 1))
(newline)
(write (f 0))
