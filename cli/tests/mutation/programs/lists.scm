;; Lists: the higher-order procedures, shared and circular structure, changed pairs.
(define (flatten x)
  (cond ((null? x) '())
        ((pair? x) (append (flatten (car x)) (flatten (cdr x))))
        (else (list x))))

(define (merge a b)
  (cond ((null? a) b)
        ((null? b) a)
        ((< (car a) (car b)) (cons (car a) (merge (cdr a) b)))
        (else (cons (car b) (merge a (cdr b))))))

(define (reverse! l)
  (let loop ((l l) (done '()))
    (if (null? l)
        done
        (let ((rest (cdr l)))
          (set-cdr! l done)
          (loop rest l)))))

(define (ring . items)
  (let ((l (list-copy items)))
    (set-cdr! (list-tail l (- (length l) 1)) l)
    (list-head l 7)))

(define (list-head l n) (if (= n 0) '() (cons (car l) (list-head (cdr l) (- n 1)))))

(define table '((a . 1) (b . 2) (c . 3)))

(define (run l)
  (list (flatten '(1 (2 (3 4)) ((5))))
        (merge '(1 4 6) (list 2 3 7))
        (reverse! (list 1 2 3))
        (ring 'x 'y 'z)
        (map (lambda (x y) (cons y x)) l (reverse l))
        (fold-left + 0 l)
        (filter odd? l)
        (assq 'b table) (assoc "b" '(("a" . 1) ("b" . 2))) (memv 3 l)
        `(1 ,@(map - l) . ,(length l))
        (guard (e (#t 'immutable)) (set-car! '(1 2) 3))
        (let ((cell (list 1 2))) (set-car! cell cell) (eq? cell (car cell)))))

(define (fold-left f acc l) (if (null? l) acc (fold-left f (f acc (car l)) (cdr l))))

(run '(3 1 2))
