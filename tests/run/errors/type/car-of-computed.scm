;; @exit 70
;; @error car: argument 1 must be a pair, but is ()
;; car of a value that is computed at run time.
(display "before")
(newline)
(write (let loop ((l '(1 2 3))) (+ (car l) (loop (cdr l)))))
(newline)
(display "not reached")
