;; @exit 65
;; @error `limit` cannot be assigned
;; A variable that no macro of the library assigns is a constant, however a user's macro
;; gets hold of it.
(define-library (fixed)
  (export through limit)
  (import (scheme base))
  (begin
    (define limit 10)
    (define-syntax through
      (syntax-rules () ((_ user) (user (limit)))))))
(import (scheme base) (scheme write) (fixed))
(define-syntax assign
  (syntax-rules () ((_ (variable)) (set! variable 11))))
(write limit)
(newline)
(through assign)
