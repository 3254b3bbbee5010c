;;; What the string libraries (SRFI 13, 130, 152) have in common. Ranges are given by
;;; indices; searches return an index or #f. Criteria are as in `(termite char-set)`.
;;;
;;; Where a procedure is given, results are made after its last call, so that a
;;; continuation captured in a call may be entered again.

(define-library (termite string)
  (export
   %range-end
   string-every string-any
   string-tabulate string-unfold string-unfold-right
   string-take string-take-right string-drop string-drop-right
   string-pad string-pad-right string-trim string-trim-right string-trim-both
   string-prefix-length string-suffix-length
   string-index string-index-right string-skip string-skip-right string-count
   string-contains-right
   string-concatenate-reverse string-join
   string-fold string-fold-right string-for-each-index
   string-replace string-replicate string-split
   string-filter string-remove
   reverse-list->string)
  (import (termite core)
          (rename (except (termite primitives) string-trim string-trim-right)
                  (string-join primitive-join)
                  (string-pad-left primitive-pad-left)
                  (string-pad-right primitive-pad-right))
          (termite char-set)
          (termite list))
  (begin

    ;; -- arguments --

    ;; Where a range of `s` ends; `argument` is the place of `s`.
    (define (%range-end who argument s end)
      (if (not (string? s))
          (%signal-wrong-type who argument "a string" s))
      (if (%default-object? end) (string-length s) end))

    ;; What the primitives that search for members of a set take: a name or bytevector;
    ;; #f for a predicate that they cannot stand for.
    (define (members-of ok?)
      (cond ((char-set? ok?) (%char-set-members ok?))
            ((eq? ok? char-whitespace?) 'whitespace)
            ((eq? ok? char-alphabetic?) 'letter)
            ((eq? ok? char-numeric?) 'digit)
            ((eq? ok? char-upper-case?) 'upper-case)
            ((eq? ok? char-lower-case?) 'lower-case)
            ((char? ok?) (%string->char-set (string ok?)))
            (else #f)))

    ;; -- predicates --

    ;; The first true value of `ok?`, a predicate, a character or a set, for a character
    ;; of the range, or #f.
    (define (string-any ok? s #!optional (start 0) (end #!default))
      (let ((ok? (%criterion 'string-any 1 ok?))
            (end (%range-end 'string-any 2 s end)))
        (let loop ((i start))
          (cond ((>= i end) #f)
                ((= i (- end 1)) (ok? (string-ref s i)))
                (else (or (ok? (string-ref s i)) (loop (+ i 1))))))))

    ;; The value of `ok?` for the last character of the range, if none before was false;
    ;; else #f.
    (define (string-every ok? s #!optional (start 0) (end #!default))
      (let ((ok? (%criterion 'string-every 1 ok?))
            (end (%range-end 'string-every 2 s end)))
        (let loop ((i start))
          (cond ((>= i end) #t)
                ((= i (- end 1)) (ok? (string-ref s i)))
                (else (and (ok? (string-ref s i)) (loop (+ i 1))))))))

    ;; -- constructors --

    ;; A string of `(f i)` for each `i` below `n`.
    (define (string-tabulate f n)
      (let loop ((i (- n 1)) (chars '()))
        (if (< i 0)
            (list->string chars)
            (let ((c (f i)))
              (loop (- i 1) (cons c chars))))))

    (define (no-string seed) "")

    ;; Pieces are characters or strings.
    (define (string-unfold stop? mapper successor seed
                           #!optional (base "") (make-final no-string))
      (let loop ((seed seed) (pieces '()))
        (if (stop? seed)
            (string-append (piece->string base)
                           (pieces->string (reverse pieces))
                           (piece->string (make-final seed)))
            (let ((piece (mapper seed)))
              (loop (successor seed) (cons piece pieces))))))

    ;; As `string-unfold`, made from its end.
    (define (string-unfold-right stop? mapper successor seed
                                 #!optional (base "") (make-final no-string))
      (let loop ((seed seed) (pieces '()))
        (if (stop? seed)
            (string-append (piece->string (make-final seed))
                           (pieces->string pieces)
                           (piece->string base))
            (let ((piece (mapper seed)))
              (loop (successor seed) (cons piece pieces))))))

    (define (piece->string piece)
      (if (char? piece) (string piece) piece))

    (define (pieces->string pieces)
      (if (all-chars? pieces)
          (list->string pieces)
          (string-concatenate (map piece->string pieces))))

    (define (all-chars? pieces)
      (or (null? pieces)
          (and (char? (car pieces)) (all-chars? (cdr pieces)))))

    ;; -- selectors --

    ;; The first `n` characters. Raises an error when there are fewer.
    (define (string-take s n) (string-copy s 0 n))

    ;; The string without its first `n` characters. Raises an error when there are fewer.
    (define (string-drop s n) (string-copy s n))

    ;; The last `n` characters. Raises an error when there are fewer.
    (define (string-take-right s n) (string-copy s (- (string-length s) n)))

    ;; The string without its last `n` characters. Raises an error when there are fewer.
    (define (string-drop-right s n) (string-copy s 0 (- (string-length s) n)))

    ;; The last `n` characters of the range, with `char` in front if there are fewer.
    (define (string-pad s n #!optional (char #\space) (start 0) (end #!default))
      (primitive-pad-left (string-copy s start end) n char))

    ;; The first `n` characters of the range, with `char` after them if there are fewer.
    (define (string-pad-right s n #!optional (char #\space) (start 0) (end #!default))
      (primitive-pad-right (string-copy s start end) n char))

    ;; `string-trim` trims on the left.
    (define (string-trim s #!optional (drop? char-whitespace?) (start 0) (end #!default))
      (let ((end (%range-end 'string-trim 1 s end)))
        (string-copy s (or (string-skip s drop? start end) end) end)))

    ;; The range without the characters at its end that are `drop?`, by default white
    ;; space.
    (define (string-trim-right s #!optional (drop? char-whitespace?) (start 0) (end #!default))
      (let ((last (string-skip-right s drop? start end)))
        (string-copy s start (if last (+ last 1) start))))

    ;; The range without the characters at both ends that are `drop?`, by default white
    ;; space.
    (define (string-trim-both s #!optional (drop? char-whitespace?) (start 0) (end #!default))
      (let* ((end (%range-end 'string-trim-both 1 s end))
             (from (or (string-skip s drop? start end) end))
             (last (string-skip-right s drop? from end)))
        (string-copy s from (if last (+ last 1) from))))

    ;; -- prefixes and suffixes --

    ;; The length of the beginning that both ranges share.
    (define (string-prefix-length a b #!optional (start1 0) (end1 #!default)
                                  (start2 0) (end2 #!default))
      (%string-prefix-length a b start1 end1 start2 end2))

    ;; The length of the end that both ranges share.
    (define (string-suffix-length a b #!optional (start1 0) (end1 #!default)
                                  (start2 0) (end2 #!default))
      (%string-suffix-length a b start1 end1 start2 end2))

    ;; -- searching --

    (define (index-up s start end ok?)
      (let loop ((i start))
        (and (< i end)
             (if (ok? (string-ref s i)) i (loop (+ i 1))))))

    (define (index-down s start end ok?)
      (let loop ((i (- end 1)))
        (and (>= i start)
             (if (ok? (string-ref s i)) i (loop (- i 1))))))

    ;; The first index in the range whose character is `ok?`, or #f.
    (define (string-index s ok? #!optional (start 0) (end #!default))
      (if (char? ok?)
          (%string-index s ok? start end)
          (let ((members (members-of ok?)))
            (if members
                (%string-index-in s members #t start (%range-end 'string-index 1 s end))
                (index-up s
                          start
                          (%range-end 'string-index 1 s end)
                          (%criterion 'string-index 2 ok?))))))

    ;; The last index in the range whose character is `ok?`, or #f.
    (define (string-index-right s ok? #!optional (start 0) (end #!default))
      (if (char? ok?)
          (%string-rindex s ok? start end)
          (let ((members (members-of ok?)))
            (if members
                (%string-rindex-in s members #t start (%range-end 'string-index-right 1 s end))
                (index-down s
                            start
                            (%range-end 'string-index-right 1 s end)
                            (%criterion 'string-index-right 2 ok?))))))

    ;; The first index in the range whose character is not `skip?`, or #f.
    (define (string-skip s skip? #!optional (start 0) (end #!default))
      (let ((members (members-of skip?)))
        (if members
            (%string-index-in s members #f start (%range-end 'string-skip 1 s end))
            (index-up s
                      start
                      (%range-end 'string-skip 1 s end)
                      (%negated (%criterion 'string-skip 2 skip?))))))

    ;; The last index in the range whose character is not `skip?`, or #f.
    (define (string-skip-right s skip? #!optional (start 0) (end #!default))
      (let ((members (members-of skip?)))
        (if members
            (%string-rindex-in s members #f start (%range-end 'string-skip-right 1 s end))
            (index-down s
                        start
                        (%range-end 'string-skip-right 1 s end)
                        (%negated (%criterion 'string-skip-right 2 skip?))))))

    ;; How many characters of the range are `ok?`.
    (define (string-count s ok? #!optional (start 0) (end #!default))
      (let ((members (members-of ok?)))
        (if members
            (%string-count-in s members #t start (%range-end 'string-count 1 s end))
            (let ((ok? (%criterion 'string-count 2 ok?))
                  (end (%range-end 'string-count 1 s end)))
              (let loop ((i start) (n 0))
                (if (< i end)
                    (loop (+ i 1) (if (ok? (string-ref s i)) (+ n 1) n))
                    n))))))

    ;; The last index at which the string has the pattern, or #f.
    (define (string-contains-right s pattern #!optional (start1 0) (end1 #!default)
                                   (start2 0) (end2 #!default))
      (%string-contains-right s pattern start1 end1 start2 end2))

    ;; -- joining --

    ;; The strings of a list in reverse, then a part of `final`.
    (define (string-concatenate-reverse strings #!optional (final "") (end #!default))
      (string-concatenate (reverse (cons (string-copy final 0 end) strings))))

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
        (else (signal-grammar 'string-join 3 grammar))))

    (define (signal-grammar who argument grammar)
      (%signal-wrong-type who argument "infix, strict-infix, prefix or suffix" grammar))

    ;; -- folding --

    ;; Calls `f` with the indices in the range.
    (define (string-for-each-index f s #!optional (start 0) (end #!default))
      (let ((end (%range-end 'string-for-each-index 2 s end)))
        (let loop ((i start))
          (if (< i end)
              (begin
                (f i)
                (loop (+ i 1)))))))

    ;; Calls `(f char result)` for the characters of the range, the first result being
    ;; `init`; the last result.
    (define (string-fold f init s #!optional (start 0) (end #!default))
      (let ((end (%range-end 'string-fold 3 s end)))
        (let loop ((i start) (result init))
          (if (< i end)
              (loop (+ i 1) (f (string-ref s i) result))
              result))))

    ;; As `string-fold`, from the last character to the first.
    (define (string-fold-right f init s #!optional (start 0) (end #!default))
      (let loop ((i (- (%range-end 'string-fold-right 3 s end) 1)) (result init))
        (if (>= i start)
            (loop (- i 1) (f (string-ref s i) result))
            result)))

    ;; -- parts --

    ;; `s` with the range from `start` to `end` replaced by (a range of) `new`.
    (define (string-replace s new start end #!optional (new-start 0) (new-end #!default))
      (string-append (string-copy s 0 start)
                     (string-copy new new-start new-end)
                     (string-copy s end)))

    ;; From `from` to `to` of the range of `s` repeated without end in both directions.
    (define (string-replicate s from to #!optional (start 0) (end #!default))
      (let* ((part (string-copy s start end))
             (n (string-length part)))
        (cond ((= from to) "")
              ((or (< to from) (= n 0))
               (%signal-range
                'string-replicate 3 "an index not before the other, in a string" to))
              (else
               (let* ((first (floor-quotient from n))
                      (last (floor-quotient (- to 1) n))
                      (copies (repeat part (+ 1 (- last first))))
                      (skipped (- from (* first n))))
                 (substring copies skipped (+ skipped (- to from))))))))

    (define (repeat s n)
      (string-concatenate (make-list n s)))

    ;; The pieces between delimiters, at most `limit` of which are heeded.
    (define (string-split s delimiter
                          #!optional (grammar 'infix) (limit #f)
                          (start 0) (end #!default))
      (if (not (memq grammar '(infix strict-infix prefix suffix)))
          (signal-grammar 'string-split 3 grammar))
      (if (not (or (not limit) (exact-nonnegative-integer? limit)))
          (%signal-wrong-type 'string-split 4 "a count or #f" limit))
      (let ((end (%range-end 'string-split 1 s end)))
        (cond ((< start end)
               (if (= 0 (string-length delimiter))
                   (split-chars s limit start end)
                   (split-at s delimiter grammar limit start end)))
              ((eq? grammar 'strict-infix)
               (error "string-split: the strict-infix grammar needs a string"))
              (else '()))))

    ;; Each character alone; what is beyond the limit stays together.
    (define (split-chars s limit start end)
      (let ((last (if limit (min (+ start limit) end) end)))
        (let loop ((i last)
                   (pieces (if (< last end) (list (string-copy s last end)) '())))
          (if (> i start)
              (loop (- i 1) (cons (string (string-ref s (- i 1))) pieces))
              pieces))))

    (define (split-at s delimiter grammar limit start end)
      (let* ((width (string-length delimiter))
             (starts? (and (eq? grammar 'prefix)
                           (string-prefix? delimiter s 0 width start end))))
        (let loop ((from (if starts? (+ start width) start)) (left limit) (pieces '()))
          (let ((at (and (not (eqv? left 0)) (string-contains s delimiter from end))))
            (cond ((not at)
                   (reverse (cons (string-copy s from end) pieces)))
                  ((and (eq? grammar 'suffix) (= (+ at width) end))
                   (reverse (cons (string-copy s from at) pieces)))
                  (else
                   (loop (+ at width)
                         (and left (- left 1))
                         (cons (string-copy s from at) pieces))))))))

    ;; -- filtering --

    ;; The characters of the range that are `ok?`.
    (define (string-filter ok? s #!optional (start 0) (end #!default))
      (keep 'string-filter (%criterion 'string-filter 1 ok?) s start end))

    ;; The characters of the range for which `drop?` is false.
    (define (string-remove drop? s #!optional (start 0) (end #!default))
      (keep 'string-remove (%negated (%criterion 'string-remove 1 drop?)) s start end))

    (define (keep who ok? s start end)
      (let ((end (%range-end who 2 s end)))
        (let loop ((chars (string->list s start end)) (result '()))
          (cond ((null? chars) (list->string (reverse result)))
                ((ok? (car chars)) (loop (cdr chars) (cons (car chars) result)))
                (else (loop (cdr chars) result))))))

    ;; A string of the characters in a list, last to first.
    (define (reverse-list->string chars)
      (list->string (reverse chars)))))
