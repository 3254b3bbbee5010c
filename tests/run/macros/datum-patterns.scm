;; Strings, numbers, characters and booleans in patterns.
(define-syntax what
  (syntax-rules ()
    ((_ 1) 'one)
    ((_ "s") 'string)
    ((_ #\c) 'char)
    ((_ #t) 'true)
    ((_ ()) 'nil)
    ((_ (1 2)) 'list)
    ((_ x) 'other)))
(write (list (what 1) (what "s") (what #\c) (what #t) (what ()) (what (1 2)) (what 2) (what foo)))
(newline)
