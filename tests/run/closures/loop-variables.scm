;; Each iteration has variables of its own.
(define thunks
  (let loop ((i 0) (l '()))
    (if (= i 4)
        (reverse l)
        (loop (+ i 1) (cons (lambda () (* i i)) l)))))
(write (map (lambda (t) (t)) thunks))
(newline)
(define setters
  (map (lambda (x)
         (cons (lambda () x) (lambda (y) (set! x y))))
       '(1 2 3)))
((cdar setters) 'changed)
(write (map (lambda (p) ((car p))) setters))
(newline)
