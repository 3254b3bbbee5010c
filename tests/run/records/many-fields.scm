;; A record with more fields than registers, each updated.
(define-record-type big
  (make-big a b c d e f g h i j)
  big?
  (a big-a set-big-a!) (b big-b) (c big-c) (d big-d) (e big-e)
  (f big-f) (g big-g) (h big-h) (i big-i) (j big-j set-big-j!))
(define r (make-big 1 2 3 4 5 6 7 8 9 10))
(set-big-a! r 'first)
(set-big-j! r (list 'last))
(write (map (lambda (get) (get r))
            (list big-a big-b big-c big-d big-e big-f big-g big-h big-i big-j)))
(newline)
