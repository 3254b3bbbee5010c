;; @exit 65
;; @error x
;; A template that uses a variable without its ellipsis.
(display "not reached")
(define-syntax bad
  (syntax-rules () ((_ x ...) '(x))))
(write (bad 1 2))
