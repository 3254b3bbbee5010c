;; @exit 70
;; @error loop: expected 2 arguments, but got 1
;; The procedure of a named let.
(display "start")
(newline)
(write (let loop ((i 0) (sum 0))
         (if (= i 3) sum (loop (+ i 1)))))
