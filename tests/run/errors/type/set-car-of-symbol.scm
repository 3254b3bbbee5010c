;; @exit 70
;; @error set-car!: argument 1 must be a pair, but is a
;; set-car! of a symbol.
(display "before")
(newline)
(set-car! 'a 1)
