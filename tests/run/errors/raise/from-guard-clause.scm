;; @exit 70
;; @error uncaught exception: (again . once)
;; A guard clause that raises again.
(display "before")
(newline)
(guard (e (#t (raise (cons 'again e))))
  (raise 'once))
