;; @exit 65
;; @error case-lambda
;; A case-lambda clause that is no clause.
(display "not reached")
(define f (case-lambda 5))
