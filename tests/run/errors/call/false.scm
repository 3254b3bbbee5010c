;; @exit 70
;; @error not a procedure: #f
;; A missing procedure: #f in operator position.
(display "before")
(newline)
(write ((assq 'key '()) 1))
(newline)
(display "not reached")
