;; @exit 65
;; @error do
;; do with a malformed binding.
(display "not reached")
(do ((i 0 1 2)) ((= i 5)) (display i))
