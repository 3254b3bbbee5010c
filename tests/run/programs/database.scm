;; A table of rows with filters, projections, joins and grouping.
(define employees
  '((id 1 name "Ada" dept 10 salary 5000)
    (id 2 name "Bert" dept 20 salary 4000)
    (id 3 name "Cleo" dept 10 salary 6000)
    (id 4 name "Dora" dept 30 salary 3500)
    (id 5 name "Emil" dept 20 salary 4500)))
(define departments
  '((dept 10 title "Research") (dept 20 title "Sales") (dept 40 title "Empty")))

(define (get row key)
  (cond ((null? row) #f)
        ((eq? (car row) key) (cadr row))
        (else (get (cddr row) key))))

(define (select rows . keys)
  (map (lambda (row) (map (lambda (k) (get row k)) keys)) rows))

(define (where rows ok?)
  (let loop ((rows rows))
    (cond ((null? rows) '())
          ((ok? (car rows)) (cons (car rows) (loop (cdr rows))))
          (else (loop (cdr rows))))))

(define (join left right key)
  (apply append
         (map (lambda (l)
                (map (lambda (r) (append l r))
                     (where right (lambda (r) (equal? (get l key) (get r key))))))
              left)))

(define (group-by rows key)
  (let loop ((rows rows) (groups '()))
    (if (null? rows)
        (map (lambda (g) (cons (car g) (reverse (cdr g)))) (reverse groups))
        (let* ((k (get (car rows) key)) (g (assv k groups)))
          (if g
              (begin
                (set-cdr! g (cons (car rows) (cdr g)))
                (loop (cdr rows) groups))
              (loop (cdr rows) (cons (list k (car rows)) groups)))))))

(define (sum numbers) (apply + numbers))
(define (average numbers) (/ (sum numbers) (length numbers)))

(define (print-rows rows)
  (for-each (lambda (r) (write r) (newline)) rows))

(print-rows (select employees 'name 'salary))
(newline)
(print-rows (select (where employees (lambda (r) (> (get r 'salary) 4200))) 'name))
(newline)
(print-rows (select (join employees departments 'dept) 'name 'title))
(newline)
(print-rows
 (map (lambda (group)
        (list (car group)
              (length (cdr group))
              (average (map (lambda (r) (get r 'salary)) (cdr group)))))
      (group-by employees 'dept)))
