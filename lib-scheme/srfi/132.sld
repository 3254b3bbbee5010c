;;; SRFI 132, sorting; and `sort`, which takes its arguments in either order.
;;;
;;; One stable merge sort of lists does all of it. It changes nothing that it has made,
;;; so the comparison may capture a continuation and enter it again.

(define-library (srfi 132)
  (export list-sorted? vector-sorted?
          list-sort list-stable-sort list-sort! list-stable-sort!
          vector-sort vector-stable-sort vector-sort! vector-stable-sort!
          list-merge list-merge! vector-merge vector-merge!
          list-delete-neighbor-dups list-delete-neighbor-dups!
          vector-delete-neighbor-dups
          vector-find-median
          sort sort! stable-sort)
  (import (termite core) (termite primitives) (termite runtime))
  (begin

    ;; -- the merge sort --
    ;;
    ;; A merge makes its result from the back to the front, so merging ascending lists
    ;; gives a descending one and the other way round; the levels of the recursion take
    ;; turns, and nothing needs to be reversed.

    ;; `n` elements of the vector `v` from `at` on, n > 0, in a list in ascending order.
    (define (sort-up less? v at n)
      (cond ((= n 1) (cons (vector-ref v at) '()))
            ((= n 2) (two-up less? (vector-ref v at) (vector-ref v (+ at 1))))
            (else
             (let* ((half (quotient n 2))
                    (a (sort-down less? v at half))
                    (b (sort-down less? v (+ at half) (- n half))))
               (merge-down less? a b '())))))

    ;; The same in descending order; of equal elements the later comes first.
    (define (sort-down less? v at n)
      (cond ((= n 1) (cons (vector-ref v at) '()))
            ((= n 2) (two-down less? (vector-ref v at) (vector-ref v (+ at 1))))
            (else
             (let* ((half (quotient n 2))
                    (a (sort-up less? v at half))
                    (b (sort-up less? v (+ at half) (- n half))))
               (merge-up less? a b '())))))

    (define (two-up less? x y)
      (if (less? y x) (cons* y x '()) (cons* x y '())))

    (define (two-down less? x y)
      (if (less? y x) (cons* x y '()) (cons* y x '())))

    ;; Pushes the elements of the ascending lists `a` and `b`, the least first, onto
    ;; `result`; of equal ones those of `a` first.
    (define (merge-up less? a b result)
      (cond ((null? a) (append-reverse b result))
            ((null? b) (append-reverse a result))
            ((less? (car b) (car a)) (merge-up less? a (cdr b) (cons (car b) result)))
            (else (merge-up less? (cdr a) b (cons (car a) result)))))

    ;; The same for descending lists, the greatest first; of equal ones those of `b`.
    (define (merge-down less? a b result)
      (cond ((null? a) (append-reverse b result))
            ((null? b) (append-reverse a result))
            ((less? (car b) (car a)) (merge-down less? (cdr a) b (cons (car a) result)))
            (else (merge-down less? a (cdr b) (cons (car b) result)))))

    ;; The elements of a vector, which nothing changes meanwhile, in a list.
    (define (sorted less? v)
      (let ((n (vector-length v)))
        (if (= n 0)
            '()
            (sort-up less? v 0 n))))

    ;; -- arguments --

    (define (check-list who argument x)
      (if (not (list? x))
          (%signal-wrong-type who argument "a list" x)))

    (define (check-vector who argument x)
      (if (not (vector? x))
          (%signal-wrong-type who argument "a vector" x)))

    ;; The elements of a range of a vector, as a list.
    (define (elements who argument v start end)
      (check-vector who argument v)
      (vector->list v start end))

    ;; The same, sorted.
    (define (sorted-range who less? v start end)
      (check-vector who 2 v)
      (sorted less? (vector-copy v start end)))

    ;; -- lists --

    (define (list-sort less? list)
      (%check-procedure 'list-sort 1 less?)
      (check-list 'list-sort 2 list)
      (sorted less? (list->vector list)))

    (define (list-stable-sort less? list) (list-sort less? list))
    (define (list-sort! less? list) (list-sort less? list))
    (define (list-stable-sort! less? list) (list-sort less? list))

    (define (list-sorted? less? list)
      (or (null? list)
          (let loop ((x (car list)) (rest (cdr list)))
            (or (null? rest)
                (and (not (less? (car rest) x))
                     (loop (car rest) (cdr rest)))))))

    (define (list-merge less? a b)
      (check-list 'list-merge 2 a)
      (check-list 'list-merge 3 b)
      (reverse (merge-up less? a b '())))

    (define (list-merge! less? a b) (list-merge less? a b))

    (define (list-delete-neighbor-dups same? list)
      (let loop ((rest list) (kept '()))
        (cond ((null? rest) (reverse kept))
              ((and (pair? kept) (same? (car kept) (car rest))) (loop (cdr rest) kept))
              (else (loop (cdr rest) (cons (car rest) kept))))))

    (define (list-delete-neighbor-dups! same? list)
      (list-delete-neighbor-dups same? list))

    ;; -- vectors --

    (define (vector-sort less? v #!optional (start 0) (end #!default))
      (%check-procedure 'vector-sort 1 less?)
      (list->vector (sorted-range 'vector-sort less? v start end)))

    (define (vector-stable-sort less? v #!optional (start 0) (end #!default))
      (vector-sort less? v start end))

    (define (vector-sort! less? v #!optional (start 0) (end #!default))
      (%check-procedure 'vector-sort! 1 less?)
      (fill-from! v start (sorted-range 'vector-sort! less? v start end)))

    (define (vector-stable-sort! less? v #!optional (start 0) (end #!default))
      (vector-sort! less? v start end))

    (define (fill-from! v start list)
      (let loop ((i start) (rest list))
        (if (pair? rest)
            (begin
              (vector-set! v i (car rest))
              (loop (+ i 1) (cdr rest))))))

    (define (vector-sorted? less? v #!optional (start 0) (end #!default))
      (list-sorted? less? (elements 'vector-sorted? 2 v start end)))

    (define (vector-merge less? a b
                          #!optional
                          (start-a 0) (end-a #!default)
                          (start-b 0) (end-b #!default))
      (list->vector
       (list-merge less?
                   (elements 'vector-merge 2 a start-a end-a)
                   (elements 'vector-merge 3 b start-b end-b))))

    (define (vector-merge! less? to a b
                           #!optional
                           (start 0)
                           (start-a 0) (end-a #!default)
                           (start-b 0) (end-b #!default))
      (fill-from! to
                  start
                  (list-merge less?
                              (elements 'vector-merge! 3 a start-a end-a)
                              (elements 'vector-merge! 4 b start-b end-b))))

    (define (vector-delete-neighbor-dups same? v #!optional (start 0) (end #!default))
      (list->vector
       (list-delete-neighbor-dups same?
                                  (elements 'vector-delete-neighbor-dups 2 v start end))))

    (define (vector-find-median less? v knil #!optional (mean average))
      (let* ((list (sorted-range 'vector-find-median less? v 0 #!default))
             (n (vector-length v))
             (middle (quotient n 2)))
        (cond ((= n 0) knil)
              ((odd? n) (list-ref list middle))
              (else
               (mean (list-ref list (- middle 1)) (list-ref list middle))))))

    (define (average x y)
      (/ (+ x y) 2))

    ;; -- sort --

    ;; `(sort sequence less?)`, the order of SRFI 95 and Gambit, or `(sort less?
    ;; sequence)`, that of R6RS.
    (define (sort sequence less?)
      (cond ((procedure? sequence) (sort-sequence 'sort 2 less? sequence))
            (else
             (%check-procedure 'sort 2 less?)
             (sort-sequence 'sort 1 sequence less?))))

    (define (sort-sequence who argument sequence less?)
      (cond ((list? sequence) (sorted less? (list->vector sequence)))
            ((vector? sequence) (list->vector (sorted less? (vector-copy sequence))))
            (else (%signal-wrong-type who argument "a list or a vector" sequence))))

    (define (stable-sort sequence less?) (sort sequence less?))

    ;; Of a vector, in place; of a list, its elements in a new list.
    (define (sort! sequence less?)
      (cond ((procedure? sequence) (sort! less? sequence))
            ((vector? sequence)
             (vector-sort! less? sequence)
             sequence)
            (else (sort sequence less?))))))
