;; Procedures of several arities: clauses, optional and rest parameters, apply.
(define area
  (case-lambda
    (() 0)
    ((r) (* 3 r r))
    ((a b) (* a b))
    ((a b . more) (apply + a b more))))

(define (make-account balance)
  (case-lambda
    (() balance)
    ((amount) (set! balance (+ balance amount)) balance)
    ((from amount) (from (- amount)) (set! balance (+ balance amount)) (list balance (from)))))

(define (greet name #!optional (greeting "hello") #!rest more)
  (list greeting name more))

(define (self . args)
  (if (null? args)
      'end
      (cons (length args) (apply self (cdr args)))))

(define (many a b c d e f g . h) (list g f e d c b a h))

(define (run n)
  (let ((mine (make-account n)) (yours (make-account 100)))
    (list (area) (area n) (area n 2) (area 1 2 3 n)
          (mine) (mine 5) (mine yours 30) (yours)
          (greet 'x) (greet 'x "hi") (greet 'x "hi" 1 2)
          (self 1 2 3) (many 1 2 3 4 5 6 7) (apply many '(1 2 3 4 5 6 7 8 9))
          (guard (e (#t 'arity)) (mine 1 2 3)))))

(run 4)
