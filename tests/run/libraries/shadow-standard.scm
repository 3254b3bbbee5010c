;; A library exports a name of the standard; the importer chooses.
(define-library (my lists)
  (export reverse length)
  (import (except (scheme base) reverse length))
  (begin
    (define (reverse l) (list 'reversed l))
    (define (length l) 'my-length)))
(import (except (scheme base) reverse)
        (scheme write)
        (except (my lists) length))
(write (reverse '(1 2)))
(newline)
(write (length '(1 2 3)))
(newline)
