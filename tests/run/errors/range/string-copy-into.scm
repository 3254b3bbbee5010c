;; @exit 70
;; @error string-copy!
;; string-copy! of more than fits.
(display "before")
(newline)
(define s (make-string 3 #\-))
(string-copy! s 1 "abc")
