;; @exit 65
;; @error nosuchname
;; A character name that does not exist.
(display "not reached")
(write #\nosuchname)
