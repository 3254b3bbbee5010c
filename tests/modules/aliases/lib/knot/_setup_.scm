;; Each is right by itself.
(define-module-alias (x) (y))
(define-module-alias (y) (x))
