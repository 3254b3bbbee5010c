;; @exit 70
;; @error uncaught exception: nobody-listens
;; raise-continuable without a handler.
(display "before")
(newline)
(write (+ 1 (raise-continuable 'nobody-listens)))
