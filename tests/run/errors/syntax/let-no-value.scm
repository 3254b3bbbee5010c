;; @exit 65
;; @error let
;; let with a binding that has no value.
(display "not reached")
(let ((x)) x)
