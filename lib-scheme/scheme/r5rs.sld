;;; (scheme r5rs) of R7RS, appendix A: the names of R5RS.

(define-library (scheme r5rs)
  (export
   ;; forms
   and begin case cond define define-syntax delay do else => if lambda let let* let-syntax
   letrec letrec-syntax or quasiquote quote set! syntax-rules unquote unquote-splicing _ ...
   ;; procedures
   * + - / < <= = > >= abs acos angle append apply asin assoc assq assv atan boolean? caaaar
   caaadr caaar caadar caaddr caadr caar cadaar cadadr cadar caddar cadddr caddr cadr
   call-with-current-continuation call-with-input-file call-with-output-file
   call-with-values car cdaaar cdaadr cdaar cdadar cdaddr cdadr cdar cddaar cddadr cddar
   cdddar cddddr cdddr cddr cdr ceiling char->integer char-alphabetic? char-ci<=? char-ci<?
   char-ci=? char-ci>=? char-ci>? char-downcase char-lower-case? char-numeric? char-ready?
   char-upcase char-upper-case? char-whitespace? char<=? char<? char=? char>=? char>? char?
   close-input-port close-output-port complex? cons cos current-input-port
   current-output-port denominator display dynamic-wind eof-object? eq? equal? eqv? eval
   even? exact->inexact exact? exp expt floor for-each force gcd imag-part inexact->exact
   inexact? input-port? integer->char integer? interaction-environment lcm length list
   list->string list->vector list-ref list-tail list? load log magnitude make-polar
   make-rectangular make-string make-vector map max member memq memv min modulo negative?
   newline not null-environment null? number->string number? numerator odd? open-input-file
   open-output-file output-port? pair? peek-char positive? procedure? quotient rational?
   rationalize read read-char real-part real? remainder reverse round
   scheme-report-environment set-car! set-cdr! sin sqrt string string->list string->number
   string->symbol string-append string-ci<=? string-ci<? string-ci=? string-ci>=?
   string-ci>? string-copy string-fill! string-length string-ref string-set! string<=?
   string<? string=? string>=? string>? string? substring symbol->string symbol? tan
   truncate values vector vector->list vector-fill! vector-length vector-ref vector-set!
   vector? with-input-from-file with-output-to-file write write-char zero?)
  (import (scheme base)
          (scheme char)
          (scheme complex)
          (scheme cxr)
          (scheme eval)
          (scheme file)
          (scheme inexact)
          (scheme lazy)
          (scheme load)
          (scheme read)
          (scheme repl)
          (scheme write)
          (only (termite primitives) exact->inexact inexact->exact))
  (begin

    (define (check-version who version)
      (if (not (memv version '(5 7)))
          (error (string-append who ": no such version of the report:") version)))

    ;; The environment with the names of R5RS. Raises an error for a version other than 5
    ;; or 7.
    (define (scheme-report-environment version)
      (check-version "scheme-report-environment" version)
      (environment '(scheme r5rs)))

    ;; The forms alone (R5RS 6.5).
    (define (null-environment version)
      (check-version "null-environment" version)
      (environment
       '(only (scheme r5rs)
              and begin case cond define define-syntax delay do else => if lambda let let*
              let-syntax letrec letrec-syntax or quasiquote quote set! syntax-rules unquote
              unquote-splicing _ ...)))))
