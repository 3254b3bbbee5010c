;;; R7RS 6.10: control features.
(include "check.inc")

(check
 (procedure? car) => #t
 (procedure? 'car) => #f
 (procedure? (lambda (x) (* x x))) => #t
 (procedure? '(lambda (x) (* x x))) => #f
 (call-with-current-continuation procedure?) => #t
 (apply + (list 3 4)) => 7
 (apply + 1 2 '(3 4)) => 10
 (apply list '()) => ()
 (apply list 1 2 '()) => (1 2)
 (let ((compose (lambda (f g) (lambda args (f (apply g args)))))) ((compose sqrt *) 12 75)) => 30
 (apply + 1) =>! error
 (apply + '(1 . 2)) =>! error
 (apply 5 '()) =>! error
 (apply car '(1 2)) =>! error
 (apply apply (list + (list 1 2))) => 3
 (apply + (make-list 5000 1)) => 5000)

;; map and its relatives
(check
 (map cadr '((a b) (d e) (g h))) => (b e h)
 (map (lambda (n) (expt n n)) '(1 2 3 4 5)) => (1 4 27 256 3125)
 (map + '(1 2 3) '(4 5 6)) => (5 7 9)
 (let ((count 0)) (map (lambda (ignored) (set! count (+ count 1)) count) '(a b))) =>one-of ((1 2) (2 1))
 (map + '(1 2) '(10 20 30)) => (11 22)
 (map + '(1 2 3) '(10 20)) => (11 22)
 (map car '()) => ()
 (map list '(1 2) '(3 4) '(5 6)) => ((1 3 5) (2 4 6))
 (map + '(1 2) (let ((c (list 10 20))) (set-cdr! (cdr c) c) c)) => (11 22)
 (map car 5) =>! error
 (map car '((1) . 2)) =>! error
 (map 5 '(1)) =>! error
 (map car) =>! error
 (string-map char-foldcase "AbdEgH") => "abdegh"
 (string-map (lambda (c) (integer->char (+ 1 (char->integer c)))) "HAL") => "IBM"
 (string-map (lambda (c k) ((if (eqv? k #\u) char-upcase char-downcase) c)) "studlycaps xxx" "ululululul") => "StUdLyCaPs"
 (string-map char-upcase "") => ""
 (string-map (lambda (c) 5) "a") =>! error
 (string-map char-upcase 'a) =>! error
 (vector-map cadr '#((a b) (d e) (g h))) => #(b e h)
 (vector-map (lambda (n) (expt n n)) #(1 2 3 4 5)) => #(1 4 27 256 3125)
 (vector-map * #(1 2) #(10 20)) => #(10 40)
 (let ((count 0)) (vector-map (lambda (ignored) (set! count (+ count 1)) count) '#(a b))) =>one-of (#(1 2) #(2 1))
 (vector-map + #(1 2 3) #(10 20)) => #(11 22)
 (vector-map car #()) => #()
 (vector-map car '(1)) =>! error
 (let ((v (make-vector 5))) (for-each (lambda (i) (vector-set! v i (* i i))) '(0 1 2 3 4)) v) => #(0 1 4 9 16)
 (for-each display '(1 2 3)) =>output "123"
 (for-each (lambda (a b) (display (+ a b))) '(1 2) '(10 20 30)) =>output "1122"
 (for-each car 5) =>! error
 (let ((v '())) (string-for-each (lambda (c) (set! v (cons (char->integer c) v))) "abcde") v) => (101 100 99 98 97)
 (string-for-each (lambda (a b) (display a) (display b)) "ace" "bd") =>output "abcd"
 (string-for-each display 5) =>! error
 (let ((v (make-list 5))) (vector-for-each (lambda (i) (list-set! v i (* i i))) '#(0 1 2 3 4)) v) => (0 1 4 9 16)
 (vector-for-each (lambda (a b) (display (* a b))) #(1 2 3) #(4 5)) =>output "410"
 (vector-for-each display 5) =>! error
 (length (map (lambda (x) x) (make-list 10000 1))) => 10000)

;; call/cc
(define list-length
  (lambda (obj)
    (call-with-current-continuation
     (lambda (return)
       (letrec ((r (lambda (obj)
                     (cond ((null? obj) 0) ((pair? obj) (+ (r (cdr obj)) 1)) (else (return #f))))))
         (r obj))))))
(define (generate-one-element-at-a-time lst)
  (define (control-state return)
    (for-each
     (lambda (element)
       (set! return
         (call-with-current-continuation
          (lambda (resume) (set! control-state resume) (return element)))))
     lst)
    (return 'end))
  (lambda () (call-with-current-continuation control-state)))
(check
 (call-with-current-continuation
  (lambda (exit) (for-each (lambda (x) (if (negative? x) (exit x))) '(54 0 37 -3 245 19)) #t)) => -3
 (list-length '(1 2 3 4)) => 4
 (list-length '(a b . c)) => #f
 (+ 1 (call/cc (lambda (k) (+ 10 (k 1))))) => 2
 (eq? call/cc call-with-current-continuation) => #t
 (call-with-values (lambda () (call/cc (lambda (k) (k 1 2 3)))) list) => (1 2 3)
 (call-with-values (lambda () (call/cc (lambda (k) (k)))) list) => ()
 (let ((k (call/cc (lambda (c) c)))) (if (procedure? k) (k 5) k)) => 5
 (let ((k #f) (n 0)) (call/cc (lambda (c) (set! k c))) (set! n (+ n 1)) (if (< n 5) (k #f)) n) => 5
 (let ((g (generate-one-element-at-a-time '(1 2 3)))) (let* ((a (g)) (b (g)) (c (g)) (d (g))) (list a b c d))) => (1 2 3 end)
 (call/cc 5) =>! error
 (call/cc (lambda () 1)) =>! error
 (let loop ((i 0)) (if (< i 10000) (loop (call/cc (lambda (k) (k (+ i 1))))) i)) => 10000
 ;; R7RS 6.10: a second return from `map` does not affect the value of the first.
 (let ((k #f) (results '()) (n 0))
   (let ((r (map (lambda (x) (call/cc (lambda (c) (if (= x 2) (set! k c)) x))) '(1 2 3))))
     (set! results (cons r results))
     (set! n (+ n 1))
     (if (< n 3) (k (* n 10)))
     results)) => ((1 20 3) (1 10 3) (1 2 3))
 (let ((k #f) (results '()) (n 0))
   (let ((r (vector-map (lambda (x) (call/cc (lambda (c) (if (= x 2) (set! k c)) x))) #(1 2 3))))
     (set! results (cons r results))
     (set! n (+ n 1))
     (if (< n 3) (k (* n 10)))
     results)) => (#(1 20 3) #(1 10 3) #(1 2 3))
 (let ((k #f) (results '()) (n 0))
   (let ((r (string-map (lambda (x) (call/cc (lambda (c) (if (char=? x #\b) (set! k c)) x))) "abc")))
     (set! results (cons r results))
     (set! n (+ n 1))
     (if (< n 3) (k #\x))
     results)) => ("axc" "axc" "abc")
 (let ((k* #f) (y* 1))
   (set! y* (* y* 2))
   (let ((r (call/cc (lambda (c) (set! k* c) 1)))) (if (< y* 8) (begin (set! y* (* y* 2)) (k* r)) y*))) => 8)

;; values
(check
 (call-with-values (lambda () (values 4 5)) (lambda (a b) b)) => 5
 (call-with-values * -) => -1
 (call-with-values (lambda () (values)) list) => ()
 (call-with-values (lambda () 1) list) => (1)
 (call-with-values values list) => ()
 (values 1) => 1
 (begin (values 1 2) 3) => 3
 (call-with-values (lambda () (values 1 2)) (lambda (a) a)) =>! error
 (call-with-values 5 list) =>! error
 (call-with-values (lambda () (apply values (make-list 500 1))) +) => 500
 (let ((k (lambda () (values 1 2)))) (call-with-values k cons)) => (1 . 2))

;; dynamic-wind
(check
 (let ((path '()) (c #f))
   (let ((add (lambda (s) (set! path (cons s path)))))
     (dynamic-wind
      (lambda () (add 'connect))
      (lambda () (add (call-with-current-continuation (lambda (c0) (set! c c0) 'talk1))))
      (lambda () (add 'disconnect)))
     (if (< (length path) 4) (c 'talk2) (reverse path)))) => (connect talk1 disconnect connect talk2 disconnect)
 (dynamic-wind (lambda () 1) (lambda () 2) (lambda () 3)) => 2
 (call-with-values (lambda () (dynamic-wind (lambda () #f) (lambda () (values 1 2)) (lambda () #f))) list) => (1 2)
 (dynamic-wind (lambda () (display "[")) (lambda () (display "x")) (lambda () (display "]"))) =>output "[x]"
 (call/cc (lambda (k) (dynamic-wind (lambda () (display "[")) (lambda () (k 1)) (lambda () (display "]"))))) =>output "[]"
 (call/cc (lambda (k)
   (dynamic-wind (lambda () (display "("))
                 (lambda () (dynamic-wind (lambda () (display "[")) (lambda () (k 1)) (lambda () (display "]"))))
                 (lambda () (display ")"))))) =>output "([])"
 (let ((k #f) (n 0))
   (dynamic-wind (lambda () (display "<")) (lambda () (call/cc (lambda (c) (set! k c))) (display n)) (lambda () (display ">")))
   (set! n (+ n 1))
   (if (< n 3) (k #f))) =>output "<0><1><2>"
 ;; Between two extents with a common one: only what differs is left and entered.
 (let ((k #f) (back #f) (done #f))
   (dynamic-wind
    (lambda () (display "a"))
    (lambda ()
      (dynamic-wind (lambda () (display "b")) (lambda () (call/cc (lambda (c) (set! k c)))) (lambda () (display "B")))
      (if (not done)
          (dynamic-wind (lambda () (display "c")) (lambda () (set! done #t) (k #f)) (lambda () (display "C")))))
    (lambda () (display "A")))) =>output "abBcCbBA"
 ;; Escaping from an after thunk, and from a before thunk.
 (call/cc (lambda (k) (dynamic-wind (lambda () #f) (lambda () 'body) (lambda () (k 'after))))) => after
 (call/cc (lambda (k) (dynamic-wind (lambda () (k 'before)) (lambda () 'body) (lambda () (display "not entered"))))) => before
 (call/cc (lambda (k) (dynamic-wind (lambda () (k 'before)) (lambda () 'body) (lambda () (display "no"))))) =>output ""
 (guard (e (#t (list 'caught e))) (dynamic-wind (lambda () #f) (lambda () (raise 'x)) (lambda () #f))) => (caught x)
 (dynamic-wind 1 2 3) =>! error
 ;; The thunks run in the dynamic environment of the call of dynamic-wind.
 (let ((p (make-parameter 'outer)))
   (parameterize ((p 'around))
     (call/cc (lambda (k)
       (dynamic-wind (lambda () (display (p)))
                     (lambda () (parameterize ((p 'inner)) (k 1)))
                     (lambda () (display (p)))))))) =>output "aroundaround")
(report)
