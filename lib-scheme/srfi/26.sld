;;; SRFI 26: `cut` and `cute`, procedures by leaving out arguments of a call. The slots
;;; `<>` and `<...>` are words that nothing binds.

(define-library (srfi 26)
  (export cut cute)
  (import (termite core) (termite primitives))
  (begin

    ;; `(cut slot-or-expression ...)` is a procedure that puts its arguments in the place
    ;; of the slots `<>`, and the rest of them in that of `<...>`. The other expressions
    ;; are evaluated at each call.
    (define-syntax cut
      (syntax-rules ()
        ((_ slot-or-expression ...)
         (cut-loop () () slot-or-expression ...))))

    ;; (cut-loop (parameter ...) (call ...) slot-or-expression ...)
    (define-syntax cut-loop
      (syntax-rules (<> <...>)
        ((_ (parameter ...) (callee argument ...))
         (lambda (parameter ...) ((begin callee) argument ...)))
        ((_ (parameter ...) (callee argument ...) <...>)
         (lambda (parameter ... . rest) (apply callee argument ... rest)))
        ((_ (parameter ...) (part ...) <> . more)
         (cut-loop (parameter ... x) (part ... x) . more))
        ((_ (parameter ...) (part ...) expression . more)
         (cut-loop (parameter ...) (part ... expression) . more))))

    ;; As `cut`, but the expressions are evaluated once, when the procedure is made.
    (define-syntax cute
      (syntax-rules ()
        ((_ slot-or-expression ...)
         (cute-loop () () () slot-or-expression ...))))

    ;; (cute-loop (binding ...) (parameter ...) (call ...) slot-or-expression ...)
    (define-syntax cute-loop
      (syntax-rules (<> <...>)
        ((_ bindings (parameter ...) (callee argument ...))
         (let bindings (lambda (parameter ...) (callee argument ...))))
        ((_ bindings (parameter ...) (callee argument ...) <...>)
         (let bindings (lambda (parameter ... . rest) (apply callee argument ... rest))))
        ((_ bindings (parameter ...) (part ...) <> . more)
         (cute-loop bindings (parameter ... x) (part ... x) . more))
        ((_ (binding ...) (parameter ...) (part ...) expression . more)
         (cute-loop (binding ... (x expression)) (parameter ...) (part ... x) . more))))))
