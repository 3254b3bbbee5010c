;; @exit 70
;; @error safe-div: no division by zero please 6
;; Called in a procedure that checks its argument.
(define (safe-div a b)
  (if (= b 0)
      (error "safe-div: no division by zero please" a)
      (/ a b)))
(write (safe-div 6 3))
(newline)
(write (safe-div 6 0))
