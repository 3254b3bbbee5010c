;; @exit 70
;; @error read-char
;; Reading from a closed port.
(display "before")
(newline)
(define p (open-input-string "abc"))
(write (read-char p))
(newline)
(close-port p)
(read-char p)
