;;; SRFI 31: `rec`, an expression that may refer to its own value.

(define-library (srfi 31)
  (export rec)
  (import (termite core))
  (begin

    ;; An expression, or a procedure, that may refer to itself by the name.
    (define-syntax rec
      (syntax-rules ()
        ((_ (name . formals) body ...)
         (letrec ((name (named-lambda (name . formals) body ...))) name))
        ((_ name expression)
         (letrec ((name expression)) name))))))
