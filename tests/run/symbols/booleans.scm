;; Only #f is false; boolean procedures.
(write (map (lambda (x) (if x 'true 'false)) (list #t #f '() 0 "" 'nil (vector))))
(newline)
(write (list (boolean? #f) (boolean? '()) (boolean=? #t #t) (boolean=? #f #f #t)))
(newline)
(write (list (not #f) (not 3) (not '()) #true #false))
(newline)
