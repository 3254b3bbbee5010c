;; Aliases of a script hold in it, those of a library's directory in that library.
(define-module-alias (cats) (example.org/zoo cats))
(define-module-alias (keeper) (example.org/zoo keeper @1))
(import (prefix (cats @2.0) two:) (prefix (cats @1.0) one:) (keeper))
(write (list (two:meow) (one:meow) (keep)))
(newline)
(write (eval '(begin (define-module-alias (c) (cats @1.0)) (import (prefix (c) c:)) (c:meow))
             (interaction-environment)))
(newline)
