;; @exit 70
;; @error something went wrong
;; A message alone.
(display "before")
(newline)
(error "something went wrong")
