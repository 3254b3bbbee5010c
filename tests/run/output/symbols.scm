;; How symbols are written.
(for-each (lambda (s) (write s) (newline))
          (list 'abc 'a-b 'a->b '+ '- '... '<=? '!x '$y '%z '&w '*v '/u ':t '~r '_q '^p
                (string->symbol "hello world") (string->symbol "") '|a| 'x.y 'a1))
(display (string->symbol "hello world"))
(newline)
