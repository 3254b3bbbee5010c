;;; Procedures of (scheme base) on strings and vectors that call other procedures, and
;;; those on numbers that return two values.
;;;
;;; A continuation captured in such a call may be entered again, so a result is made
;;; after the last call, never filled during them.
;;;
;;; `string-map` and `string-for-each` also take a range after a single string (SRFI 13).

(define-library (termite sequence)
  (export string-map string-for-each vector-map vector-for-each
          %reverse-list->vector
          exact-integer-sqrt floor/ truncate/)
  (import (termite core) (termite primitives) (termite list))
  (begin

    ;; -- several sequences at once --

    (define (check-all who ok? expected sequences)
      (let loop ((argument 2) (rest sequences))
        (if (pair? rest)
            (begin
              (if (not (ok? (car rest)))
                  (%signal-wrong-type who argument expected (car rest)))
              (loop (+ argument 1) (cdr rest))))))

    (define (check-vector who argument x)
      (if (not (vector? x))
          (%signal-wrong-type who argument "a vector" x)))

    (define (check-string who argument x)
      (if (not (string? x))
          (%signal-wrong-type who argument "a string" x)))

    (define (shortest length-of sequences)
      (let loop ((n (length-of (car sequences))) (rest (cdr sequences)))
        (if (pair? rest)
            (loop (min n (length-of (car rest))) (cdr rest))
            n)))

    ;; The elements at index `i`.
    (define (elements ref sequences i)
      (if (pair? sequences)
          (cons (ref (car sequences) i) (elements ref (cdr sequences) i))
          '()))

    (define (for-each-index f ref sequences n)
      (let loop ((i 0))
        (if (< i n)
            (begin
              (apply f (elements ref sequences i))
              (loop (+ i 1))))))

    ;; -- vectors --

    ;; The `n` elements of a list in reverse, as a vector.
    (define (%reverse-list->vector list n)
      (let ((v (make-vector n)))
        (let loop ((i (- n 1)) (rest list))
          (if (< i 0)
              v
              (begin
                (vector-set! v i (car rest))
                (loop (- i 1) (cdr rest)))))))

    ;; A vector of the results of `f` for the elements of the vectors, until one ends.
    (define vector-map
      (case-lambda
        ((f v) (vector-map-1 f v))
        ((f a b) (vector-map-2 f a b))
        ((f a b c . more) (vector-map-n f (cons* a b c more)))))

    (define (vector-map-1 f v)
      (check-vector 'vector-map 2 v)
      (let ((n (vector-length v)))
        (let loop ((i 0) (results '()))
          (if (< i n)
              (let ((x (f (vector-ref v i))))
                (loop (+ i 1) (cons x results)))
              (%reverse-list->vector results n)))))

    (define (vector-map-2 f a b)
      (check-vector 'vector-map 2 a)
      (check-vector 'vector-map 3 b)
      (let ((n (min (vector-length a) (vector-length b))))
        (let loop ((i 0) (results '()))
          (if (< i n)
              (let ((x (f (vector-ref a i) (vector-ref b i))))
                (loop (+ i 1) (cons x results)))
              (%reverse-list->vector results n)))))

    (define (vector-map-n f vectors)
      (check-all 'vector-map vector? "a vector" vectors)
      (let ((n (shortest vector-length vectors)))
        (let loop ((i 0) (results '()))
          (if (< i n)
              (let ((x (apply f (elements vector-ref vectors i))))
                (loop (+ i 1) (cons x results)))
              (%reverse-list->vector results n)))))

    ;; Calls `f` with the elements of the vectors, in order, until one ends.
    (define vector-for-each
      (case-lambda
        ((f v)
         (check-vector 'vector-for-each 2 v)
         (let ((n (vector-length v)))
           (let loop ((i 0))
             (if (< i n)
                 (begin
                   (f (vector-ref v i))
                   (loop (+ i 1)))))))
        ((f a b)
         (check-vector 'vector-for-each 2 a)
         (check-vector 'vector-for-each 3 b)
         (let ((n (min (vector-length a) (vector-length b))))
           (let loop ((i 0))
             (if (< i n)
                 (begin
                   (f (vector-ref a i) (vector-ref b i))
                   (loop (+ i 1)))))))
        ((f a b c . more)
         (let ((vectors (cons* a b c more)))
           (check-all 'vector-for-each vector? "a vector" vectors)
           (for-each-index f vector-ref vectors (shortest vector-length vectors))))))

    ;; -- strings --

    ;; A string of the results of `f` for the characters of the strings, until one ends.
    (define string-map
      (case-lambda
        ((f s)
         (check-string 'string-map 2 s)
         (let ((n (string-length s)))
           (let loop ((i 0) (chars '()))
             (if (< i n)
                 (let ((c (f (string-ref s i))))
                   (loop (+ i 1) (cons c chars)))
                 (chars->string chars)))))
        ((f a b . more)
         (if (exact-integer? b)
             (string-map f (apply substring a b more))
             (string-map-n f (cons* a b more))))))

    (define (string-map-n f strings)
      (check-all 'string-map string? "a string" strings)
      (let ((n (shortest string-length strings)))
        (let loop ((i 0) (chars '()))
          (if (< i n)
              (let ((c (apply f (elements string-ref strings i))))
                (loop (+ i 1) (cons c chars)))
              (chars->string chars)))))

    ;; The string of the characters in reverse that the procedure given to `string-map`
    ;; has returned.
    (define (chars->string chars)
      (let loop ((rest chars))
        (cond ((null? rest) (list->string (reverse chars)))
              ((char? (car rest)) (loop (cdr rest)))
              (else
               (error "string-map: the procedure must return characters, but returned"
                      (car rest))))))

    ;; Calls `f` with the characters of the strings, in order, until one ends.
    (define string-for-each
      (case-lambda
        ((f s)
         (check-string 'string-for-each 2 s)
         (let ((n (string-length s)))
           (let loop ((i 0))
             (if (< i n)
                 (begin
                   (f (string-ref s i))
                   (loop (+ i 1)))))))
        ((f a b . more)
         (if (exact-integer? b)
             (string-for-each f (apply substring a b more))
             (string-for-each-n f (cons* a b more))))))

    (define (string-for-each-n f strings)
      (check-all 'string-for-each string? "a string" strings)
      (for-each-index f string-ref strings (shortest string-length strings)))

    ;; -- numbers --

    ;; Two values: the integer part of the square root, and the rest. Raises an error for
    ;; a negative number.
    (define (exact-integer-sqrt n)
      (let ((results (%exact-integer-sqrt n)))
        (values (car results) (cdr results))))

    ;; Two values: the quotient, rounded down, and the rest.
    (define (floor/ n d)
      (let ((results (%floor/ n d)))
        (values (car results) (cdr results))))

    ;; Two values: the quotient, rounded towards zero, and the rest.
    (define (truncate/ n d)
      (let ((results (%truncate/ n d)))
        (values (car results) (cdr results))))))
