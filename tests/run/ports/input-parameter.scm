;; current-input-port is a parameter.
(parameterize ((current-input-port (open-input-string "first line\nx42")))
  (write (read-line))
  (newline)
  (write (peek-char))
  (write (read-char))
  (write (read-string 2))
  (write (eof-object? (read-char)))
  (newline))
