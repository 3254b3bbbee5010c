;;; SRFI 133, vectors.
;;;
;;; Where a procedure is given, results are made after its last call, so that a
;;; continuation captured in a call may be entered again; those that change a vector in
;;; place do so element by element.

(define-library (srfi 133)
  (export
   ;; constructors
   make-vector vector vector-unfold vector-unfold-right vector-copy vector-reverse-copy
   vector-append vector-concatenate vector-append-subvectors
   ;; predicates
   vector? vector-empty? vector=
   ;; selectors
   vector-ref vector-length
   ;; iteration
   vector-fold vector-fold-right vector-map vector-map! vector-for-each vector-count
   vector-cumulate
   ;; searching
   vector-index vector-index-right vector-skip vector-skip-right vector-binary-search
   vector-any vector-every vector-partition
   ;; mutators
   vector-set! vector-swap! vector-fill! vector-reverse! vector-copy!
   vector-reverse-copy! vector-unfold! vector-unfold-right!
   ;; conversion
   vector->list reverse-vector->list list->vector reverse-list->vector
   vector->string string->vector)
  (import (termite core) (termite primitives) (termite sequence))
  (begin

    (define (check-vector who argument x)
      (if (not (vector? x))
          (%signal-wrong-type who argument "a vector" x)))

    ;; Where a range of `v`, the first argument, ends.
    (define (range-end who v end)
      (check-vector who 1 v)
      (if (%default-object? end) (vector-length v) end))

    (define (check-vectors who argument vectors)
      (let loop ((argument argument) (rest vectors))
        (if (pair? rest)
            (begin
              (check-vector who argument (car rest))
              (loop (+ argument 1) (cdr rest))))))

    (define (shortest vectors)
      (apply min (%map vector-length vectors)))

    (define (%map f list)
      (if (pair? list)
          (let ((x (f (car list))))
            (cons x (%map f (cdr list))))
          '()))

    ;; The elements at index `i`, and then `tail`.
    (define (elements vectors i tail)
      (if (pair? vectors)
          (cons (vector-ref (car vectors) i) (elements (cdr vectors) i tail))
          tail))

    ;; `f` of the elements at an index, as a procedure of the index.
    (define (at-index f vectors)
      (if (null? (cdr vectors))
          (let ((v (car vectors)))
            (lambda (i) (f (vector-ref v i))))
          (lambda (i) (apply f (elements vectors i '())))))

    ;; -- constructors --

    ;; A vector of `n` elements; `(f i seed ...)` returns an element and the next seeds.
    (define (vector-unfold f n . seeds)
      (let loop ((i 0) (seeds seeds) (results '()))
        (if (= i n)
            (%reverse-list->vector results n)
            (receive (x . next) (apply f i seeds)
              (loop (+ i 1) next (cons x results))))))

    ;; As `vector-unfold`, from the last index to the first.
    (define (vector-unfold-right f n . seeds)
      (let loop ((i (- n 1)) (seeds seeds) (results '()))
        (if (< i 0)
            (list->vector results)
            (receive (x . next) (apply f i seeds)
              (loop (- i 1) next (cons x results))))))

    ;; A vector of the range's elements, last to first.
    (define (vector-reverse-copy v #!optional (start 0) (end #!default))
      (check-vector 'vector-reverse-copy 1 v)
      (list->vector (reverse (vector->list v start end))))

    ;; The vectors in a list, appended.
    (define (vector-concatenate vectors)
      (apply vector-append vectors))

    ;; `(vector-append-subvectors v start end ...)` is a vector of the elements in the ranges.
    (define (vector-append-subvectors . arguments)
      (let loop ((rest arguments) (parts '()))
        (if (null? rest)
            (vector-concatenate (reverse parts))
            (loop (cdddr rest)
                  (cons (vector-copy (car rest) (cadr rest) (caddr rest)) parts)))))

    ;; -- predicates --

    ;; Whether the vector has no elements.
    (define (vector-empty? v)
      (= (vector-length v) 0))

    ;; Whether all vectors have the same elements in the same order.
    (define (vector= same? . vectors)
      (check-vectors 'vector= 2 vectors)
      (or (null? vectors)
          (let loop ((a (car vectors)) (rest (cdr vectors)))
            (or (null? rest)
                (and (same-elements? same? a (car rest))
                     (loop (car rest) (cdr rest)))))))

    (define (same-elements? same? a b)
      (let ((n (vector-length a)))
        (and (= n (vector-length b))
             (let loop ((i 0))
               (or (= i n)
                   (and (same? (vector-ref a i) (vector-ref b i))
                        (loop (+ i 1))))))))

    ;; -- iteration --

    ;; Calls `(f result element ...)` from the first index to the last, the first result
    ;; being `init`; the last result.
    (define (vector-fold f init v . vectors)
      (check-vectors 'vector-fold 3 (cons v vectors))
      (if (null? vectors)
          (let ((n (vector-length v)))
            (let loop ((i 0) (result init))
              (if (= i n)
                  result
                  (loop (+ i 1) (f result (vector-ref v i))))))
          (let* ((vectors (cons v vectors))
                 (n (shortest vectors)))
            (let loop ((i 0) (result init))
              (if (= i n)
                  result
                  (loop (+ i 1) (apply f result (elements vectors i '()))))))))

    ;; As `vector-fold`, from the last index to the first.
    (define (vector-fold-right f init v . vectors)
      (check-vectors 'vector-fold-right 3 (cons v vectors))
      (if (null? vectors)
          (let loop ((i (- (vector-length v) 1)) (result init))
            (if (< i 0)
                result
                (loop (- i 1) (f result (vector-ref v i)))))
          (let ((vectors (cons v vectors)))
            (let loop ((i (- (shortest vectors) 1)) (result init))
              (if (< i 0)
                  result
                  (loop (- i 1) (apply f result (elements vectors i '()))))))))

    ;; Replaces the elements of the first vector by the results of `f`.
    (define (vector-map! f v . vectors)
      (check-vectors 'vector-map! 2 (cons v vectors))
      (let* ((vectors (cons v vectors))
             (n (shortest vectors))
             (f (at-index f vectors)))
        (let loop ((i 0))
          (if (< i n)
              (let ((x (f i)))
                (vector-set! v i x)
                (loop (+ i 1)))))))

    ;; At how many indices `ok?` is true of the elements.
    (define (vector-count ok? v . vectors)
      (check-vectors 'vector-count 2 (cons v vectors))
      (let* ((vectors (cons v vectors))
             (n (shortest vectors))
             (ok? (at-index ok? vectors)))
        (let loop ((i 0) (count 0))
          (if (= i n)
              count
              (loop (+ i 1) (if (ok? i) (+ count 1) count))))))

    ;; A vector of the results of `(f result element)`, one after the other.
    (define (vector-cumulate f init v)
      (check-vector 'vector-cumulate 3 v)
      (let ((n (vector-length v)))
        (let loop ((i 0) (last init) (results '()))
          (if (= i n)
              (%reverse-list->vector results n)
              (let ((x (f last (vector-ref v i))))
                (loop (+ i 1) x (cons x results)))))))

    ;; -- searching --

    ;; The first index at which `ok?` is true of the elements, or #f.
    (define (vector-index ok? v . vectors)
      (check-vectors 'vector-index 2 (cons v vectors))
      (index-up ok? #t (cons v vectors)))

    ;; The first index at which `skip?` is false of the elements, or #f.
    (define (vector-skip skip? v . vectors)
      (check-vectors 'vector-skip 2 (cons v vectors))
      (index-up skip? #f (cons v vectors)))

    ;; The last index at which `ok?` is true of the elements, or #f.
    (define (vector-index-right ok? v . vectors)
      (check-vectors 'vector-index-right 2 (cons v vectors))
      (index-down ok? #t (cons v vectors)))

    ;; The last index at which `skip?` is false of the elements, or #f.
    (define (vector-skip-right skip? v . vectors)
      (check-vectors 'vector-skip-right 2 (cons v vectors))
      (index-down skip? #f (cons v vectors)))

    ;; The first index where `test` is true, or where it is false.
    (define (index-up test wanted vectors)
      (let ((n (shortest vectors)) (test (at-index test vectors)))
        (let loop ((i 0))
          (and (< i n)
               (if (if (test i) wanted (not wanted)) i (loop (+ i 1)))))))

    (define (index-down test wanted vectors)
      (let ((test (at-index test vectors)))
        (let loop ((i (- (shortest vectors) 1)))
          (and (>= i 0)
               (if (if (test i) wanted (not wanted)) i (loop (- i 1)))))))

    ;; `(compare element x)` is negative, zero or positive, as in SRFI 133.
    (define (vector-binary-search v x compare #!optional (start 0) (end #!default))
      (let loop ((low start) (high (range-end 'vector-binary-search v end)))
        (and (< low high)
             (let* ((middle (quotient (+ low high) 2))
                    (order (compare (vector-ref v middle) x)))
               (cond ((= order 0) middle)
                     ((< order 0) (loop (+ middle 1) high))
                     (else (loop low middle)))))))

    ;; The first true value of `f` for elements at one index, or #f.
    (define (vector-any f v . vectors)
      (check-vectors 'vector-any 2 (cons v vectors))
      (let* ((vectors (cons v vectors))
             (last (- (shortest vectors) 1))
             (f (at-index f vectors)))
        (let loop ((i 0))
          (cond ((> i last) #f)
                ((= i last) (f i))
                (else (or (f i) (loop (+ i 1))))))))

    ;; The value of `f` for the last elements, if none before was false; else #f.
    (define (vector-every f v . vectors)
      (check-vectors 'vector-every 2 (cons v vectors))
      (let* ((vectors (cons v vectors))
             (last (- (shortest vectors) 1))
             (f (at-index f vectors)))
        (let loop ((i 0))
          (cond ((> i last) #t)
                ((= i last) (f i))
                (else (and (f i) (loop (+ i 1))))))))

    ;; A vector with the elements that are `ok?` first, and how many they are.
    (define (vector-partition ok? v)
      (check-vector 'vector-partition 2 v)
      (let ((n (vector-length v)))
        (let loop ((i 0) (in '()) (out '()) (count 0))
          (if (= i n)
              (values (list->vector (append (reverse in) (reverse out))) count)
              (let ((x (vector-ref v i)))
                (if (ok? x)
                    (loop (+ i 1) (cons x in) out (+ count 1))
                    (loop (+ i 1) in (cons x out) count)))))))

    ;; -- mutators --

    ;; Exchanges the elements at two indices.
    (define (vector-swap! v i j)
      (let ((x (vector-ref v i)))
        (vector-set! v i (vector-ref v j))
        (vector-set! v j x)))

    ;; Reverses the range in place.
    (define (vector-reverse! v #!optional (start 0) (end #!default))
      (let loop ((i start) (j (- (range-end 'vector-reverse! v end) 1)))
        (if (< i j)
            (begin
              (vector-swap! v i j)
              (loop (+ i 1) (- j 1))))))

    ;; Copies the range to `to` from index `at`, last to first.
    (define (vector-reverse-copy! to at from #!optional (start 0) (end #!default))
      (vector-copy! to at (vector-reverse-copy from start end)))

    ;; Fills the range as `vector-unfold` does.
    (define (vector-unfold! f v start end . seeds)
      (let loop ((i start) (seeds seeds))
        (if (< i end)
            (receive (x . next) (apply f i seeds)
              (vector-set! v i x)
              (loop (+ i 1) next)))))

    ;; Fills the range as `vector-unfold-right` does.
    (define (vector-unfold-right! f v start end . seeds)
      (let loop ((i (- end 1)) (seeds seeds))
        (if (>= i start)
            (receive (x . next) (apply f i seeds)
              (vector-set! v i x)
              (loop (- i 1) next)))))

    ;; -- conversion --

    ;; A list of the range's elements, last to first.
    (define (reverse-vector->list v #!optional (start 0) (end #!default))
      (check-vector 'reverse-vector->list 1 v)
      (reverse (vector->list v start end)))

    ;; A vector of the list's elements, last to first.
    (define (reverse-list->vector list)
      (list->vector (reverse list)))))
