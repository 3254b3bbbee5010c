;; @exit 70
;; @error "tab\there" #\space
;; A message and irritants with special characters.
(display "before")
(newline)
(error "quote \" here" "tab\there" #\space)
