;;; SRFI 13, strings: the part that is in use, without the shared-substring and
;;; linear-update variants, and with the names of R7RS where both have one.
;;;
;;; Where SRFI 13 takes "char/char-set/pred", a character or a predicate will do.

(define-library (srfi 13)
  (export
   string? string-null? string-every string-any
   make-string string string-tabulate string-copy substring/shared
   string-length string-ref string-set! string-fill!
   string-copy! string-take string-take-right string-drop string-drop-right
   string-pad (rename string-pad string-pad-left) string-pad-right
   string-trim-both string-trim string-trim-right
   string=? string<? string>? string<=? string>=? string<>
   (rename string=? string=) (rename string<? string<) (rename string>? string>)
   (rename string<=? string<=) (rename string>=? string>=)
   (rename string-ci=? string-ci=) (rename string-ci<? string-ci<)
   string-prefix-length string-suffix-length
   string-prefix? string-suffix? string-prefix-ci? string-suffix-ci?
   string-index string-index-right string-skip string-skip-right string-count
   string-contains string-contains-ci
   string-upcase string-downcase string-titlecase
   string-reverse string-append string-concatenate string-concatenate-reverse
   string-join string-map string-for-each string-for-each-index
   string-fold string-fold-right string-unfold string-unfold-right
   string-replace string-filter string-delete string-tokenize
   string->list list->string reverse-list->string string-hash string-hash-ci)
  (import (termite core)
          (rename (except (termite primitives) string-trim string-trim-right)
                  (string-join primitive-join)
                  (string-ci-hash string-hash-ci)
                  (string-pad-left primitive-pad-left)
                  (string-pad-right primitive-pad-right))
          (termite list)
          (termite sequence))
  (begin

    ;; -- arguments --

    (define (check-string who argument x)
      (if (not (string? x))
          (%signal-wrong-type who argument "a string" x)))

    ;; Where a range of `s` ends; `argument` is the place of `s`.
    (define (range-end who argument s end)
      (check-string who argument s)
      (if (%default-object? end) (string-length s) end))

    ;; The predicate that a criterion stands for; `argument` is its place.
    (define (criterion who argument x)
      (cond ((procedure? x) x)
            ((char? x) (lambda (c) (char=? c x)))
            (else (%signal-wrong-type who argument "a character or a predicate" x))))

    (define (visible? c) (not (char-whitespace? c)))

    ;; -- predicates --

    (define (string-any ok? s #!optional (start 0) (end #!default))
      (let ((ok? (criterion 'string-any 1 ok?))
            (end (range-end 'string-any 2 s end)))
        (let loop ((i start))
          (cond ((>= i end) #f)
                ((= i (- end 1)) (ok? (string-ref s i)))
                (else (or (ok? (string-ref s i)) (loop (+ i 1))))))))

    (define (string-every ok? s #!optional (start 0) (end #!default))
      (let ((ok? (criterion 'string-every 1 ok?))
            (end (range-end 'string-every 2 s end)))
        (let loop ((i start))
          (cond ((>= i end) #t)
                ((= i (- end 1)) (ok? (string-ref s i)))
                (else (and (ok? (string-ref s i)) (loop (+ i 1))))))))

    ;; -- constructors, selectors --

    (define (string-tabulate f n)
      (let loop ((i (- n 1)) (chars '()))
        (if (< i 0)
            (list->string chars)
            (let ((c (f i)))
              (loop (- i 1) (cons c chars))))))

    (define (substring/shared s start #!optional (end #!default))
      (string-copy s start end))

    (define (string-take s n) (string-copy s 0 n))
    (define (string-drop s n) (string-copy s n))
    (define (string-take-right s n) (string-copy s (- (string-length s) n)))
    (define (string-drop-right s n) (string-copy s 0 (- (string-length s) n)))

    (define (string-pad s n #!optional (char #\space) (start 0) (end #!default))
      (primitive-pad-left (string-copy s start end) n char))

    (define (string-pad-right s n #!optional (char #\space) (start 0) (end #!default))
      (primitive-pad-right (string-copy s start end) n char))

    ;; `string-trim` trims on the left, as in SRFI 13.
    (define (string-trim s #!optional (drop? char-whitespace?) (start 0) (end #!default))
      (trim 'string-trim s drop? start end #t #f))

    (define (string-trim-right s #!optional (drop? char-whitespace?) (start 0) (end #!default))
      (trim 'string-trim-right s drop? start end #f #t))

    (define (string-trim-both s #!optional (drop? char-whitespace?) (start 0) (end #!default))
      (trim 'string-trim-both s drop? start end #t #t))

    (define (trim who s drop? start end left? right?)
      (let* ((drop? (criterion who 2 drop?))
             (end (range-end who 1 s end))
             (from (if left? (or (index-up s start end (complement drop?)) end) start))
             (last (if right? (index-down s from end (complement drop?)) (- end 1))))
        (string-copy s from (if last (+ last 1) from))))

    (define (complement ok?)
      (lambda (c) (not (ok? c))))

    ;; -- comparison --

    (define (string<> a b) (not (string=? a b)))

    (define (string-prefix-length a b)
      (let ((n (min (string-length a) (string-length b))))
        (let loop ((i 0))
          (if (and (< i n) (char=? (string-ref a i) (string-ref b i)))
              (loop (+ i 1))
              i))))

    (define (string-suffix-length a b)
      (let* ((end-a (string-length a))
             (end-b (string-length b))
             (n (min end-a end-b)))
        (let loop ((i 0))
          (if (and (< i n)
                   (char=? (string-ref a (- end-a i 1)) (string-ref b (- end-b i 1))))
              (loop (+ i 1))
              i))))

    (define (string-prefix-ci? prefix s)
      (string-prefix? (string-foldcase prefix) (string-foldcase s)))

    (define (string-suffix-ci? suffix s)
      (string-suffix? (string-foldcase suffix) (string-foldcase s)))

    ;; -- searching --

    (define (index-up s start end ok?)
      (let loop ((i start))
        (and (< i end)
             (if (ok? (string-ref s i)) i (loop (+ i 1))))))

    (define (index-down s start end ok?)
      (let loop ((i (- end 1)))
        (and (>= i start)
             (if (ok? (string-ref s i)) i (loop (- i 1))))))

    (define (string-index s ok? #!optional (start 0) (end #!default))
      (if (char? ok?)
          (%string-index s ok? start end)
          (index-up s
                    start
                    (range-end 'string-index 1 s end)
                    (criterion 'string-index 2 ok?))))

    (define (string-index-right s ok? #!optional (start 0) (end #!default))
      (if (char? ok?)
          (%string-rindex s ok? start end)
          (index-down s
                      start
                      (range-end 'string-index-right 1 s end)
                      (criterion 'string-index-right 2 ok?))))

    (define (string-skip s skip? #!optional (start 0) (end #!default))
      (index-up s
                start
                (range-end 'string-skip 1 s end)
                (complement (criterion 'string-skip 2 skip?))))

    (define (string-skip-right s skip? #!optional (start 0) (end #!default))
      (index-down s
                  start
                  (range-end 'string-skip-right 1 s end)
                  (complement (criterion 'string-skip-right 2 skip?))))

    (define (string-count s ok? #!optional (start 0) (end #!default))
      (let ((ok? (criterion 'string-count 2 ok?))
            (end (range-end 'string-count 1 s end)))
        (let loop ((i start) (n 0))
          (if (< i end)
              (loop (+ i 1) (if (ok? (string-ref s i)) (+ n 1) n))
              n))))

    (define (string-contains-ci s pattern)
      (string-contains (string-foldcase s) (string-foldcase pattern)))

    ;; -- case --

    (define (string-titlecase s #!optional (start 0) (end #!default))
      (let loop ((chars (string->list s start end)) (in-word? #f) (result '()))
        (cond ((null? chars) (list->string (reverse result)))
              ((char-alphabetic? (car chars))
               (loop (cdr chars)
                     #t
                     (cons (if in-word?
                               (char-downcase (car chars))
                               (char-upcase (car chars)))
                           result)))
              (else (loop (cdr chars) #f (cons (car chars) result))))))

    ;; -- joining --

    (define (string-concatenate-reverse strings)
      (string-concatenate (reverse strings)))

    ;; The grammar is `infix`, `strict-infix`, `prefix` or `suffix`.
    (define (string-join strings #!optional (separator " ") (grammar 'infix))
      (case grammar
        ((infix) (primitive-join strings separator))
        ((strict-infix)
         (if (null? strings)
             (error "string-join: the strict-infix grammar needs a string")
             (primitive-join strings separator)))
        ((prefix)
         (string-concatenate (map (lambda (s) (string-append separator s)) strings)))
        ((suffix)
         (string-concatenate (map (lambda (s) (string-append s separator)) strings)))
        (else
         (%signal-wrong-type
          'string-join 3 "infix, strict-infix, prefix or suffix" grammar))))

    ;; -- folding --

    (define (string-for-each-index f s #!optional (start 0) (end #!default))
      (let ((end (range-end 'string-for-each-index 2 s end)))
        (let loop ((i start))
          (if (< i end)
              (begin
                (f i)
                (loop (+ i 1)))))))

    (define (string-fold f init s #!optional (start 0) (end #!default))
      (let ((end (range-end 'string-fold 3 s end)))
        (let loop ((i start) (result init))
          (if (< i end)
              (loop (+ i 1) (f (string-ref s i) result))
              result))))

    (define (string-fold-right f init s #!optional (start 0) (end #!default))
      (let loop ((i (- (range-end 'string-fold-right 3 s end) 1)) (result init))
        (if (>= i start)
            (loop (- i 1) (f (string-ref s i) result))
            result)))

    (define (no-string seed) "")

    (define (string-unfold stop? mapper successor seed
                           #!optional (base "") (make-final no-string))
      (let loop ((seed seed) (chars '()))
        (if (stop? seed)
            (string-append base (list->string (reverse chars)) (make-final seed))
            (let ((c (mapper seed)))
              (loop (successor seed) (cons c chars))))))

    (define (string-unfold-right stop? mapper successor seed
                                 #!optional (base "") (make-final no-string))
      (let loop ((seed seed) (chars '()))
        (if (stop? seed)
            (string-append (make-final seed) (list->string chars) base)
            (let ((c (mapper seed)))
              (loop (successor seed) (cons c chars))))))

    ;; -- the rest --

    ;; `s` with the range from `start` to `end` replaced by (a range of) `new`.
    (define (string-replace s new start end #!optional (new-start 0) (new-end #!default))
      (string-append (string-copy s 0 start)
                     (string-copy new new-start new-end)
                     (string-copy s end)))

    ;; The criterion comes first; the older order is understood too.
    (define (string-filter ok? s #!optional (start 0) (end #!default))
      (if (string? ok?)
          (string-filter s ok? start end)
          (keep 'string-filter (criterion 'string-filter 1 ok?) s start end)))

    (define (string-delete drop? s #!optional (start 0) (end #!default))
      (if (string? drop?)
          (string-delete s drop? start end)
          (keep 'string-delete
                (complement (criterion 'string-delete 1 drop?)) s start end)))

    (define (keep who ok? s start end)
      (check-string who 2 s)
      (let loop ((chars (string->list s start end)) (result '()))
        (cond ((null? chars) (list->string (reverse result)))
              ((ok? (car chars)) (loop (cdr chars) (cons (car chars) result)))
              (else (loop (cdr chars) result)))))

    ;; The longest substrings of characters that are `ok?`, by default not white space.
    (define (string-tokenize s #!optional (ok? visible?) (start 0) (end #!default))
      (let ((ok? (criterion 'string-tokenize 2 ok?))
            (end (range-end 'string-tokenize 1 s end)))
        (let loop ((i start) (tokens '()))
          (let ((from (index-up s i end ok?)))
            (if from
                (let ((to (or (index-up s from end (complement ok?)) end)))
                  (loop to (cons (string-copy s from to) tokens)))
                (reverse tokens))))))

    (define (reverse-list->string chars)
      (list->string (reverse chars)))))
