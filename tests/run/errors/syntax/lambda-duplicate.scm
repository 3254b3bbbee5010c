;; @exit 65
;; @error a
;; lambda with a parameter twice.
(display "not reached")
(define f (lambda (a b a) b))
