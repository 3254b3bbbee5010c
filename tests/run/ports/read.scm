;; read takes one datum after another from a port.
(import (scheme read))
(define in (open-input-string
            "42 abc \"str\" #\\x (1 (2 . 3) #(4 5)) ; comment\n #t #false 1.5 -1/2 |a b| #| block |# last"))
(let loop ()
  (let ((x (read in)))
    (if (eof-object? x)
        (begin (display "eof") (newline))
        (begin
          (write x)
          (newline)
          (loop)))))
