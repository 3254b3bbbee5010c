;; What string->number takes, and what it refuses.
(for-each (lambda (text)
            (write (string->number text))
            (newline))
          '("42" "-42" "+42" "1/2" "-6/4" "1.5" ".5" "5." "-1.5e3" "1e3" "1e-2"
            "#xff" "#b101" "#o17" "#e1.5" "#i1/2" "#x-1A" "+inf.0" "-inf.0"
            "" "abc" "1a" "-" "+" "." "1/0x" "--1" "1.2.3" "#b102" "1 2"))
