;; Number of ways to put N queens on an N by N board, with lists of rows.

;; @size full=12 zeal=5
(define size 12)

(define (count-from i n)
  (if (> i n)
      '()
      (cons i (count-from (+ i 1) n))))

(define (append2 a b)
  (if (null? a)
      b
      (cons (car a) (append2 (cdr a) b))))

;; Is a queen in this row out of reach of those placed, nearest column first?
(define (safe? row distance placed)
  (or (null? placed)
      (and (not (= (car placed) (+ row distance)))
           (not (= (car placed) (- row distance)))
           (safe? row (+ distance 1) (cdr placed)))))

;; Puts a queen into each free row of the next column in turn.
(define (place free placed)
  (if (null? free)
      1
      (try-rows free '() placed)))

(define (try-rows untried tried placed)
  (if (null? untried)
      0
      (+ (if (safe? (car untried) 1 placed)
             (place (append2 (cdr untried) tried)
                    (cons (car untried) placed))
             0)
         (try-rows (cdr untried) (cons (car untried) tried) placed))))

(define (main n) (place (count-from 1 n) '()))

(define (expected n)
  (vector-ref '#(1 1 0 0 2 10 4 40 92 352 724 2680 14200) n))

(bench-run "nqueens" (lambda () (main size)) (expected size))
