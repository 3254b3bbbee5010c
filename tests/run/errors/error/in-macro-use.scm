;; @exit 70
;; @error not equal (+ 1 1) 3
;; In code that a macro made.
(define-syntax assert-equal
  (syntax-rules ()
    ((_ a b)
     (if (not (equal? a b)) (error "not equal" 'a b)))))
(assert-equal (+ 1 1) 2)
(display "first ok")
(newline)
(assert-equal (+ 1 1) 3)
