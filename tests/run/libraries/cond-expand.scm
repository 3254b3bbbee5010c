;; cond-expand in programs and in library declarations.
(cond-expand
  (no-such-feature (define which 'wrong))
  ((and r7rs (not no-such-feature)) (define which 'right))
  (else (define which 'else)))
(write which)
(newline)
(define-library (expanding)
  (export x y z)
  (cond-expand
    ((library (scheme base)) (import (scheme base)))
    (else (import (no such library))))
  (begin (define x 1))
  (cond-expand
    ((or no-such-feature (library (no such library))) (begin (define y 'wrong)))
    (else (begin (define y 2))))
  (begin
    (define z (cond-expand (full-unicode 'any) (else 'any)))))
(import (scheme base) (scheme write) (expanding))
(write (list x y z))
(newline)
(write (cond-expand ((not r7rs) 1) (else 2)))
(newline)
