;; @exit 65
;; @error let-values
;; let-values with a malformed binding.
(display "not reached")
(let-values ((a)) a)
