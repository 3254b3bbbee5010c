;; The system's sort, of lists and vectors of integers, and of strings. `bench-sort` comes
;; from the prelude: what the system has for lists and vectors, with a stable order.

;; @size full=1000000 zeal=50
(define size 1000000)

;; A linear congruential sequence.
(define (next x)
  (remainder (+ (* x 69069) 1) 4294967296))

(define (numbers n)
  (let loop ((i 0) (x 1) (list '()))
    (if (< i n)
        (loop (+ i 1) (next x) (cons (quotient x 16) list))
        list)))

(define (ascending? list less?)
  (or (null? list)
      (let loop ((last (car list)) (rest (cdr list)))
        (or (null? rest)
            (and (not (less? (car rest) last))
                 (loop (car rest) (cdr rest)))))))

(define some-numbers (numbers size))
(define some-vector (list->vector some-numbers))
(define some-words (map number->string (numbers (quotient size 10))))

(define (main)
  (let ((sorted (bench-sort some-numbers <)))
    (list (ascending? sorted <)
          (equal? sorted (vector->list (bench-sort some-vector <)))
          (ascending? (bench-sort some-words string<?) string<?))))

(bench-run "sort" main '(#t #t #t))
