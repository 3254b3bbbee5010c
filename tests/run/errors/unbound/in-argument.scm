;; @exit 70
;; @error unbound variable: nowhere-defined
;; An unbound variable among the arguments.
(display "before")
(newline)
(write (list 1 (+ 2 nowhere-defined)))
