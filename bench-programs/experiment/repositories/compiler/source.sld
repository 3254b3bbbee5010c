;; A form that keeps the text of definitions beside them.
;;
;; (define-with-source name form ...) stands for the forms, and defines `name` as
;; the list of them as data.  The compiler's passes are written with it, so that
;; the compiler can be given its own passes to compile on a node that has no
;; files.

(define-library (bench.local/experiment compiler source)
  (export define-with-source)
  (import (scheme base))
  (begin

(define-syntax define-with-source
  (syntax-rules ()
    ((_ name form ...)
     (begin
       (define name '(form ...))
       form ...))))

  ))
