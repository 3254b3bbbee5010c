;; @exit 70
;; @error missing-here
;; An unbound variable inside eval.
(import (scheme base) (scheme write) (scheme eval))
(write (eval '(+ 1 2) (environment '(scheme base))))
(newline)
(write (eval '(+ 1 missing-here) (environment '(scheme base))))
