;; The report shows the library's own lines, and whose they are.
(import (example.org/ada sums @1.2))
(display (total '(1 2)))
(newline)
(display (total '(1 x)))
