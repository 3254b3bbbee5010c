;;; R7RS 6.4: pairs and lists.
(include "check.inc")

(define x (list 'a 'b 'c))
(define y x)
(check
 y => (a b c)
 (list? y) => #t
 (begin (set-cdr! x 4) x) => (a . 4)
 (eqv? x y) => #t
 y => (a . 4)
 (list? y) => #f
 (begin (set-cdr! x x) (list? x)) => #f)

(check
 (pair? '(a . b)) => #t
 (pair? '(a b c)) => #t
 (pair? '()) => #f
 (pair? '#(a b)) => #f
 (pair? "ab") => #f
 (cons 'a '()) => (a)
 (cons '(a) '(b c d)) => ((a) b c d)
 (cons "a" '(b c)) => ("a" b c)
 (cons 'a 3) => (a . 3)
 (cons '(a b) 'c) => ((a b) . c)
 (car '(a b c)) => a
 (car '((a) b c d)) => (a)
 (car '(1 . 2)) => 1
 (car '()) =>! error
 (car 5) =>! error
 (cdr '((a) b c d)) => (b c d)
 (cdr '(1 . 2)) => 2
 (cdr '()) =>! error
 (cdr "x") =>! error
 (let ((p (list 'not-a-constant-list))) (set-car! p 3) p) => (3)
 (let ((p (cons 1 2))) (set-cdr! p 3) p) => (1 . 3)
 (set-car! '() 1) =>! error
 (set-cdr! 5 1) =>! error
 (set-car! (list 1)) =>! error)

;; All 28 compositions of car and cdr.
(define tree
  '((((1 . 2) . (3 . 4)) . ((5 . 6) . (7 . 8))) . (((9 . 10) . (11 . 12)) . ((13 . 14) . (15 . 16)))))
(check
 (caar '((1 . 2) . 3)) => 1
 (cadr '(1 2 . 3)) => 2
 (cdar '((1 . 2) . 3)) => 2
 (cddr '(1 2 . 3)) => 3
 (caaar tree) => (1 . 2)
 (cdaar tree) => (3 . 4)
 (cadar tree) => (5 . 6)
 (cddar tree) => (7 . 8)
 (caadr tree) => (9 . 10)
 (cdadr tree) => (11 . 12)
 (caddr tree) => (13 . 14)
 (cdddr tree) => (15 . 16)
 (caaaar tree) => 1
 (cdaaar tree) => 2
 (cadaar tree) => 3
 (cddaar tree) => 4
 (caadar tree) => 5
 (cdadar tree) => 6
 (caddar tree) => 7
 (cdddar tree) => 8
 (caaadr tree) => 9
 (cdaadr tree) => 10
 (cadadr tree) => 11
 (cddadr tree) => 12
 (caaddr tree) => 13
 (cdaddr tree) => 14
 (cadddr tree) => 15
 (cddddr tree) => 16
 (caar '(1)) =>! error
 (cadr '(1)) =>! error
 (cdar '(1)) =>! error
 (cddr '(1)) =>! error
 (caaar '(1)) =>! error
 (caadr '(1 2)) =>! error
 (cadar '((1))) =>! error
 (caddr '(1 2)) =>! error
 (cdddr '(1 2)) =>! error
 (cadddr '(1 2 3)) =>! error
 (cddddr '(1 2 3)) =>! error
 (caaaar 5) =>! error)

(check
 (null? '()) => #t
 (null? '(1)) => #f
 (null? #f) => #f
 (null? "") => #f
 (list? '(a b c)) => #t
 (list? '()) => #t
 (list? '(a . b)) => #f
 (list? 5) => #f
 (let ((x (list 'a))) (set-cdr! x x) (list? x)) => #f
 (let ((x (list 1 2 3 4))) (set-cdr! (cdddr x) (cdr x)) (list? x)) => #f
 (make-list 2 3) => (3 3)
 (length (make-list 3)) => 3
 (make-list 0) => ()
 (make-list 0 1) => ()
 (make-list -1) =>! error
 (make-list 'a) =>! error
 (list 'a (+ 3 4) 'c) => (a 7 c)
 (list) => ()
 (length '(a b c)) => 3
 (length '(a (b) (c d e))) => 3
 (length '()) => 0
 (length '(a . b)) =>! error
 (length 5) =>! error
 (let ((x (list 1))) (set-cdr! x x) (length x)) =>! error
 (append '(x) '(y)) => (x y)
 (append '(a) '(b c d)) => (a b c d)
 (append '(a (b)) '((c))) => (a (b) (c))
 (append '(a b) '(c . d)) => (a b c . d)
 (append '() 'a) => a
 (append) => ()
 (append '()) => ()
 (append 5) => 5
 (append '() '() '(1) '() '(2)) => (1 2)
 (append '(1) '(2) '(3) 4) => (1 2 3 . 4)
 (let* ((t (list 1)) (a (append '(0) t))) (eq? (cdr a) t)) => #t
 (let* ((h (list 1)) (a (append h '()))) (eq? a h)) => #f
 (append '(a . b) '(c)) =>! error
 (append 5 '(c)) =>! error
 (reverse '(a b c)) => (c b a)
 (reverse '(a (b c) d (e (f)))) => ((e (f)) d (b c) a)
 (reverse '()) => ()
 (reverse '(a . b)) =>! error
 (reverse 5) =>! error
 (list-tail '(a b c d) 2) => (c d)
 (list-tail '(a b) 0) => (a b)
 (list-tail '(a b) 2) => ()
 (list-tail '(a b . c) 2) => c
 (list-tail 'x 0) => x
 (let ((l (list 1 2 3))) (eq? (list-tail l 1) (cdr l))) => #t
 (list-tail '(a b) 3) =>! error
 (list-tail '(a b) -1) =>! error
 (list-ref '(a b c d) 2) => c
 (list-ref '(a b c d) (exact (round 1.8))) => c
 (list-ref '(a b . c) 1) => b
 (list-ref '(a b) 2) =>! error
 (list-ref '() 0) =>! error
 (list-ref '(a b) -1) =>! error
 (list-ref '(a b) 1.0) =>! error
 (let ((ls (list 'one 'two 'five!))) (list-set! ls 2 'three) ls) => (one two three)
 (let ((ls (list 1 2))) (list-set! ls 0 'x) ls) => (x 2)
 (list-set! '(0 1 2) 1 "oops") =>! error
 (list-set! (list 1 2) 2 3) =>! error
 (list-set! (list 1 2) -1 3) =>! error)

(define e '((a 1) (b 2) (c 3)))
(check
 (memq 'c '(a b c d e)) => (c d e)
 (memq 'a '(a b c)) => (a b c)
 (memq 'd '(a b c)) => #f
 (memq (list 'a) '(b (a) c)) => #f
 (memq 'a '()) => #f
 (member (list 'a) '(b (a) c)) => ((a) c)
 (member "B" '("a" "b" "c") string-ci=?) => ("b" "c")
 (member 2 '(1 2 3) <) => (3)
 (member 2.0 '(1 2 3)) => #f
 (member 2.0 '(1 2 3) =) => (2 3)
 (memv 101 '(100 101 102)) => (101 102)
 (memv 1.5 '(1 1.5 2)) => (1.5 2)
 (memv 5 '()) => #f
 (let ((l (list 1 2 3))) (eq? (memv 2 l) (cdr l))) => #t
 (memq 'a 5) =>! error
 (memv 'a '(b . c)) =>! error
 (member 'a '(b . c)) =>! error
 (member 1 '(1) 5) =>! error
 (assq 'a e) => (a 1)
 (assq 'b e) => (b 2)
 (assq 'd e) => #f
 (assq (list 'a) '(((a)) ((b)) ((c)))) => #f
 (assoc (list 'a) '(((a)) ((b)) ((c)))) => ((a))
 (assoc 2.0 '((1 1) (2 4) (3 9)) =) => (2 4)
 (assoc 2.0 '((1 1) (2 4))) => #f
 (assoc "B" '(("a" . 1) ("b" . 2)) string-ci=?) => ("b" . 2)
 (assv 5 '((2 3) (5 7) (11 13))) => (5 7)
 (assv 1.5 '((1 a) (1.5 b))) => (1.5 b)
 (assv 1 '()) => #f
 (assq 'a '(5)) =>! error
 (assv 'a '((b . 1) . c)) =>! error
 (assoc 'a 7) =>! error
 ;; member and assoc call the predicate with the object first.
 (let ((seen '())) (member 'x '(a b) (lambda (p q) (set! seen (cons (list p q) seen)) #f)) seen) => ((x b) (x a))
 (let ((seen '())) (assoc 'x '((a) (b)) (lambda (p q) (set! seen (cons (list p q) seen)) #f)) seen) => ((x b) (x a)))

(define a '(1 8 2 8))
(define b (list-copy a))
(check
 (begin (set-car! b 3) b) => (3 8 2 8)
 a => (1 8 2 8)
 (list-copy '()) => ()
 (list-copy 5) => 5
 (list-copy '(1 2 . 3)) => (1 2 . 3)
 (let* ((l (list (list 1) 2)) (m (list-copy l))) (list (eq? l m) (eq? (car l) (car m)))) => (#f #t))

(report)
