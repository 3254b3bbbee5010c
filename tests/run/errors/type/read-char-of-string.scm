;; @exit 70
;; @error read-char: argument 1 must be
;; read-char wants a port.
(display "before")
(newline)
(write (read-char "abc"))
(newline)
(display "not reached")
