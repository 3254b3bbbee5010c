;; Which versions the libraries of this repository use.
(define-module-alias (example.org/zoo cats) (example.org/zoo cats @1.0))
(define-module-alias (animals) (example.org/zoo cats))
