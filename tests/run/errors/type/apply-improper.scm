;; @exit 70
;; @error apply
;; apply to an improper list.
(display "before")
(newline)
(write (apply + 1 '(2 . 3)))
(newline)
(display "not reached")
