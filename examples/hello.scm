#!/usr/bin/env termite
;; The first program: a library, a macro, a condition that is caught.
(define-library (greetings)
  (export greet)
  (import (scheme base))
  (begin
    (define (greet name)
      (if (string? name)
          (string-append "Hello, " name "!")
          (error "cannot greet" name)))))

(import (greetings))

(define-syntax while
  (syntax-rules ()
    ((_ test body ...) (let loop () (when test body ... (loop))))))

(define names '("Ada" "Alonzo" 42))

(while (pair? names)
  (display (guard (e ((error-object? e) (condition-report-string e)))
             (greet (car names))))
  (newline)
  (set! names (cdr names)))
