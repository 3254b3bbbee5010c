;; @exit 70
;; @error library cannot start why
;; In the body of a library.
(define-library (faulty)
  (export x)
  (import (scheme base))
  (begin
    (define x (error "library cannot start" 'why))))
(import (scheme base) (scheme write) (faulty))
(write x)
