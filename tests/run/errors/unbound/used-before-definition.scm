;; @exit 70
;; @error later-defined
;; A toplevel variable read before its definition.
(display "before")
(newline)
(write later-defined)
(define later-defined 5)
