;;; SRFI 43, vectors. The procedures that it gives an index besides the elements are its own;
;;; the others are those of SRFI 133 and R7RS.
;;;
;;; Where a procedure is given, results are made after its last call, so that a
;;; continuation captured in a call may be entered again.

(define-library (srfi 43)
  (export
   ;; constructors
   make-vector vector vector-unfold vector-unfold-right vector-copy vector-reverse-copy
   vector-append vector-concatenate
   ;; predicates
   vector? vector-empty? vector=
   ;; selectors
   vector-ref vector-length
   ;; iteration
   vector-fold vector-fold-right vector-map vector-map! vector-for-each vector-count
   ;; searching
   vector-index vector-index-right vector-skip vector-skip-right vector-binary-search
   vector-any vector-every
   ;; mutators
   vector-set! vector-swap! vector-fill! vector-reverse! vector-copy! vector-reverse-copy!
   ;; conversion
   vector->list reverse-vector->list list->vector reverse-list->vector)
  (import (termite core)
          (rename (termite primitives) (vector-copy copy))
          (only (termite runtime) %check-procedure)
          (only (termite sequence) %reverse-list->vector)
          (only (srfi 133)
                vector-unfold vector-unfold-right vector-reverse-copy vector-concatenate
                vector-empty? vector= vector-index vector-index-right vector-skip
                vector-skip-right vector-binary-search vector-any vector-every vector-swap!
                vector-reverse! vector-reverse-copy! reverse-vector->list
                reverse-list->vector))
  (begin

    ;; -- arguments --

    (define (check-vectors who argument vectors)
      (let loop ((argument argument) (rest vectors))
        (if (pair? rest)
            (begin
              (if (not (vector? (car rest)))
                  (%signal-wrong-type who argument "a vector" (car rest)))
              (loop (+ argument 1) (cdr rest))))))

    ;; The length of the shortest of `vectors`, the arguments from `argument` on.
    (define (shortest who argument vectors)
      (check-vectors who argument vectors)
      (let loop ((n (vector-length (car vectors))) (rest (cdr vectors)))
        (if (pair? rest)
            (loop (min n (vector-length (car rest))) (cdr rest))
            n)))

    (define (elements vectors i)
      (if (pair? vectors)
          (cons (vector-ref (car vectors) i) (elements (cdr vectors) i))
          '()))

    ;; -- copies --

    ;; Beyond the end of `v` there is `fill`.
    (define (vector-copy v #!optional (start 0) (end #!default) (fill #!default))
      (if (or (%default-object? end) (not (vector? v)) (<= end (vector-length v)))
          (copy v start end)
          (let ((result (if (%default-object? fill)
                            (make-vector (- end start))
                            (make-vector (- end start) fill))))
            (vector-copy! result 0 v start)
            result)))

    ;; -- iteration, with the index --

    ;; Calls `(f i result element ...)` from the first index to the last, the first
    ;; result being `init`; the last result.
    (define (vector-fold f init v . vectors)
      (%check-procedure 'vector-fold 1 f)
      (let* ((vectors (cons v vectors)) (n (shortest 'vector-fold 3 vectors)))
        (if (null? (cdr vectors))
            (let loop ((i 0) (result init))
              (if (= i n)
                  result
                  (loop (+ i 1) (f i result (vector-ref v i)))))
            (let loop ((i 0) (result init))
              (if (= i n)
                  result
                  (loop (+ i 1) (apply f i result (elements vectors i))))))))

    ;; As `vector-fold`, from the last index to the first.
    (define (vector-fold-right f init v . vectors)
      (%check-procedure 'vector-fold-right 1 f)
      (let ((vectors (cons v vectors)))
        (let loop ((i (- (shortest 'vector-fold-right 3 vectors) 1)) (result init))
          (if (< i 0)
              result
              (loop (- i 1) (apply f i result (elements vectors i)))))))

    ;; A vector of the results of `(f i element ...)`.
    (define (vector-map f v . vectors)
      (%check-procedure 'vector-map 1 f)
      (let* ((vectors (cons v vectors)) (n (shortest 'vector-map 2 vectors)))
        (let loop ((i 0) (results '()))
          (if (= i n)
              (%reverse-list->vector results n)
              (let ((x (apply f i (elements vectors i))))
                (loop (+ i 1) (cons x results)))))))

    ;; Replaces the elements of the first vector by the results of `(f i element ...)`.
    (define (vector-map! f v . vectors)
      (%check-procedure 'vector-map! 1 f)
      (let* ((vectors (cons v vectors)) (n (shortest 'vector-map! 2 vectors)))
        (let loop ((i 0))
          (if (< i n)
              (let ((x (apply f i (elements vectors i))))
                (vector-set! v i x)
                (loop (+ i 1)))))))

    ;; Calls `(f i element ...)` for each index.
    (define (vector-for-each f v . vectors)
      (%check-procedure 'vector-for-each 1 f)
      (let* ((vectors (cons v vectors)) (n (shortest 'vector-for-each 2 vectors)))
        (let loop ((i 0))
          (if (< i n)
              (begin
                (apply f i (elements vectors i))
                (loop (+ i 1)))))))

    ;; At how many indices `(ok? i element ...)` is true.
    (define (vector-count ok? v . vectors)
      (%check-procedure 'vector-count 1 ok?)
      (let* ((vectors (cons v vectors)) (n (shortest 'vector-count 2 vectors)))
        (let loop ((i 0) (count 0))
          (if (= i n)
              count
              (loop (+ i 1)
                    (if (apply ok? i (elements vectors i)) (+ count 1) count))))))))
