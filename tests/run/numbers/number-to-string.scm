;; number->string in several radices.
(for-each (lambda (args)
            (display (apply number->string args))
            (newline))
          '((0) (42) (-42) (255 16) (-255 2) (8 8) (1/3) (1/3 3) (1.5) (-0.25)))
