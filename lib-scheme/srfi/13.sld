;;; SRFI 13, strings.
;;;
;;; Where the SRFI takes "char/char-set/pred", a character, a set of SRFI 14 or a
;;; predicate will do. Nothing shares storage: the variants with `/shared` copy. Names
;;; that R7RS has too are its procedures, which take all that the SRFI gives them, and the
;;; ranges of the SRFI besides.
;;;
;;; Case-insensitive comparison folds character by character, as the SRFI has it, so that
;;; indices stay what they are.

(define-library (srfi 13)
  (export
   ;; predicates, constructors, conversion
   string? string-null? string-every string-any
   make-string string string-tabulate
   string->list list->string reverse-list->string string-join
   ;; selection, modification
   string-length string-ref string-copy substring/shared string-copy!
   string-take string-take-right string-drop string-drop-right
   string-pad (rename string-pad string-pad-left) string-pad-right
   string-trim string-trim-right string-trim-both
   string-set! string-fill!
   ;; comparison
   string-compare string-compare-ci
   string= string< string> string<= string>= string<>
   string-ci= string-ci< string-ci> string-ci<= string-ci>= string-ci<>
   string=? string<? string>? string<=? string>=?
   string-hash (rename string-ci-hash string-hash-ci)
   ;; prefixes and suffixes
   string-prefix-length string-suffix-length
   string-prefix-length-ci string-suffix-length-ci
   string-prefix? string-suffix? string-prefix-ci? string-suffix-ci?
   ;; searching
   string-index string-index-right string-skip string-skip-right string-count
   string-contains string-contains-ci
   ;; case
   string-upcase string-downcase string-titlecase
   string-upcase! string-downcase! string-titlecase!
   ;; reversing, appending
   string-reverse string-reverse! string-append string-concatenate
   (rename string-append string-append/shared)
   (rename string-concatenate string-concatenate/shared)
   string-concatenate-reverse
   (rename string-concatenate-reverse string-concatenate-reverse/shared)
   ;; folding and mapping
   string-map string-map! string-fold string-fold-right
   string-unfold string-unfold-right string-for-each string-for-each-index
   ;; replicating and the rest
   xsubstring string-xcopy! string-replace string-tokenize string-filter string-delete
   ;; low-level procedures
   string-parse-start+end string-parse-final-start+end let-string-start+end
   check-substring-spec substring-spec-ok?
   make-kmp-restart-vector kmp-step string-kmp-partial-search)
  (import (termite core)
          (except (termite primitives)
                  string-trim string-trim-right string-join string-pad-left string-pad-right)
          (termite char-set)
          (rename (termite string) (string-filter filter-string) (string-remove remove-string))
          (termite list)
          (termite sequence)
          (only (termite runtime) call-with-values))
  (begin

    ;; The range as a string; it is a copy.
    (define (substring/shared s start #!optional (end #!default))
      (string-copy s start end))

    ;; -- comparison --

    ;; The string with each character folded alone, so that it stays as long.
    (define (fold-chars s) (string-map char-foldcase s))

    ;; Calls one of three procedures with the index in `a` at which the ranges differ.
    (define (string-compare a b less same greater
                            #!optional (start1 0) (end1 #!default)
                            (start2 0) (end2 #!default))
      (let* ((end1 (%range-end 'string-compare 1 a end1))
             (end2 (%range-end 'string-compare 2 b end2))
             (n (%string-prefix-length a b start1 end1 start2 end2))
             (i (+ start1 n))
             (j (+ start2 n)))
        (cond ((= i end1) (if (= j end2) (same i) (less i)))
              ((= j end2) (greater i))
              ((char<? (string-ref a i) (string-ref b j)) (less i))
              (else (greater i)))))

    ;; As `string-compare`, without regard to case.
    (define (string-compare-ci a b less same greater
                               #!optional (start1 0) (end1 #!default)
                               (start2 0) (end2 #!default))
      (string-compare (fold-chars a) (fold-chars b) less same greater
                      start1 end1 start2 end2))

    (define (yes i) #t)
    (define (no i) #f)

    (define (comparison compare less same greater)
      (lambda (a b #!optional (start1 0) (end1 #!default) (start2 0) (end2 #!default))
        (compare a b less same greater start1 end1 start2 end2)))

    ;; `(string= a b [start1] [end1] [start2] [end2])` tells whether the ranges are
    ;; equal.
    (define string= (comparison string-compare no yes no))

    ;; `(string<> a b [start1] [end1] [start2] [end2])` tells whether the ranges differ.
    (define string<> (comparison string-compare yes no yes))

    ;; `(string< a b [start1] [end1] [start2] [end2])` tells whether the first range is
    ;; before the second.
    (define string< (comparison string-compare yes no no))

    ;; `(string> a b [start1] [end1] [start2] [end2])` tells whether the first range is
    ;; after the second.
    (define string> (comparison string-compare no no yes))

    ;; `(string<= a b [start1] [end1] [start2] [end2])` tells whether the first range is
    ;; not after the second.
    (define string<= (comparison string-compare yes yes no))

    ;; `(string>= a b [start1] [end1] [start2] [end2])` tells whether the first range is
    ;; not before the second.
    (define string>= (comparison string-compare no yes yes))

    ;; `(string-ci= a b [start1] [end1] [start2] [end2])` tells whether the ranges are
    ;; equal, without regard to case.
    (define string-ci= (comparison string-compare-ci no yes no))

    ;; `(string-ci<> a b [start1] [end1] [start2] [end2])` tells whether the ranges
    ;; differ, without regard to case.
    (define string-ci<> (comparison string-compare-ci yes no yes))

    ;; `(string-ci< a b [start1] [end1] [start2] [end2])` tells whether the first range
    ;; is before the second, without regard to case.
    (define string-ci< (comparison string-compare-ci yes no no))

    ;; `(string-ci> a b [start1] [end1] [start2] [end2])` tells whether the first range
    ;; is after the second, without regard to case.
    (define string-ci> (comparison string-compare-ci no no yes))

    ;; `(string-ci<= a b [start1] [end1] [start2] [end2])` tells whether the first range
    ;; is not after the second, without regard to case.
    (define string-ci<= (comparison string-compare-ci yes yes no))

    ;; `(string-ci>= a b [start1] [end1] [start2] [end2])` tells whether the first range
    ;; is not before the second, without regard to case.
    (define string-ci>= (comparison string-compare-ci no yes yes))

    ;; -- prefixes, suffixes, searching, without regard to case --

    ;; The procedure on folded strings.
    (define (folding f)
      (lambda (a b #!optional (start1 0) (end1 #!default) (start2 0) (end2 #!default))
        (f (fold-chars a) (fold-chars b) start1 end1 start2 end2)))

    ;; `(string-prefix-length-ci a b [start1] [end1] [start2] [end2])` is the length of
    ;; the beginning that both ranges share, without regard to case.
    (define string-prefix-length-ci (folding string-prefix-length))

    ;; `(string-suffix-length-ci a b [start1] [end1] [start2] [end2])` is the length of
    ;; the end that both ranges share, without regard to case.
    (define string-suffix-length-ci (folding string-suffix-length))

    ;; `(string-prefix-ci? prefix s [start1] [end1] [start2] [end2])` tells whether the
    ;; string begins so, without regard to case.
    (define string-prefix-ci? (folding string-prefix?))

    ;; `(string-suffix-ci? suffix s [start1] [end1] [start2] [end2])` tells whether the
    ;; string ends so, without regard to case.
    (define string-suffix-ci? (folding string-suffix?))

    ;; `(string-contains-ci s pattern [start1] [end1] [start2] [end2])` is the index of
    ;; the pattern in the string without regard to case, or #f.
    (define string-contains-ci (folding string-contains))

    ;; -- case --

    ;; The range with the first letter of each word large and the others small.
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

    ;; Changes the range to what `string-titlecase` makes of it.
    (define (string-titlecase! s #!optional (start 0) (end #!default))
      (string-copy! s start (string-titlecase s start end)))

    ;; Makes the letters in the range large.
    (define (string-upcase! s #!optional (start 0) (end #!default))
      (string-map! char-upcase s start end))

    ;; Makes the letters in the range small.
    (define (string-downcase! s #!optional (start 0) (end #!default))
      (string-map! char-downcase s start end))

    ;; -- in place --

    ;; Replaces each character in the range by the result of `f`.
    (define (string-map! f s #!optional (start 0) (end #!default))
      (string-for-each-index (lambda (i) (string-set! s i (f (string-ref s i))))
                             s
                             start
                             end))

    ;; Reverses the range in place.
    (define (string-reverse! s #!optional (start 0) (end #!default))
      (string-copy! s start (string-reverse s start end)))

    ;; -- replicating --

    ;; Without `to`, as long as the range.
    (define (xsubstring s from #!optional (to #!default) (start 0) (end #!default))
      (let ((end (%range-end 'xsubstring 1 s end)))
        (string-replicate s
                          from
                          (if (%default-object? to) (+ from (- end start)) to)
                          start
                          end)))

    ;; Copies into `target` what `xsubstring` makes of the other arguments.
    (define (string-xcopy! target at s from
                           #!optional (to #!default) (start 0) (end #!default))
      (string-copy! target at (xsubstring s from to start end)))

    ;; -- filtering, parsing --

    ;; The criterion comes first; the older order is understood too.
    (define (string-filter ok? s #!optional (start 0) (end #!default))
      (if (string? ok?)
          (filter-string s ok? start end)
          (filter-string ok? s start end)))

    ;; The range without the characters for which `drop?`, a predicate, a character or a
    ;; set, holds.
    (define (string-delete drop? s #!optional (start 0) (end #!default))
      (if (string? drop?)
          (remove-string s drop? start end)
          (remove-string drop? s start end)))

    (define graphic (%make-char-set 'graphic))

    ;; The longest substrings of characters that are `ok?`, by default graphic ones.
    (define (string-tokenize s #!optional (ok? graphic) (start 0) (end #!default))
      (let ((end (%range-end 'string-tokenize 1 s end)))
        (let loop ((i start) (tokens '()))
          (let ((from (string-index s ok? i end)))
            (if from
                (let ((to (or (string-skip s ok? from end) end)))
                  (loop to (cons (string-copy s from to) tokens)))
                (reverse tokens))))))

    ;; -- optional ranges --

    ;; Whether `start` and `end` are a range of the string.
    (define (substring-spec-ok? s start end)
      (and (string? s)
           (exact-integer? start)
           (exact-integer? end)
           (<= 0 start end (string-length s))))

    ;; Raises an error unless `start` and `end` are a range of the string.
    (define (check-substring-spec who s start end)
      (if (not (substring-spec-ok? s start end))
          (error "not a range of the string:" who s start end)))

    ;; The arguments that are left, the start and the end.
    (define (string-parse-start+end who s arguments)
      (let* ((start (if (pair? arguments) (car arguments) 0))
             (rest (if (pair? arguments) (cdr arguments) '()))
             (end (if (pair? rest) (car rest) (string-length s))))
        (check-substring-spec who s start end)
        (values (if (pair? rest) (cdr rest) '()) start end)))

    ;; Two values: the range that optional arguments describe. Raises an error when they
    ;; describe none, or when there are more.
    (define (string-parse-final-start+end who s arguments)
      (receive (rest start end) (string-parse-start+end who s arguments)
        (if (pair? rest)
            (error "too many arguments:" who rest)
            (values start end))))

    ;; Binds names to the range that optional arguments describe, and to the rest of
    ;; them, in the body. Raises an error when they describe none.
    (define-syntax let-string-start+end
      (syntax-rules ()
        ((_ (start end) who s arguments body ...)
         (call-with-values
          (lambda () (string-parse-final-start+end who s arguments))
          (lambda (start end) body ...)))
        ((_ (start end rest) who s arguments body ...)
         (call-with-values
          (lambda () (string-parse-start+end who s arguments))
          (lambda (rest start end) body ...)))))

    ;; -- searching piece by piece (Knuth, Morris and Pratt) --

    ;; For each length that is matched, the length to go on with after a mismatch; -1 is to
    ;; go on with the next character.
    (define (make-kmp-restart-vector pattern
                                     #!optional (same? char=?) (start 0) (end #!default))
      (let* ((end (%range-end 'make-kmp-restart-vector 1 pattern end))
             (n (- end start))
             (restart (make-vector n -1)))
        (let loop ((matched 1) (border 0))
          (if (< matched n)
              (let ((c (string-ref pattern (+ start matched))))
                (vector-set! restart
                             matched
                             (if (same? c (string-ref pattern (+ start border)))
                                 (vector-ref restart border)
                                 border))
                (loop (+ matched 1) (kmp-step pattern restart c border same? start)))))
        restart))

    ;; How much is matched after another character.
    (define (kmp-step pattern restart c matched same? start)
      (let loop ((matched matched))
        (cond ((< matched 0) 0)
              ((same? c (string-ref pattern (+ start matched))) (+ matched 1))
              (else (loop (vector-ref restart matched))))))

    ;; How much of the pattern is matched after the range; when all of it is, the negated
    ;; index in `s` after it.
    (define (string-kmp-partial-search pattern restart s matched
                                       #!optional (same? char=?) (pattern-start 0)
                                       (start 0) (end #!default))
      (let ((n (vector-length restart))
            (end (%range-end 'string-kmp-partial-search 3 s end)))
        (let loop ((i start) (matched matched))
          (cond ((= matched n) (- i))
                ((= i end) matched)
                (else
                 (loop (+ i 1)
                       (kmp-step pattern restart (string-ref s i) matched
                                 same? pattern-start)))))))))
