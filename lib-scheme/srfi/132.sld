;;; SRFI 132, sorting; and `sort`, which takes its arguments in either order.
;;;
;;; The stable merge sort of (termite sort) does all of it. It changes nothing that it has
;;; made, so the comparison may capture a continuation and enter it again; a vector that is
;;; to be changed is changed after the last comparison.

(define-library (srfi 132)
  (export list-sorted? vector-sorted?
          list-sort list-stable-sort list-sort! list-stable-sort!
          vector-sort vector-stable-sort vector-sort! vector-stable-sort!
          list-merge list-merge! vector-merge vector-merge!
          list-delete-neighbor-dups list-delete-neighbor-dups!
          vector-delete-neighbor-dups vector-delete-neighbor-dups!
          vector-find-median vector-find-median! vector-select! vector-separate!
          sort sort! stable-sort)
  (import (termite core) (termite primitives) (termite runtime) (termite sort))
  (begin

    ;; -- arguments --

    (define (check-list who argument x)
      (if (not (list? x))
          (%signal-wrong-type who argument "a list" x)))

    ;; The elements of a range of a vector, as a list.
    (define (elements who argument v start end)
      (if (not (vector? v))
          (%signal-wrong-type who argument "a vector" v))
      (vector->list v start end))

    ;; -- lists --

    ;; The elements in order; equal ones stay as they were.
    (define (list-sort less? list)
      (%check-procedure 'list-sort 1 less?)
      (check-list 'list-sort 2 list)
      (%sorted less? list))

    ;; As `list-sort`.
    (define (list-stable-sort less? list) (list-sort less? list))

    ;; As `list-sort`; may use up the list.
    (define (list-sort! less? list) (list-sort less? list))

    ;; As `list-sort!`.
    (define (list-stable-sort! less? list) (list-sort less? list))

    ;; Whether no element is less than the one before.
    (define (list-sorted? less? list)
      (or (null? list)
          (let loop ((x (car list)) (rest (cdr list)))
            (or (null? rest)
                (and (not (less? (car rest) x))
                     (loop (car rest) (cdr rest)))))))

    ;; The elements of two sorted lists in order.
    (define (list-merge less? a b)
      (check-list 'list-merge 2 a)
      (check-list 'list-merge 3 b)
      (%merged less? a b))

    ;; As `list-merge`; may use up the lists.
    (define (list-merge! less? a b) (list-merge less? a b))

    ;; The list without elements that are the same as the one before.
    (define (list-delete-neighbor-dups same? list)
      (let loop ((rest list) (kept '()))
        (cond ((null? rest) (reverse kept))
              ((and (pair? kept) (same? (car kept) (car rest))) (loop (cdr rest) kept))
              (else (loop (cdr rest) (cons (car rest) kept))))))

    ;; As `list-delete-neighbor-dups`; may use up the list.
    (define (list-delete-neighbor-dups! same? list)
      (list-delete-neighbor-dups same? list))

    ;; -- vectors --

    ;; A vector of the range's elements in order; equal ones stay as they were.
    (define (vector-sort less? v #!optional (start 0) (end #!default))
      (%check-procedure 'vector-sort 1 less?)
      (list->vector (%sorted less? (elements 'vector-sort 2 v start end))))

    ;; As `vector-sort`.
    (define (vector-stable-sort less? v #!optional (start 0) (end #!default))
      (vector-sort less? v start end))

    ;; Sorts the range in place.
    (define (vector-sort! less? v #!optional (start 0) (end #!default))
      (%check-procedure 'vector-sort! 1 less?)
      (fill-from! v
                  start
                  (%sorted less? (elements 'vector-sort! 2 v start end))))

    ;; As `vector-sort!`; equal elements stay as they were.
    (define (vector-stable-sort! less? v #!optional (start 0) (end #!default))
      (vector-sort! less? v start end))

    (define (fill-from! v start list)
      (let loop ((i start) (rest list))
        (if (pair? rest)
            (begin
              (vector-set! v i (car rest))
              (loop (+ i 1) (cdr rest))))))

    ;; Whether no element of the range is less than the one before.
    (define (vector-sorted? less? v #!optional (start 0) (end #!default))
      (list-sorted? less? (elements 'vector-sorted? 2 v start end)))

    ;; A vector of the elements of two sorted ranges in order.
    (define (vector-merge less? a b
                          #!optional
                          (start-a 0) (end-a #!default)
                          (start-b 0) (end-b #!default))
      (list->vector
       (list-merge less?
                   (elements 'vector-merge 2 a start-a end-a)
                   (elements 'vector-merge 3 b start-b end-b))))

    ;; Writes the elements of two sorted ranges in order into `to`.
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

    ;; A vector of the range without elements that are the same as the one before.
    (define (vector-delete-neighbor-dups same? v #!optional (start 0) (end #!default))
      (list->vector
       (list-delete-neighbor-dups same?
                                  (elements 'vector-delete-neighbor-dups 2 v start end))))

    ;; The range begins with the elements that are left; where they end.
    (define (vector-delete-neighbor-dups! same? v #!optional (start 0) (end #!default))
      (let ((kept (list-delete-neighbor-dups
                   same?
                   (elements 'vector-delete-neighbor-dups! 2 v start end))))
        (fill-from! v start kept)
        (+ start (length kept))))

    ;; -- selection --

    ;; The element in the middle of the sorted vector, `(mean a b)` of the two there, or
    ;; `knil` for an empty one.
    (define (vector-find-median less? v knil #!optional (mean average))
      (%check-procedure 'vector-find-median 1 less?)
      (median (%sorted less? (elements 'vector-find-median 2 v 0 (default-object))) knil mean))

    ;; The same; the vector is sorted then.
    (define (vector-find-median! less? v knil #!optional (mean average))
      (vector-sort! less? v)
      (median (vector->list v) knil mean))

    (define (median list knil mean)
      (let* ((n (length list)) (middle (quotient n 2)))
        (cond ((= n 0) knil)
              ((odd? n) (list-ref list middle))
              (else
               (let ((rest (list-tail list (- middle 1))))
                 (mean (car rest) (cadr rest)))))))

    ;; The element that would be the `k`th one of the range if it were sorted.
    (define (vector-select! less? v k #!optional (start 0) (end #!default))
      (%check-procedure 'vector-select! 1 less?)
      (let* ((list (elements 'vector-select! 2 v start end))
             (n (length list)))
        (if (not (and (exact-nonnegative-integer? k) (< k n)))
            (%signal-range 'vector-select! 3 "an index below the length of the range" k))
        (selected less? list k)))

    ;; Of a list that is not empty; what stands around a pivot goes into three lists.
    (define (selected less? list k)
      (let ((pivot (list-ref list (quotient (length list) 2))))
        (let loop ((rest list) (below '()) (i 0) (same '()) (j 0) (above '()))
          (cond ((pair? rest)
                 (let ((x (car rest)))
                   (cond ((less? x pivot)
                          (loop (cdr rest) (cons x below) (+ i 1) same j above))
                         ((less? pivot x)
                          (loop (cdr rest) below i same j (cons x above)))
                         (else
                          (loop (cdr rest) below i (cons x same) (+ j 1) above)))))
                ((< k i) (selected less? below k))
                ((< k (+ i j)) (list-ref same (- k i)))
                (else (selected less? above (- k i j)))))))

    ;; Brings the `k` least elements of the range to its beginning.
    (define (vector-separate! less? v k #!optional (start 0) (end #!default))
      (%check-procedure 'vector-separate! 1 less?)
      (let ((list (elements 'vector-separate! 2 v start end)))
        (if (not (and (exact-nonnegative-integer? k) (<= k (length list))))
            (%signal-range 'vector-separate! 3 "an index up to the length of the range" k))
        (fill-from! v start (%sorted less? list))))

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
      (cond ((list? sequence) (%sorted less? sequence))
            ((vector? sequence) (list->vector (%sorted less? (vector->list sequence))))
            (else (%signal-wrong-type who argument "a list or a vector" sequence))))

    ;; A sorted copy of a list or a vector; equal elements stay as they were.
    (define (stable-sort sequence less?) (sort sequence less?))

    ;; Of a vector, in place; of a list, its elements in a new list.
    (define (sort! sequence less?)
      (cond ((procedure? sequence) (sort! less? sequence))
            ((vector? sequence)
             (vector-sort! less? sequence)
             sequence)
            (else (sort sequence less?))))))
