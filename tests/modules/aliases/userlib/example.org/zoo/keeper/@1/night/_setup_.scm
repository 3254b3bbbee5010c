;; Inner aliases count before outer ones.
(define-module-alias (animals) (example.org/zoo cats @2.0))
