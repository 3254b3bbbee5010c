;; @exit 70
;; @error uncaught exception: stop
;; Output before the error is complete, even without a newline.
(display "partial line")
(raise 'stop)
