;;; SRFI 128, comparators: a type test, an equality, an order and a hash in one value.
;;;
;;; A comparator without order or hash has a procedure there that raises. The default
;;; comparator orders values of different types by their types, in the order of SRFI 128,
;;; and those of registered comparators last; the registered ones are the node's.

(define-library (srfi 128)
  (export
   comparator? comparator-ordered? comparator-hashable?
   make-comparator make-pair-comparator make-list-comparator make-vector-comparator
   make-eq-comparator make-eqv-comparator make-equal-comparator make-default-comparator
   boolean-hash char-hash char-ci-hash string-hash string-ci-hash symbol-hash number-hash
   default-hash comparator-register-default!
   comparator-type-test-predicate comparator-equality-predicate
   comparator-ordering-predicate comparator-hash-function
   comparator-test-type comparator-check-type comparator-hash
   hash-bound hash-salt
   =? <? >? <=? >=? comparator-if<=>)
  (import (termite core) (termite primitives) (termite runtime) (termite list))
  (begin

    (define-record-type comparator
      (new-comparator type-test equality ordering hash ordered? hashable?)
      comparator?
      (type-test comparator-type-test-predicate)
      (equality comparator-equality-predicate)
      (ordering comparator-ordering-predicate)
      (hash comparator-hash-function)
      (ordered? comparator-ordered?)
      (hashable? comparator-hashable?))

    ;; -- hashes --

    ;; A number that hash functions may stay below.
    (define-syntax hash-bound
      (syntax-rules () ((_) 33554432)))

    ;; A number that hash functions may mix in.
    (define-syntax hash-salt
      (syntax-rules () ((_) 16064047)))

    (define (mix a b)
      (fxand (fxxor (fx* (fxand a 16777215) 31) b) 33554431))

    ;; The hash of a boolean.
    (define (boolean-hash x) (if x 1 (hash-salt)))

    ;; The hash of a character.
    (define (char-hash c) (mix (hash-salt) (char->integer c)))

    ;; The hash of a character without regard to case.
    (define (char-ci-hash c) (mix (hash-salt) (char->integer (char-foldcase c))))

    ;; The same for numbers that are `=`: whatever is exact, or a zero with a sign.
    (define (number-hash z)
      (equal-hash (+ 0.0 (inexact z)) (hash-bound)))

    ;; The same for values that the default comparator finds equal.
    (define (default-hash x)
      (cond ((number? x) (if (real? x) (number-hash x) (number-hash (magnitude x))))
            ((string? x) (string-hash x (hash-bound)))
            ((symbol? x) (symbol-hash x (hash-bound)))
            ((char? x) (char-hash x))
            ((boolean? x) (boolean-hash x))
            ((null? x) 0)
            ((pair? x) (pairs-hash x))
            ((vector? x) (vector-hash x))
            ((bytevector? x) (equal-hash x (hash-bound)))
            (else
             (let ((found (registered x)))
               (if found
                   (comparator-hash found x)
                   (equal-hash x (hash-bound)))))))

    (define (pairs-hash x)
      (let loop ((rest x) (hash 1))
        (if (pair? rest)
            (let ((next (default-hash (car rest))))
              (loop (cdr rest) (mix hash next)))
            (mix hash (default-hash rest)))))

    (define (vector-hash v)
      (let ((n (vector-length v)))
        (let loop ((i 0) (hash n))
          (if (= i n)
              hash
              (let ((next (default-hash (vector-ref v i))))
                (loop (+ i 1) (mix hash next)))))))

    ;; -- making comparators --

    (define (any-type? x) #t)

    (define (no-ordering a b)
      (error "this comparator has no ordering predicate:" a b))

    (define (no-hash x)
      (error "this comparator has no hash function:" x))

    ;; `type-test` may be #t, any object; `equality` may be #t, neither before the other;
    ;; `ordering` and `hash` may be #f, none.
    (define (make-comparator type-test equality ordering hash)
      (let ((type-test (if (eq? type-test #t) any-type? type-test)))
        (%check-procedure 'make-comparator 1 type-test)
        (if (not (eq? equality #t))
            (%check-procedure 'make-comparator 2 equality))
        (if (or ordering (eq? equality #t))
            (%check-procedure 'make-comparator 3 ordering))
        (if hash
            (%check-procedure 'make-comparator 4 hash))
        (new-comparator type-test
                        (if (eq? equality #t) (equality-of ordering) equality)
                        (or ordering no-ordering)
                        (or hash no-hash)
                        (and ordering #t)
                        (and hash #t))))

    (define (equality-of ordering)
      (lambda (a b)
        (not (or (ordering a b) (ordering b a)))))

    ;; A comparator by `eq?`, without order.
    (define (make-eq-comparator) (make-comparator #t eq? #f default-hash))

    ;; A comparator by `eqv?`, without order.
    (define (make-eqv-comparator) (make-comparator #t eqv? #f default-hash))

    ;; A comparator by `equal?`, without order.
    (define (make-equal-comparator) (make-comparator #t equal? #f default-hash))

    ;; A comparator of pairs, by comparators of their parts.
    (define (make-pair-comparator first second)
      (make-compound
       (lambda (x)
         (and (pair? x)
              (comparator-test-type first (car x))
              (comparator-test-type second (cdr x))))
       (lambda (a b)
         (let ((order (compare first (car a) (car b))))
           (if (= order 0) (compare second (cdr a) (cdr b)) order)))
       (lambda (a b)
         (and (equal-by? first (car a) (car b)) (equal-by? second (cdr a) (cdr b))))
       (lambda (x)
         (let* ((a (comparator-hash first (car x)))
                (b (comparator-hash second (cdr x))))
           (mix (mix 1 a) b)))
       (and (comparator-ordered? first) (comparator-ordered? second))
       (and (comparator-hashable? first) (comparator-hashable? second))))

    ;; From a comparison that is negative, zero or positive, for what is ordered; else
    ;; from an equality.
    (define (make-compound type-test order equality hash ordered? hashable?)
      (make-comparator type-test
                       equality
                       (and ordered? (lambda (a b) (< (order a b) 0)))
                       (and hashable? hash)))

    ;; Of lists: element by element, a list before its continuations.
    (define (make-list-comparator element
                                  #!optional (list-type? list?) (empty? null?)
                                  (head car) (tail cdr))
      (make-compound
       (lambda (x)
         (and (list-type? x)
              (let loop ((rest x))
                (or (empty? rest)
                    (and (comparator-test-type element (head rest))
                         (loop (tail rest)))))))
       (lambda (a b)
         (let loop ((a a) (b b))
           (cond ((empty? a) (if (empty? b) 0 -1))
                 ((empty? b) 1)
                 (else
                  (let ((order (compare element (head a) (head b))))
                    (if (= order 0) (loop (tail a) (tail b)) order))))))
       (lambda (a b)
         (let loop ((a a) (b b))
           (if (or (empty? a) (empty? b))
               (and (empty? a) (empty? b))
               (and (equal-by? element (head a) (head b))
                    (loop (tail a) (tail b))))))
       (lambda (x)
         (let loop ((rest x) (hash 1))
           (if (empty? rest)
               hash
               (let ((next (comparator-hash element (head rest))))
                 (loop (tail rest) (mix hash next))))))
       (comparator-ordered? element)
       (comparator-hashable? element)))

    ;; Of vectors: the shorter one first, those of one length element by element.
    (define (make-vector-comparator element
                                    #!optional (vector-type? vector?)
                                    (length-of vector-length) (ref vector-ref))
      (make-compound
       (lambda (x)
         (and (vector-type? x)
              (let ((n (length-of x)))
                (let loop ((i 0))
                  (or (= i n)
                      (and (comparator-test-type element (ref x i))
                           (loop (+ i 1))))))))
       (lambda (a b)
         (let ((n (length-of a)) (m (length-of b)))
           (if (= n m)
               (let loop ((i 0))
                 (if (= i n)
                     0
                     (let ((order (compare element (ref a i) (ref b i))))
                       (if (= order 0) (loop (+ i 1)) order))))
               (- n m))))
       (lambda (a b)
         (let ((n (length-of a)))
           (and (= n (length-of b))
                (let loop ((i 0))
                  (or (= i n)
                      (and (equal-by? element (ref a i) (ref b i))
                           (loop (+ i 1))))))))
       (lambda (x)
         (let ((n (length-of x)))
           (let loop ((i 0) (hash n))
             (if (= i n)
                 hash
                 (let ((next (comparator-hash element (ref x i))))
                   (loop (+ i 1) (mix hash next)))))))
       (comparator-ordered? element)
       (comparator-hashable? element)))

    ;; -- the default comparator --

    ;; The place of a value's type among types, or #f for one that is registered or
    ;; unknown.
    (define (type-rank x)
      (cond ((null? x) 0)
            ((pair? x) 1)
            ((boolean? x) 2)
            ((char? x) 3)
            ((string? x) 4)
            ((symbol? x) 5)
            ((number? x) 6)
            ((vector? x) 7)
            ((bytevector? x) 8)
            (else #f)))

    ;; Comparators of further types, the first registered one first; each with its rank.
    (define registry '())

    ;; Adds a comparator to those that the default comparator knows.
    (define (comparator-register-default! comparator)
      (check-comparator 'comparator-register-default! comparator)
      (set! registry
            (append registry (list (cons comparator (+ 9 (length registry)))))))

    (define (registration x)
      (let loop ((rest registry))
        (cond ((null? rest) #f)
              ((comparator-test-type (caar rest) x) (car rest))
              (else (loop (cdr rest))))))

    (define (registered x)
      (let ((entry (registration x)))
        (and entry (car entry))))

    (define (rank x)
      (or (type-rank x)
          (let ((entry (registration x)))
            (if entry (cdr entry) 1000000))))

    (define (default-compare a b)
      (let ((i (rank a)) (j (rank b)))
        (if (= i j) (compare-in-type i a b) (- i j))))

    (define (compare-in-type rank a b)
      (case rank
        ((0) 0)
        ((1) (let ((order (default-compare (car a) (car b))))
               (if (= order 0) (default-compare (cdr a) (cdr b)) order)))
        ((2) (cond ((eq? a b) 0) (a 1) (else -1)))
        ((3) (order-by char<? a b))
        ((4) (order-by string<? a b))
        ((5) (order-by symbol<? a b))
        ((6) (compare-numbers a b))
        ((7) (compare-vectors a b vector-length vector-ref))
        ((8) (compare-vectors a b bytevector-length bytevector-u8-ref))
        (else (compare-registered a b))))

    (define (order-by less? a b)
      (cond ((less? a b) -1)
            ((less? b a) 1)
            (else 0)))

    ;; Complex numbers by their real parts first.
    (define (compare-numbers a b)
      (if (and (real? a) (real? b))
          (order-by < a b)
          (let ((order (order-by < (real-part a) (real-part b))))
            (if (= order 0) (order-by < (imag-part a) (imag-part b)) order))))

    (define (compare-vectors a b length-of ref)
      (let ((n (length-of a)) (m (length-of b)))
        (if (= n m)
            (let loop ((i 0))
              (if (= i n)
                  0
                  (let ((order (default-compare (ref a i) (ref b i))))
                    (if (= order 0) (loop (+ i 1)) order))))
            (- n m))))

    (define (compare-registered a b)
      (let ((comparator (registered a)))
        (if comparator
            (compare comparator a b)
            (error "the default comparator has no order for these objects:" a b))))

    (define (default<? a b) (< (default-compare a b) 0))

    (define (default=? a b)
      (cond ((eq? a b) #t)
            ((number? a) (and (number? b) (= a b)))
            ((pair? a)
             (and (pair? b) (default=? (car a) (car b)) (default=? (cdr a) (cdr b))))
            ((vector? a) (and (vector? b) (equal-vectors? a b)))
            ((type-rank a) (equal? a b))
            (else
             (let ((comparator (registered a)))
               (cond ((not comparator) (equal? a b))
                     ((comparator-test-type comparator b) (equal-by? comparator a b))
                     (else #f))))))

    (define (equal-vectors? a b)
      (let ((n (vector-length a)))
        (and (= n (vector-length b))
             (let loop ((i 0))
               (or (= i n)
                   (and (default=? (vector-ref a i) (vector-ref b i))
                        (loop (+ i 1))))))))

    ;; A comparator that orders and hashes objects of all usual types.
    (define (make-default-comparator)
      (make-comparator #t default=? default<? default-hash))

    ;; -- using comparators --

    (define (check-comparator who x)
      (if (not (comparator? x))
          (%signal-wrong-type who 1 "a comparator" x)))

    ;; Whether the object is of the comparator's type.
    (define (comparator-test-type comparator x)
      (let ((ok? (comparator-type-test-predicate comparator)))
        (or (eq? ok? any-type?) (ok? x))))

    ;; #t if the object is of the comparator's type. Raises an error otherwise.
    (define (comparator-check-type comparator x)
      (if (comparator-test-type comparator x)
          #t
          (error "comparator-check-type: the object is not of the comparator's type:" x)))

    ;; The object's hash by the comparator.
    (define (comparator-hash comparator x)
      ((comparator-hash-function comparator) x))

    (define (equal-by? comparator a b)
      ((comparator-equality-predicate comparator) a b))

    (define (before? comparator a b)
      ((comparator-ordering-predicate comparator) a b))

    ;; Negative, zero or positive.
    (define (compare comparator a b)
      (cond ((equal-by? comparator a b) 0)
            ((before? comparator a b) -1)
            (else 1)))

    ;; `(define-comparison name (comparator a b) test)`: two objects, or more in a chain.
    (define-syntax define-comparison
      (syntax-rules ()
        ((_ name (comparator a b) test)
         (define name
           (case-lambda
             ((comparator a b) test)
             ((comparator first second . more)
              (let loop ((a first) (b second) (rest more))
                (and test
                     (or (null? rest)
                         (loop b (car rest) (cdr rest)))))))))))

    ;; `(=? comparator a b c ...)` tells whether the objects are equal.
    (define-comparison =? (comparator a b) (equal-by? comparator a b))

    ;; `(<? comparator a b c ...)` tells whether the objects ascend.
    (define-comparison <? (comparator a b) (before? comparator a b))

    ;; `(>? comparator a b c ...)` tells whether the objects descend.
    (define-comparison >? (comparator a b) (before? comparator b a))

    ;; `(<=? comparator a b c ...)` tells whether no object is after the next one.
    (define-comparison <=? (comparator a b) (not (before? comparator b a)))

    ;; `(>=? comparator a b c ...)` tells whether no object is before the next one.
    (define-comparison >=? (comparator a b) (not (before? comparator a b)))

    (define default (make-default-comparator))

    ;; (comparator-if<=> [comparator] a b less equal greater): evaluates one of three
    ;; expressions, for `a` before, equal to or after `b`. Without a comparator, the default
    ;; one is used.
    (define-syntax comparator-if<=>
      (syntax-rules ()
        ((_ a b less equal greater)
         (comparator-if<=> default a b less equal greater))
        ((_ comparator a b less equal greater)
         (let ((order (compare comparator a b)))
           (cond ((< order 0) less)
                 ((= order 0) equal)
                 (else greater))))))))
