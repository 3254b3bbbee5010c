;;; SRFI 28.

(import (scheme base) (scheme write) (srfi 28))

(define-syntax show
  (syntax-rules ()
    ((_ expression ...)
     (begin
       (begin
         (write 'expression)
         (display " => ")
         (write expression)
         (newline))
       ...))))

(define-syntax report
  (syntax-rules ()
    ((_ expression) (guard (e ((error-object? e) (error-object-message e))) expression))))

(show (format "Hello, ~a" "World!")
      (format "Error, list is too short: ~s~%" '(one "two" 3))
      (format "~~ ~a~a" 1 2)
      (format #f "~d ~b ~o ~x" 10 10 10 255)
      (format "")
      (report (format "~a"))
      (report (format "~q" 1))
      (report (format "ends in ~"))
      (report (format "none" 1))
      (report (format 5)))
(format #t "to the current port: ~s~%" "x")
(format (current-output-port) "to a port~%")
