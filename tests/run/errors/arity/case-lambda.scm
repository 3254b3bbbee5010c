;; @exit 70
;; @error but got 3
;; No clause of a case-lambda fits.
(define f (case-lambda ((a) 'one) ((a b) 'two)))
(write (list (f 1) (f 1 2)))
(newline)
(write (f 1 2 3))
