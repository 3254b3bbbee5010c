;; @exit 70
;; @error car: expected 1
;; @error but got 2
;; A builtin with too many arguments.
(write (car '(1 2)))
(newline)
(write (car '(1) '(2)))
