;; Symbols and characters keep their case.
(write 'Hello)
(newline)
(write '(ABC abc))
(newline)
(write (eq? 'abc 'Abc))
(newline)
(write (symbol->string 'MixedCase))
(newline)
#!fold-case
(write 'FoldedHere)
(newline)
#!no-fold-case
(write 'NotFolded)
(newline)
