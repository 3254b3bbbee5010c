;; Escapes in string literals, and how write shows them.
(write "a\"b\\c")
(newline)
(write "tab\tnewline\nend")
(newline)
(display "tab\tend")
(newline)
(write (string-length "a\x41;b"))
(newline)
(write "\x41;\x3bb;")
(newline)
(write (string-length "one \
       line"))
(newline)
(write "one \
        line")
(newline)
