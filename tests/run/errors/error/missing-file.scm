;; @exit 70
;; @error /nonexistent/nothing.txt
;; Opening a file that is not there.
(display "before")
(newline)
(open-input-file "/nonexistent/nothing.txt")
