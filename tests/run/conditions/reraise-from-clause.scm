;; An error raised in a guard clause goes to the guard outside.
(write (guard (outer (#t (list 'outer outer)))
         (guard (inner (#t (raise (list 'again inner))))
           (raise 'first))))
(newline)
(write (guard (e ((begin (set! e (list 'changed e)) #t) e))
         (raise 'x)))
(newline)
