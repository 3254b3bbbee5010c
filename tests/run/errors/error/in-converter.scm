;; @exit 70
;; @error size must be an integer "big"
;; In the converter of a parameter.
(define size (make-parameter 1 (lambda (x) (if (integer? x) x (error "size must be an integer" x)))))
(parameterize ((size 5)) (write (size)) (newline))
(parameterize ((size "big")) (write (size)))
