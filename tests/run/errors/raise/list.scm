;; @exit 70
;; @error uncaught exception: (my-error 1 "two")
;; An uncaught object: a list.
(display "before")
(newline)
(raise (list 'my-error 1 "two"))
(display "not reached")
