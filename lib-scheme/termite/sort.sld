;;; The merge sort of SRFI 132.
;;;
;;; It is stable, makes lists, and changes nothing that it has made, so the comparison may
;;; capture a continuation and enter it again. A merge makes its result from the back to the
;;; front, so merging ascending lists gives a descending one and the other way round; the
;;; levels of the recursion take turns, and nothing needs to be reversed.
;;;
;;; Each sort is made by a macro from its comparison: for `<` and `>` the comparison is part
;;; of the loop, for any other procedure it is a call.

(define-library (termite sort)
  (export %sorted %merged)
  (import (termite core) (termite primitives))
  (begin

    ;; (define-sort sort merge (parameter ...) (x y) before?): `(sort parameter ... list)`
    ;; sorts so that `before?` holds of no `y` and an `x` that stands somewhere before it;
    ;; `(merge parameter ... a b)` merges two sorted lists.
    (define-syntax define-sort
      (syntax-rules ()
        ((_ sort merge (parameter ...) (x y) before?)
         (begin

           (define (sort parameter ... list)
             (let* ((v (list->vector list)) (n (vector-length v)))
               (if (= n 0)
                   '()
                   (sort-up parameter ... v 0 n))))

           (define (merge parameter ... a b)
             (reverse (merge-up parameter ... a b '())))

           ;; `n` elements of the vector `v` from `at` on, n > 0, in a list in ascending
           ;; order.
           (define (sort-up parameter ... v at n)
             (cond ((= n 1) (cons (vector-ref v at) '()))
                   ((= n 2)
                    (let ((y (vector-ref v at)) (x (vector-ref v (+ at 1))))
                      (if before? (cons* x y '()) (cons* y x '()))))
                   (else
                    (let* ((half (quotient n 2))
                           (a (sort-down parameter ... v at half))
                           (b (sort-down parameter ... v (+ at half) (- n half))))
                      (merge-down parameter ... a b '())))))

           ;; The same in descending order; of equal elements the later comes first.
           (define (sort-down parameter ... v at n)
             (cond ((= n 1) (cons (vector-ref v at) '()))
                   ((= n 2)
                    (let ((y (vector-ref v at)) (x (vector-ref v (+ at 1))))
                      (if before? (cons* y x '()) (cons* x y '()))))
                   (else
                    (let* ((half (quotient n 2))
                           (a (sort-up parameter ... v at half))
                           (b (sort-up parameter ... v (+ at half) (- n half))))
                      (merge-up parameter ... a b '())))))

           ;; Pushes the elements of the ascending lists `a` and `b`, the least first, onto
           ;; `result`; of equal ones those of `a` first.
           (define (merge-up parameter ... a b result)
             (cond ((null? a) (append-reverse b result))
                   ((null? b) (append-reverse a result))
                   ((let ((x (car b)) (y (car a))) before?)
                    (merge-up parameter ... a (cdr b) (cons (car b) result)))
                   (else
                    (merge-up parameter ... (cdr a) b (cons (car a) result)))))

           ;; The same for descending lists, the greatest first; of equal ones those of `b`.
           (define (merge-down parameter ... a b result)
             (cond ((null? a) (append-reverse b result))
                   ((null? b) (append-reverse a result))
                   ((let ((x (car b)) (y (car a))) before?)
                    (merge-down parameter ... (cdr a) b (cons (car a) result)))
                   (else
                    (merge-down parameter ... a (cdr b) (cons (car b) result)))))))))

    (define-sort sorted-by merged-by (less?) (x y) (less? x y))
    (define-sort sorted-up merged-up () (x y) (< x y))
    (define-sort sorted-down merged-down () (x y) (> x y))

    (define (%sorted less? list)
      (cond ((eq? less? <) (sorted-up list))
            ((eq? less? >) (sorted-down list))
            (else (sorted-by less? list))))

    (define (%merged less? a b)
      (cond ((eq? less? <) (merged-up a b))
            ((eq? less? >) (merged-down a b))
            (else (merged-by less? a b))))))
