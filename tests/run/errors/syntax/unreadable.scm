;; @exit 65
;; An object that has no reading.
(display "not reached")
(write '#<procedure>)
