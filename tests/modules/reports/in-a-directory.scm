;; The same of a library in a plain directory.
(import (plain lists))
(define (twice l) (* 2 (first-of l)))
(display (twice '()))
