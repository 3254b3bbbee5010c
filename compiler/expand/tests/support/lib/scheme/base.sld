;; A part of (scheme base), as lib-scheme has it: names of two pseudo-libraries.
(define-library (scheme base)
  (export
    quote quasiquote lambda case-lambda set! if when unless and or cond case
    let let* letrec letrec* do let-values let*-values parameterize guard
    begin include include-ci cond-expand define define-values define-record-type
    define-syntax let-syntax letrec-syntax syntax-error syntax-rules
    else => _ ... unquote unquote-splicing
    + - * < > = not cons car cdr list append vector vector-ref eq? eqv? equal?
    null? pair? values call-with-values apply map length reverse error list->vector)
  (import (termite core) (termite primitives)))
