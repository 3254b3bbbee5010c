;;; Procedures of (scheme base) on lists that call other procedures: `map`, `for-each`,
;;; `member`, `assoc`. (srfi 1) exports the same ones.
;;;
;;; A continuation captured in such a call may be entered again, so results are made of
;;; new pairs only, after the last call.

(define-library (termite list)
  (export map for-each member assoc
          %any-null? %cars %cdrs)
  (import (termite core) (termite primitives))
  (begin

    ;; -- several lists at once --

    ;; Whether one of the lists has ended. What ends a list is checked by nobody then:
    ;; the lists may differ in length, and be circular as long as one is not.
    (define (%any-null? lists)
      (and (pair? lists)
           (or (not (pair? (car lists)))
               (%any-null? (cdr lists)))))

    (define (%cars lists)
      (if (pair? lists)
          (cons (car (car lists)) (%cars (cdr lists)))
          '()))

    (define (%cdrs lists)
      (if (pair? lists)
          (cons (cdr (car lists)) (%cdrs (cdr lists)))
          '()))

    ;; Raises unless `end`, what is left of `list` after its last pair, is the empty list.
    (define (check-end who argument list end)
      (if (not (null? end))
          (%signal-wrong-type who argument "a list" list)))

    ;; -- map --

    ;; A list of the results of `f` for the elements of the lists, until one ends (R7RS
    ;; 6.10).
    (define map
      (case-lambda
        ((f list) (map-1 f list))
        ((f a b) (map-2 f a b))
        ((f a b c . more) (map-n f (cons* a b c more)))))

    (define (map-1 f list)
      (let loop ((rest list) (results '()))
        (if (pair? rest)
            (let ((x (f (car rest))))
              (loop (cdr rest) (cons x results)))
            (begin
              (check-end 'map 2 list rest)
              (reverse results)))))

    (define (map-2 f list-a list-b)
      (let loop ((a list-a) (b list-b) (results '()))
        (if (and (pair? a) (pair? b))
            (let ((x (f (car a) (car b))))
              (loop (cdr a) (cdr b) (cons x results)))
            (begin
              (if (not (pair? a)) (check-end 'map 2 list-a a))
              (if (not (pair? b)) (check-end 'map 3 list-b b))
              (reverse results)))))

    (define (map-n f lists)
      (let loop ((lists lists) (results '()))
        (if (%any-null? lists)
            (reverse results)
            (let ((x (apply f (%cars lists))))
              (loop (%cdrs lists) (cons x results))))))

    ;; -- for-each --

    ;; Calls `f` with the elements of the lists, in order, until one ends (R7RS 6.10).
    (define for-each
      (case-lambda
        ((f list) (for-each-1 f list))
        ((f a b) (for-each-2 f a b))
        ((f a b c . more) (for-each-n f (cons* a b c more)))))

    (define (for-each-1 f list)
      (let loop ((rest list))
        (if (pair? rest)
            (begin
              (f (car rest))
              (loop (cdr rest)))
            (check-end 'for-each 2 list rest))))

    (define (for-each-2 f list-a list-b)
      (let loop ((a list-a) (b list-b))
        (if (and (pair? a) (pair? b))
            (begin
              (f (car a) (car b))
              (loop (cdr a) (cdr b)))
            (begin
              (if (not (pair? a)) (check-end 'for-each 2 list-a a))
              (if (not (pair? b)) (check-end 'for-each 3 list-b b))))))

    (define (for-each-n f lists)
      (if (not (%any-null? lists))
          (begin
            (apply f (%cars lists))
            (for-each-n f (%cdrs lists)))))

    ;; -- searching with a given equivalence --

    ;; The list from the first element on that is the same, by default `equal?`; #f if
    ;; there is none (R7RS 6.4).
    (define member
      (case-lambda
        ((x list) (%member x list))
        ((x list same?)
         (let loop ((rest list))
           (cond ((pair? rest)
                  (if (same? x (car rest)) rest (loop (cdr rest))))
                 (else
                  (check-end 'member 2 list rest)
                  #f))))))

    ;; The first pair of the list whose key is the same, by default `equal?`; #f if there
    ;; is none (R7RS 6.4).
    (define assoc
      (case-lambda
        ((key alist) (%assoc key alist))
        ((key alist same?)
         (let loop ((rest alist))
           (cond ((pair? rest)
                  (if (same? key (caar rest)) (car rest) (loop (cdr rest))))
                 (else
                  (check-end 'assoc 2 alist rest)
                  #f))))))))
