;; @exit 70
;; @error procedure
;; apply of what is not a procedure.
(display "before")
(newline)
(write (apply 'car '((1))))
