;; Breadth-first search through a maze of text.
(define maze
  '#("##########"
     "#S   #   #"
     "# ## # # #"
     "#  #   # #"
     "## ##### #"
     "#      #E#"
     "##########"))
(define (at y x) (string-ref (vector-ref maze y) x))
(define (find wanted)
  (call/cc
   (lambda (return)
     (do ((y 0 (+ y 1)))
         ((= y (vector-length maze)) #f)
       (do ((x 0 (+ x 1)))
           ((= x (string-length (vector-ref maze y))))
         (if (char=? wanted (at y x)) (return (cons y x))))))))

(define (neighbours p)
  (map (lambda (d) (cons (+ (car p) (car d)) (+ (cdr p) (cdr d))))
       '((-1 . 0) (0 . 1) (1 . 0) (0 . -1))))

(define (search start goal)
  (let ((came-from (make-hash-table)))
    (hash-table-set! came-from start #f)
    (let loop ((front (list start)) (back '()))
      (cond ((and (null? front) (null? back)) #f)
            ((null? front) (loop (reverse back) '()))
            ((equal? (car front) goal)
             (let path ((p goal) (steps '()))
               (if p
                   (path (hash-table-ref came-from p (lambda () #f)) (cons p steps))
                   steps)))
            (else
             (let visit ((ns (neighbours (car front))) (back back))
               (cond ((null? ns) (loop (cdr front) back))
                     ((or (char=? #\# (at (caar ns) (cdar ns)))
                          (hash-table-exists? came-from (car ns)))
                      (visit (cdr ns) back))
                     (else
                      (hash-table-set! came-from (car ns) (car front))
                      (visit (cdr ns) (cons (car ns) back))))))))))

(define path (search (find #\S) (find #\E)))
(write (length path))
(newline)
(do ((y 0 (+ y 1)))
    ((= y (vector-length maze)))
  (do ((x 0 (+ x 1)))
      ((= x (string-length (vector-ref maze y))))
    (write-char (if (and (char=? #\space (at y x)) (member (cons y x) path))
                    #\*
                    (at y x))))
  (newline))
(write (search (find #\S) '(0 . 0)))
(newline)
