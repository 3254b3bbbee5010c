;; @exit 65
;; @error no such library
;; An import of a library that does not exist.
(import (scheme base) (scheme write) (no such library))
(display "not reached")
