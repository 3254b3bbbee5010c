;; @exit 65
;; @error no-such-name
;; An import of a name that the library does not export.
(import (scheme base) (scheme write) (only (scheme char) no-such-name))
(display "not reached")
