;; @exit 70
;; @error =: argument 1 must be
;; = takes numbers only.
(display "before")
(newline)
(write (= 'a 1))
(newline)
(display "not reached")
