;; @exit 70
;; @error uncaught exception: bottom
;; Out of many calls that are not tail calls.
(define (deep n)
  (if (= n 0)
      (raise 'bottom)
      (+ 1 (deep (- n 1)))))
(display "going down")
(newline)
(write (deep 1000))
