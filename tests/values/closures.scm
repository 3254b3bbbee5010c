;; Procedures that cross: what they captured comes along, assigned variables as a copy.

(define (make-counter n)
  (lambda ()
    (set! n (+ n 1))
    n))

;; Two procedures that share a variable.
(define (make-account balance)
  (cons (lambda (amount) (set! balance (+ balance amount)) balance)
        (lambda () balance)))

(define (compose . fs)
  (if (null? fs)
      (lambda (x) x)
      (lambda (x) ((car fs) ((apply compose (cdr fs)) x)))))

(define (make-even?)
  (letrec ((even? (lambda (n) (if (= n 0) #t (odd? (- n 1)))))
           (odd? (lambda (n) (if (= n 0) #f (even? (- n 1))))))
    even?))

(define (many a b c d e f g h i j)
  (lambda (k . rest) (list a b c d e f g h i j k rest)))

(define by-count
  (case-lambda
    (() 'none)
    ((a) (list 'one a))
    ((a b) (list 'two a b))
    ((a b . c) (list 'more a b c))))

(define (with-options a #!optional (b 'no-b) #!key (c 'no-c))
  (list a b c))

(define (curry f . first)
  (lambda rest (apply f (append first rest))))

(define (run here there third)
  (show
   ;; The copy counts on its own.
   (let* ((next (make-counter 10))
          (first (next))
          (elsewhere (on there (lambda () (next) (next)))))
     (list first elsewhere (next)))
   (let* ((next (make-counter 10)) (back (on there (lambda () (next) next))))
     (list (back) (next)))
   (let* ((account (make-account 100))
          (back (on there (lambda () ((car account) 11) account))))
     ((car back) 5)
     (list ((cdr back)) ((cdr account))))
   (let ((n 1))
     (set! n (+ n 1))
     (on there (lambda () (set! n (* n 10)) n)))
   (let ((n 1))
     (on there (lambda () (set! n 2)))
     n)
   ;; A variable that is assigned after the send.
   (let ((n 'before) (me (self)))
     (let ((p (remote-spawn there (lambda () (let ((go (?))) (! me n))))))
       (set! n 'after)
       (! p 'go)
       (? 5 'nothing)))
   (on there (lambda () ((compose (lambda (x) (* x 2)) (lambda (x) (+ x 1))) 5)))
   (let ((f (compose (lambda (x) (* x 2)) (lambda (x) (+ x 1)))))
     (on there (lambda () (f 5))))
   ((on there (lambda () (compose car cdr))) '(1 2 3))
   (let ((even? (make-even?))) (on there (lambda () (list (even? 1001) (even? 1000)))))
   ((by-way-of there third make-even?) 7)
   (let ((f (many 1 2 3 4 5 6 7 8 9 10))) (on there (lambda () (f 11 12 13))))
   ((by-way-of there third (lambda () (many 'a 'b 'c 'd 'e 'f 'g 'h 'i 'j))) 'k)
   (let ((f by-count)) (on there (lambda () (list (f) (f 1) (f 1 2) (f 1 2 3 4)))))
   (let ((f with-options)) (on there (lambda () (list (f 1) (f 1 2) (f 1 2 c: 3)))))
   (let ((f (curry + 1 2))) (on there (lambda () (f 3 4))))
   (map (on there (lambda () (curry list 'x))) '(1 2))
   ;; Primitives and library procedures.
   (on there (lambda () car))
   (let ((car (on there (lambda () car)))) (list (eq? car cdr) (car '(1 . 2))))
   (eq? car (by-way-of there third (lambda () car)))
   (let ((all (list car vector-ref map for-each sort string-append call/cc)))
     (map procedure? (by-way-of there third (lambda () all))))
   ((on there (lambda () sort)) '(3 1 2) <)
   ((on there (lambda () map)) + '(1 2) '(10 20))
   (on there (lambda () (let loop ((i 0) (sum 0)) (if (= i 1000) sum (loop (+ i 1) (+ sum i))))))
   (equal? (procedure-name (on there (lambda () make-counter))) (procedure-name make-counter))
   (on there (lambda () (call-with-current-continuation procedure?)))
   ;; The same procedure twice in one message, and a closure that holds itself.
   (let ((pair (on there (lambda () (let ((f (make-counter 0))) (f) (cons f f))))))
     (list (eq? (car pair) (cdr pair)) ((car pair)) ((cdr pair))))
   (let ((f #f))
     (set! f (lambda (n) (if (= n 0) 'done (f (- n 1)))))
     (on there (lambda () (f 100))))
   (on there (on there (lambda () (lambda () 'thunk))))
   ;; Macros leave nothing behind to be missed.
   (on there
       (lambda ()
         (define-syntax swap!
           (syntax-rules () ((_ a b) (let ((t a)) (set! a b) (set! b t)))))
         (let ((t 1) (u 2)) (swap! t u) (list t u))))
   (on there (lambda () (do ((i 0 (+ i 1)) (l '() (cons i l))) ((= i 5) l))))
   (on there (lambda () (let-values (((a b) (values 1 2)) ((c) (values 3))) (list a b c))))
   (on there (lambda () (case 3 ((1 2) 'low) ((3 4) 'high) (else 'none))))
   (on there (lambda () `(1 ,(+ 1 1) ,@(map 1+ '(2 3)))))))
