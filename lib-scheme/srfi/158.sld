;;; SRFI 158, generators and accumulators: the generators that are made from others, and the
;;; accumulators. Other generators are in (termite generator).
;;;
;;; An accumulator takes an element a call, and returns what has been gathered when it is
;;; given the end-of-file object.

(define-library (srfi 158)
  (export
   generator circular-generator make-iota-generator make-range-generator
   make-coroutine-generator list->generator vector->generator reverse-vector->generator
   string->generator bytevector->generator make-for-each-generator make-unfold-generator
   gcons* gappend gflatten ggroup gmerge gmap gcombine gfilter gremove gstate-filter
   gtake gdrop gtake-while gdrop-while gdelete gdelete-neighbor-dups gindex gselect
   generator->list generator->reverse-list generator->vector generator->vector!
   generator->string generator-fold generator-map->list generator-for-each generator-find
   generator-count generator-any generator-every generator-unfold
   make-accumulator count-accumulator list-accumulator reverse-list-accumulator
   vector-accumulator reverse-vector-accumulator vector-accumulator! string-accumulator
   bytevector-accumulator bytevector-accumulator! sum-accumulator product-accumulator)
  (import (termite core) (termite primitives) (termite runtime) (termite list)
          (only (termite sequence) %reverse-list->vector)
          (termite generator))
  (begin

    (define (check-count who argument x)
      (if (not (exact-nonnegative-integer? x))
          (%signal-wrong-type who argument "an exact nonnegative integer" x)))

    (define (check-generators who argument generators)
      (let loop ((argument argument) (rest generators))
        (if (pair? rest)
            (begin
              (%check-procedure who argument (car rest))
              (loop (+ argument 1) (cdr rest))))))

    ;; -- one generator after another --

    ;; `(gcons* element ... generator)` gives the elements, then those of the generator.
    (define (gcons* first . more)
      (let ((rest (cons first more)))
        (lambda ()
          (if (null? (cdr rest))
              ((car rest))
              (let ((x (car rest)))
                (set! rest (cdr rest))
                x)))))

    ;; The elements of generators, one generator after the other.
    (define (gappend . generators)
      (check-generators 'gappend 1 generators)
      (gflatten (list->generator generators)))

    ;; Of a generator of generators, all elements.
    (define (gflatten generators)
      (%check-procedure 'gflatten 1 generators)
      (let ((next #f))
        (lambda ()
          (let loop ()
            (if (eof-object? next)
                next
                (let ((x (if next (next) (eof-object))))
                  (if (eof-object? x)
                      (begin
                        (set! next (generators))
                        (loop))
                      x)))))))

    ;; Lists of `k` elements; the last one has those that are left, or `k` with `padding`.
    (define (ggroup next k #!optional (padding #!default))
      (%check-procedure 'ggroup 1 next)
      (if (not (and (exact-nonnegative-integer? k) (> k 0)))
          (%signal-wrong-type 'ggroup 2 "an exact positive integer" k))
      (lambda ()
        (let loop ((elements '()) (left k))
          (if (= left 0)
              (reverse elements)
              (let ((x (next)))
                (cond ((not (eof-object? x)) (loop (cons x elements) (- left 1)))
                      ((null? elements) x)
                      ((%default-object? padding) (reverse elements))
                      (else (append (reverse elements) (make-list left padding)))))))))

    ;; The elements of ordered generators in order; of equal ones, those of the first
    ;; generator first.
    (define (gmerge less? first . more)
      (%check-procedure 'gmerge 1 less?)
      (check-generators 'gmerge 2 (cons first more))
      (let loop ((merged first) (rest more))
        (if (null? rest)
            merged
            (loop (merge-two less? merged (car rest)) (cdr rest)))))

    ;; An element that waits, or `none`.
    (define none (list 'none))

    (define (merge-two less? next-a next-b)
      (let ((a none) (b none))
        (lambda ()
          (if (eq? a none) (set! a (next-a)))
          (if (eq? b none) (set! b (next-b)))
          (if (or (eof-object? a)
                  (and (not (eof-object? b)) (less? b a)))
              (let ((x b))
                (if (not (eof-object? b)) (set! b none))
                x)
              (let ((x a))
                (set! a none)
                x)))))

    ;; -- element by element --

    (define (next-of-all generators)
      (if (null? generators)
          '()
          (let ((x ((car generators))))
            (if (eof-object? x)
                #f
                (let ((others (next-of-all (cdr generators))))
                  (and others (cons x others)))))))

    ;; The results of `f` for the elements of the generators.
    (define (gmap f next . more)
      (%check-procedure 'gmap 1 f)
      (check-generators 'gmap 2 (cons next more))
      (if (null? more)
          (lambda ()
            (let ((x (next)))
              (if (eof-object? x) x (f x))))
          (lambda ()
            (let ((elements (next-of-all (cons next more))))
              (if elements (apply f elements) (eof-object))))))

    ;; `(f element ... seed)` returns an element and the next seed.
    (define (gcombine f seed next . more)
      (%check-procedure 'gcombine 1 f)
      (check-generators 'gcombine 3 (cons next more))
      (lambda ()
        (let ((elements (next-of-all (cons next more))))
          (if elements
              (receive (x next-seed) (apply f (append elements (list seed)))
                (set! seed next-seed)
                x)
              (eof-object)))))

    ;; The elements for which `keep?` is true.
    (define (gfilter keep? next)
      (%check-procedure 'gfilter 1 keep?)
      (%check-procedure 'gfilter 2 next)
      (lambda ()
        (let loop ()
          (let ((x (next)))
            (if (or (eof-object? x) (keep? x)) x (loop))))))

    ;; The elements for which `drop?` is false.
    (define (gremove drop? next)
      (%check-procedure 'gremove 1 drop?)
      (%check-procedure 'gremove 2 next)
      (gfilter (lambda (x) (not (drop? x))) next))

    ;; `(keep? element seed)` returns whether to keep it, and the next seed.
    (define (gstate-filter keep? seed next)
      (%check-procedure 'gstate-filter 1 keep?)
      (%check-procedure 'gstate-filter 3 next)
      (lambda ()
        (let loop ()
          (let ((x (next)))
            (if (eof-object? x)
                x
                (receive (yes? next-seed) (keep? x seed)
                  (set! seed next-seed)
                  (if yes? x (loop))))))))

    ;; The first `k` elements; with `padding`, so many in any case.
    (define (gtake next k #!optional (padding #!default))
      (%check-procedure 'gtake 1 next)
      (check-count 'gtake 2 k)
      (lambda ()
        (if (= k 0)
            (eof-object)
            (let ((x (next)))
              (set! k (- k 1))
              (if (and (eof-object? x) (not (%default-object? padding)))
                  padding
                  x)))))

    ;; The elements after the first `k`.
    (define (gdrop next k)
      (%check-procedure 'gdrop 1 next)
      (check-count 'gdrop 2 k)
      (lambda ()
        (let loop ()
          (if (= k 0)
              (next)
              (begin
                (set! k (- k 1))
                (if (eof-object? (next))
                    (begin
                      (set! k 0)
                      (eof-object))
                    (loop)))))))

    ;; The elements before the first one for which `keep?` is false.
    (define (gtake-while keep? next)
      (%check-procedure 'gtake-while 1 keep?)
      (%check-procedure 'gtake-while 2 next)
      (let ((ended #f))
        (lambda ()
          (if ended
              (eof-object)
              (let ((x (next)))
                (if (and (not (eof-object? x)) (keep? x))
                    x
                    (begin
                      (set! ended #t)
                      (eof-object))))))))

    ;; The elements from the first one on for which `drop?` is false.
    (define (gdrop-while drop? next)
      (%check-procedure 'gdrop-while 1 drop?)
      (%check-procedure 'gdrop-while 2 next)
      (let ((found #f))
        (lambda ()
          (if found
              (next)
              (let loop ()
                (let ((x (next)))
                  (if (and (not (eof-object? x)) (drop? x))
                      (loop)
                      (begin
                        (set! found #t)
                        x))))))))

    ;; The elements that are not the same as `x`.
    (define (gdelete x next #!optional (same? equal?))
      (%check-procedure 'gdelete 2 next)
      (gfilter (lambda (y) (not (same? x y))) next))

    ;; The elements without those that are the same as the one before.
    (define (gdelete-neighbor-dups next #!optional (same? equal?))
      (%check-procedure 'gdelete-neighbor-dups 1 next)
      (let ((last none))
        (lambda ()
          (let loop ()
            (let ((x (next)))
              (if (and (not (eof-object? x))
                       (not (eq? last none))
                       (same? last x))
                  (loop)
                  (begin
                    (set! last x)
                    x)))))))

    ;; The elements at the indices, which ascend, that another generator gives.
    (define (gindex next next-index)
      (%check-procedure 'gindex 1 next)
      (%check-procedure 'gindex 2 next-index)
      (let ((at 0))
        (lambda ()
          (let ((index (next-index)))
            (if (eof-object? index)
                index
                (let loop ()
                  (let ((x (next)) (i at))
                    (set! at (+ at 1))
                    (if (or (eof-object? x) (= i index)) x (loop)))))))))

    ;; The elements for which another generator gives a true value.
    (define (gselect next next-choice)
      (%check-procedure 'gselect 1 next)
      (%check-procedure 'gselect 2 next-choice)
      (lambda ()
        (let loop ()
          (let ((x (next)))
            (if (eof-object? x)
                x
                (let ((choice (next-choice)))
                  (cond ((eof-object? choice) choice)
                        (choice x)
                        (else (loop)))))))))

    ;; -- accumulators --

    ;; A procedure of a value, which becomes `(f value state)`, the first state being
    ;; `seed`; of the end-of-file object, it returns `(finish state)`.
    (define (make-accumulator f seed finish)
      (%check-procedure 'make-accumulator 1 f)
      (%check-procedure 'make-accumulator 3 finish)
      (lambda (x)
        (if (eof-object? x)
            (finish seed)
            (set! seed (f x seed)))))

    ;; An accumulator whose result is how many values it got.
    (define (count-accumulator)
      (make-accumulator (lambda (x count) (+ count 1)) 0 (lambda (count) count)))

    ;; An accumulator whose result is a list of what it got.
    (define (list-accumulator) (make-accumulator cons '() reverse))

    ;; An accumulator whose result is a list of what it got, last to first.
    (define (reverse-list-accumulator) (make-accumulator cons '() list-copy))

    ;; An accumulator whose result is a vector of what it got.
    (define (vector-accumulator)
      (make-accumulator cons '() (lambda (list) (%reverse-list->vector list (length list)))))

    ;; An accumulator whose result is a vector of what it got, last to first.
    (define (reverse-vector-accumulator) (make-accumulator cons '() list->vector))

    ;; An accumulator of characters, whose result is a string.
    (define (string-accumulator)
      (make-accumulator cons '() (lambda (list) (list->string (reverse list)))))

    ;; An accumulator of bytes, whose result is a bytevector.
    (define (bytevector-accumulator)
      (make-accumulator cons '() (lambda (list) (list->bytevector (reverse list)))))

    ;; An accumulator whose result is the sum of what it got.
    (define (sum-accumulator) (make-accumulator + 0 (lambda (sum) sum)))

    ;; An accumulator whose result is the product of what it got.
    (define (product-accumulator) (make-accumulator * 1 (lambda (product) product)))

    ;; They fill a vector from an index; more than it has room for is an error.

    (define (vector-accumulator! v at)
      (if (not (vector? v))
          (%signal-wrong-type 'vector-accumulator! 1 "a vector" v))
      (check-count 'vector-accumulator! 2 at)
      (make-accumulator (lambda (x i) (vector-set! v i x) (+ i 1)) at (lambda (i) v)))

    ;; An accumulator that writes bytes into a bytevector from index `at`, whose result
    ;; it is.
    (define (bytevector-accumulator! bytes at)
      (if (not (bytevector? bytes))
          (%signal-wrong-type 'bytevector-accumulator! 1 "a bytevector" bytes))
      (check-count 'bytevector-accumulator! 2 at)
      (make-accumulator (lambda (x i) (bytevector-u8-set! bytes i x) (+ i 1))
                        at
                        (lambda (i) bytes)))))
