;; Comparison without regard to case; upper, lower and folded case.
(write (list (string-ci=? "Hello" "hELLO") (string-ci<? "abc" "ABD")
             (string-ci>? "B" "a") (string-ci=? "a" "b")))
(newline)
(write (list (string-upcase "Hello, World 1") (string-downcase "Hello, World 1")
             (string-foldcase "HeLLo")))
(newline)
