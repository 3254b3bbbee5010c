;; @exit 70
;; @error write: argument 2 must be
;; write to an input port.
(display "before")
(newline)
(write 'x (open-input-string "abc"))
