;; list? knows proper lists from improper and circular ones.
(define circle (list 1 2 3))
(set-cdr! (cddr circle) circle)
(write (map list? (list '() '(1) '(1 2) '(1 . 2) '(1 2 . 3) 5 "x" #(1))))
(newline)
(write (list? circle))
(newline)
(write (list (length '()) (length '(1 2 3)) (length '((1 2) 3))))
(newline)
