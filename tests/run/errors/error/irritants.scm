;; @exit 70
;; @error bad things: 1 "two" three #\4 (5 "six") 1.5
;; Irritants are written after the message.
(display "before")
(newline)
(error "bad things:" 1 "two" 'three #\4 '(5 "six") 1.5)
