;; @exit 70
;; @error show: expected 1
;; @error but got 0
;; A call without arguments where one is wanted.
(define (show x) (write x) (newline))
(show 1)
(show)
