;; @exit 70
;; @error in the dark
;; While output goes to a string port: it is lost, what came before is not.
(display "visible")
(newline)
(parameterize ((current-output-port (open-output-string)))
  (display "invisible")
  (error "in the dark"))
