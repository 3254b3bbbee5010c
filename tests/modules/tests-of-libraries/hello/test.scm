;; A script; what it imports means what it means in the library.
(import (.. hello))
(unless (equal? (hi) "hi") (error "hi"))
(display "hello works\n")
