(declare (block) (standard-bindings) (extended-bindings) (inlining-limit 0))

;; Benchmark prelude for Gambit.  It stands in front of a program and supplies
;; bench-run; see ../README.md for the protocol.  The declaration above must
;; stay the first form; it keeps all safety checks.

;; @iterations
(define bench-iterations 1)

(define (bench-repeat count thunk)
  (if (= count 1)
      (thunk)
      (begin
        (thunk)
        (bench-repeat (- count 1) thunk))))

(define (bench-make-table)
  (make-table test: equal?))

(define (bench-table-set! table key value)
  (table-set! table key value))

(define (bench-table-ref table key default)
  (table-ref table key default))

;; This version of Gambit has no sort: a merge sort as one writes it.
(define (bench-sort sequence less?)
  (if (vector? sequence)
      (list->vector (bench-merge-sort (vector->list sequence) less?))
      (bench-merge-sort sequence less?)))

(define (bench-merge-sort items less?)
  (define (merge a b)
    (let loop ((a a) (b b) (merged '()))
      (cond ((null? a) (append-reverse! merged b))
            ((null? b) (append-reverse! merged a))
            ((less? (car b) (car a)) (loop a (cdr b) (cons (car b) merged)))
            (else (loop (cdr a) b (cons (car a) merged))))))
  (define (append-reverse! list tail)
    (if (null? list)
        tail
        (let ((rest (cdr list)))
          (set-cdr! list tail)
          (append-reverse! rest list))))
  ;; The first n items, sorted.
  (define (sorted items n)
    (if (= n 1)
        (list (car items))
        (let ((half (quotient n 2)))
          (merge (sorted items half)
                 (sorted (list-tail items half) (- n half))))))
  (if (null? items) '() (sorted items (length items))))

;; What R7RS has and this version of Gambit calls otherwise.
(define (read-string count port)
  (let* ((text (make-string count))
         (read (read-substring text 0 count port)))
    (cond ((= read 0) #!eof)
          ((= read count) text)
          (else (substring text 0 read)))))

(define (write-string text port)
  (write-substring text 0 (string-length text) port))

(define (bench-run name thunk expected)
  (let* ((start (real-time))
         (result (bench-repeat bench-iterations thunk))
         (stop (real-time))
         (right (equal? result expected)))
    (display name)
    (display "\t")
    (display (- stop start))
    (display "\t")
    (if right
        (display "ok")
        (begin
          (display "WRONG got ")
          (write result)
          (display ", expected ")
          (write expected)))
    (newline)
    (if (not right) (exit 1))))

