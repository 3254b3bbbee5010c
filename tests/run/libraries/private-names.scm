;; What a library does not export cannot be seen.
(define-library (secretive)
  (export visible)
  (import (scheme base))
  (begin
    (define secret 42)
    (define (visible) (+ secret 1))))
(import (scheme base) (scheme write) (secretive))
(write (visible))
(newline)
(define secret 'mine)
(set! secret (list secret))
(write (list secret (visible)))
(newline)
