;; @exit 70
;; @error >: argument 1 must be
;; In the test of a guard clause.
(display "before")
(newline)
(guard (e ((> e 5) 'big))
  (raise 'not-a-number))
