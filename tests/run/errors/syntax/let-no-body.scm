;; @exit 65
;; @error let
;; let without a body.
(display "not reached")
(let ((x 1)))
