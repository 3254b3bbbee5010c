;;; SRFI 2: `and-let*`, an `and` with local bindings.

(define-library (srfi 2)
  (export and-let*)
  (import (termite core))
  (begin

    ;; `(and-let* (clause ...) body ...)` evaluates clauses until one is false, which is
    ;; then the value, and otherwise the body. A clause is `(name expression)`,
    ;; `(expression)` or a name.
    (define-syntax and-let*
      (syntax-rules ()
        ((_ ()) #t)
        ((_ () body ...) (let () body ...))
        ((_ ((variable test))) test)
        ((_ ((test))) test)
        ((_ (variable)) variable)
        ((_ ((variable test) clause ...) body ...)
         (let ((variable test))
           (if variable (and-let* (clause ...) body ...) #f)))
        ((_ ((test) clause ...) body ...)
         (if test (and-let* (clause ...) body ...) #f))
        ((_ (variable clause ...) body ...)
         (if variable (and-let* (clause ...) body ...) #f))))))
