;; The library (scheme r5rs) and its old names.
(import (scheme r5rs))
(write (list (exact->inexact 1/2) (inexact->exact 0.5)))
(newline)
(write (eval '(* 7 3) (scheme-report-environment 5)))
(newline)
