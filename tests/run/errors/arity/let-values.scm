;; @exit 70
;; @error but got 3
;; let-values with the wrong number of values.
(let-values (((a b) (values 1 2))) (write (+ a b)) (newline))
(let-values (((a b) (values 1 2 3))) (write (+ a b)))
