;; Forest Baskett's puzzle, as a library and a script that imports it.  See
;; puzzle.sld for the program and README.md for the flattened form.

(import (puzzle))

;; @size full=100 zeal=1
(define size 100)

(bench-run "puzzle" (lambda () (main size)) 2005)
