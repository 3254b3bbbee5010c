;; Toplevel procedures may refer to ones that are defined further down.
(define (first n) (if (= n 0) 'first (second (- n 1))))
(define (second n) (if (= n 0) 'second (first (- n 1))))
(define (uses-late) (+ late 1))
(define late 41)
(write (list (first 4) (first 5) (uses-late)))
(newline)
