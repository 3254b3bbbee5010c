;; @exit 65
;; @error two
;; A macro use that matches no rule.
(display "not reached")
(define-syntax two
  (syntax-rules () ((_ a b) (list a b))))
(write (two 1 2 3))
