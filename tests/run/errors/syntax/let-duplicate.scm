;; @exit 65
;; @error x
;; let that binds a name twice.
(display "not reached")
(let ((x 1) (y 2) (x 3)) x)
