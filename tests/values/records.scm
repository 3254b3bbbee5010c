;; Records: their types are the same wherever they have been.

(define-record-type point (make-point x y) point? (x point-x set-point-x!) (y point-y))
(define-record-type <node-like> (make-node-like value next) node-like? (value node-like-value) (next node-like-next set-node-like-next!))
(define-record-type empty (make-empty) empty?)

;; A type of its own for each call.
(define (make-type)
  (define-record-type local (make-local x) local? (x local-x))
  (list make-local local? local-x))

(define (instance-of type) ((car type) 'x))
(define (is-of? type x) ((cadr type) x))

(define (ring n)
  (let* ((first (make-node-like 0 #f)))
    (let loop ((i 1) (last first))
      (if (= i n)
          (begin (set-node-like-next! last first) first)
          (let ((next (make-node-like i #f)))
            (set-node-like-next! last next)
            (loop (+ i 1) next))))))

(define (walk ring n)
  (if (= n 0) '() (cons (node-like-value ring) (walk (node-like-next ring) (- n 1)))))

(define (run here there third)
  (show
   (point? (on there (lambda () (make-point 1 2))))
   (point-x (by-way-of there third (lambda () (make-point 1 2))))
   (let ((p (make-point 1 2))) (on there (lambda () (list (point? p) (point-x p) (point-y p)))))
   (let ((p (make-point 1 2))) (on there (lambda () (set-point-x! p 10) (point-x p))))
   (let ((p (make-point 1 2))) (on there (lambda () (set-point-x! p 10))) (point-x p))
   (let* ((p (make-point 1 2)) (q (on there (lambda () (cons p p))))) (list (eq? (car q) (cdr q)) (eq? p (car q))))
   (let ((p (make-point 1 2))) (by-way-of there third (lambda () (eq? p p))))
   (on there (lambda () (make-point 1 "two")))
   (empty? (by-way-of there third make-empty))
   (equal? (on there (lambda () (make-point 1 2))) (make-point 1 2))
   (point-x (on there (lambda () (make-empty))))
   (on there (lambda () (point-x (make-empty))))
   ;; A cycle of records.
   (walk (by-way-of there third (lambda () (ring 3))) 7)
   (let ((r (ring 4))) (on there (lambda () (walk r 9))))
   ;; Types made by a procedure are different, and stay what they are.
   (let ((a (make-type)) (b (make-type)))
     (let ((x (instance-of a)) (y (by-way-of there third (lambda () (instance-of a)))))
       (list (is-of? a x) (is-of? a y) (is-of? b x) (is-of? b y))))
   (let* ((a (make-type)) (x (on there (lambda () (instance-of a)))))
     (on third (lambda () (list (is-of? a x) ((caddr a) x)))))
   (let* ((a (on there make-type)) (x (instance-of a)))
     (list (is-of? a x) (on there (lambda () (is-of? a x))) (on third (lambda () (is-of? a (instance-of a))))))
   (let* ((a (on there make-type)) (b (on there make-type))) (is-of? a (instance-of b)))
   (journey (lambda (go) (let ((t (make-type))) (go there) (let ((x (instance-of t))) (go third) (is-of? t x)))))
   (journey (lambda (go) (let ((x (instance-of (make-type)))) (go there) (is-of? (make-type) x))))
   (journey (lambda (go) (go there) (let* ((t (make-type)) (x (instance-of t))) (go here) (list (is-of? t x) (point? x)))))
   ;; Patterns on records.
   (let ((me (self)))
     (remote-spawn there (lambda () (! me (make-point 3 4))))
     (recv (($ point x y) (list 'point y x)) (after 5 'none)))
   (let ((p (make-point 5 6))) (on there (lambda () (match p (($ empty) 'empty) (($ point x) x)))))
   ;; Raised.
   (guard (e ((point? e) (list 'caught (point-x e)))) (on there (lambda () (raise (make-point 1 2)))))
   (guard (e ((is-of? (list #f point?) e) 'caught)) (on there (lambda () (on third (lambda () (raise (make-point 1 2)))))))
   ;; Along a link.
   (catch (lambda (e) (let ((o (termite-exception-object e))) (list (point? o) (point-x o))))
     (remote-spawn-link there (lambda () (raise (make-point 'linked 2))))
     (? 5 'nothing))
   ;; As keys and as values.
   (let ((t (make-hash-table)) (p (make-point 1 2)))
     (hash-table-set! t p 'p)
     (on there (lambda () (hash-table-ref/default t p 'missing))))
   ;; Boxes and conditions are records of the system.
   (let ((b (on there (lambda () (box 5))))) (list (box? b) (unbox b)))
   (let ((e (on there (lambda () (catch (lambda (e) e) (error "text" 1 2)))))) (list (condition? e) (condition-report-string e)))
   (let ((e (catch (lambda (e) e) (car 1)))) (on there (lambda () (list (error-object? e) (condition-report-string e)))))
   (time? (by-way-of there third current-time))
   (time->seconds (on there (lambda () (seconds->time 12.5))))
   (let ((s (remote-service 'x there))) (on there (lambda () (catch describe (! s 'nobody)))))))
