;; @exit 65
;; @error if
;; if without parts.
(display "not reached")
(if)
