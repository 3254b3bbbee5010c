;; case-lambda chooses by the number of arguments.
(define area
  (case-lambda
    ((r) (list 'square (* r r)))
    ((w h) (list 'box (* w h)))
    ((a b c . more) (list 'many a b c more))
    (() 'nothing)))
(write (area))
(newline)
(write (area 3))
(newline)
(write (area 3 4))
(newline)
(write (area 1 2 3))
(newline)
(write (area 1 2 3 4 5))
(newline)
(define plus
  (case-lambda
    (() 0)
    ((x) x)
    ((x y) (+ x y))
    ((x y . rest) (apply plus (+ x y) rest))))
(write (list (plus) (plus 1) (plus 1 2) (plus 1 2 3 4)))
(newline)
