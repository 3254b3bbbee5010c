;; Numeric literals in program text.
(write (list #xff #b-101 #o777 #d10 #e1.5 #i3/4 #xABC #e1e3))
(newline)
(write (list 1e3 1.5e2 -1e-2 +5 -0 6/4 -10/5))
(newline)
(write (list 123456789012345678901234567890 #xffffffffffffffffffff))
(newline)
