;; Frames of a library's procedures have its name.
(import (example.org/ada sums @1.2))
(define (main) (+ 1 (total '(1 2 3 4 5 6 x))))
(display (main))
