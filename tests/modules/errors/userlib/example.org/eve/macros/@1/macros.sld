;; Bodies of macros that do what they may not.
(define-library (macros)
  (export endless greedy curious broken leaving)
  (import (scheme base) (scheme file) (scheme read) (only (termite) define-macro))
  (begin
    (define-macro (endless) (let loop () (loop)))
    (define-macro (greedy) (let loop ((l '())) (loop (cons (make-vector 1000000 l) l))))
    (define-macro (curious) (call-with-input-file "secret.scm" read))
    (define-macro (broken x) (car x))
    (define-macro (leaving) (exit 3))))
