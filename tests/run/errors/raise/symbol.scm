;; @exit 70
;; @error uncaught exception: some-problem
;; An uncaught object: a symbol.
(display "before")
(newline)
(raise 'some-problem)
(display "not reached")
