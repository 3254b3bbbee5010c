;;; SRFI 115, regular expressions: the whole syntax, with all optional features.
;;;
;;; An expression is translated to a pattern for Rust's `regex-automata`, which searches in
;;; linear time. Those that look around, refer back or ask for boundaries of graphemes have
;;; no pattern; they are matched by trying all ways, which may take exponential time.
;;;
;;; A regexp and a match are records of plain data and can be sent to other nodes.
;;;
;;; Where the SRFI leaves a choice, or something differs:
;;; - Of the matches at the leftmost place the first one in the order of alternatives and
;;;   greed is taken, as in Perl: `(or "a" "ab")` finds "a" in "ab", not the longest.
;;; - The words that `word`, `bow`, `eow` and `nwb` know in a Unicode context are those of
;;;   UTS 18: marks and connecting punctuation belong to them too.
;;; - A character of which the other case is several characters has no other case.
;;; - Graphemes are those of UAX 29 without its rule for conjuncts of Indic scripts. One
;;;   may be taken for several when there is no match otherwise.
;;; - `regexp-fold` and the replacing procedures heed matches of nothing, unless they are
;;;   right after another match.

(define-library (srfi 115)
  (export
   regexp rx regexp->sre char-set->sre valid-sre? regexp? regexp-match?
   regexp-matches regexp-matches? regexp-search
   regexp-fold regexp-extract regexp-split regexp-partition
   regexp-replace regexp-replace-all
   regexp-match-submatch regexp-match-submatch-start regexp-match-submatch-end
   regexp-match-count regexp-match->list)
  (import (termite core) (termite primitives) (termite runtime) (termite list)
          (termite char-set) (termite sre) (termite sre-pattern) (termite sre-match))
  (begin

    ;; -- regexps --

    ;; `names` is an alist of the names of submatches and their numbers. One of `pattern`
    ;; and `node` is #f.
    (define-record-type <regexp>
      (make-regexp sre pattern node groups names)
      regexp?
      (sre regexp-sre)
      (pattern regexp-pattern)
      (node regexp-node)
      (groups regexp-groups)
      (names regexp-names))

    ;; The regular expression that an SRE describes. Raises an error when it is none.
    (define (regexp re)
      (if (regexp? re) re (sre->regexp re)))

    (define (sre->regexp sre)
      (receive (node groups names) (%read-sre sre)
        (if (%has-pattern? node)
            (let ((pattern (%node->pattern node)))
              (%regexp-compile pattern)
              (make-regexp sre pattern #f groups names))
            (make-regexp sre #f (%resolve-sets node) groups names))))

    ;; The regular expression of SREs in sequence; parts may be unquoted.
    (define-syntax rx
      (syntax-rules ()
        ((_ sre ...) (regexp `(: sre ...)))))

    ;; An SRE for the regular expression.
    (define (regexp->sre re)
      (regexp-sre (regexp re)))

    ;; The ranges, as ends of `char-range`.
    (define (char-set->sre set)
      (let loop ((codes (%char-set->ranges (%char-set-members set))) (ends '()))
        (if (null? codes)
            (list 'char-range (list->string (reverse ends)))
            (loop (cddr codes)
                  (cons* (integer->char (- (cadr codes) 1))
                         (integer->char (car codes))
                         ends)))))

    ;; Whether the value is an SRE.
    (define (valid-sre? x)
      (with-exception-catcher
       (lambda (condition) #f)
       (lambda ()
         (regexp x)
         #t)))

    ;; -- matches --

    ;; `places` is a vector of the start and the end of the whole match and of each
    ;; submatch, #f for those that took no part.
    (define-record-type <regexp-match>
      (make-match subject places names)
      regexp-match?
      (subject match-string)
      (places match-places)
      (names match-names))

    ;; How many submatches the expression has.
    (define (regexp-match-count match)
      (- (quotient (vector-length (match-places match)) 2) 1))

    ;; The number of the submatch; of several of one name, the first that took part.
    (define (field-number who match field)
      (cond ((symbol? field)
             (let ((numbers (assq field (match-names match))))
               (if numbers
                   (first-matched match (cdr numbers))
                   (%signal-range who 2 "the name of a submatch" field))))
            ((and (exact-integer? field) (<= 0 field (regexp-match-count match))) field)
            (else (%signal-range who 2 "the number of a submatch" field))))

    (define (first-matched match numbers)
      (if (or (null? (cdr numbers)) (place match (car numbers) 0))
          (car numbers)
          (first-matched match (cdr numbers))))

    (define (place match number which)
      (vector-ref (match-places match) (+ which (* 2 number))))

    ;; The index of a submatch, or #f.
    (define (regexp-match-submatch-start match field)
      (place match (field-number 'regexp-match-submatch-start match field) 0))

    ;; The index after a submatch, or #f.
    (define (regexp-match-submatch-end match field)
      (place match (field-number 'regexp-match-submatch-end match field) 1))

    ;; The substring of a submatch, by number or name, or #f. 0 is the whole match.
    (define (regexp-match-submatch match field)
      (submatch match (field-number 'regexp-match-submatch match field)))

    (define (submatch match number)
      (let ((start (place match number 0)))
        (and start
             (substring (match-string match) start (place match number 1)))))

    ;; The matched substring and those of the submatches, #f for those that did not
    ;; match.
    (define (regexp-match->list match)
      (let loop ((i (regexp-match-count match)) (strings '()))
        (if (< i 0)
            strings
            (loop (- i 1) (cons (submatch match i) strings)))))

    ;; -- searching --

    ;; Where the range ends; #f stands for the end of the string. The range is checked.
    (define (range-end who s start end)
      (if (not (string? s))
          (%signal-wrong-type who 2 "a string" s))
      (let ((end (if (and end (not (%default-object? end))) end (string-length s))))
        (if (not (and (exact-integer? start)
                      (exact-integer? end)
                      (<= 0 start end (string-length s))))
            (%signal-range who 3 "the start of a range of the string" start))
        end))

    ;; The places of a match that begins at `at`, else #f.
    (define (places-at re s start end at whole?)
      (let ((found (%match-at (regexp-node re) s start end at whole?)))
        (and found
             (let ((places (make-vector (* 2 (+ 1 (regexp-groups re))) #f)))
               (vector-set! places 0 at)
               (vector-set! places 1 (car found))
               (note-places! places (cdr found))
               places))))

    ;; The latest of each submatch counts.
    (define (note-places! places submatches)
      (if (pair? submatches)
          (let ((i (* 2 (caar submatches))))
            (if (not (vector-ref places i))
                (begin
                  (vector-set! places i (cadar submatches))
                  (vector-set! places (+ i 1) (cddar submatches))))
            (note-places! places (cdr submatches)))))

    (define (places-from re s start end from)
      (let loop ((at from))
        (and (<= at end)
             (or (places-at re s start end at #f)
                 (loop (+ at 1))))))

    (define (match-or-false re s places)
      (and places
           (make-match s
                       (with-all-places places (* 2 (+ 1 (regexp-groups re))))
                       (regexp-names re))))

    ;; Submatches that can never take part are unknown to the compiled pattern.
    (define (with-all-places places n)
      (if (= n (vector-length places))
          places
          (let ((all (make-vector n #f)))
            (vector-copy! all 0 places)
            all)))

    ;; The first match in the string, or #f.
    (define (regexp-search re s #!optional (start 0) (end #f))
      (let ((re (regexp re))
            (end (range-end 'regexp-search s start end)))
        (match-or-false re
                        s
                        (if (regexp-node re)
                            (places-from re s start end start)
                            (%regexp-search (regexp-pattern re) s start end)))))

    ;; The match of the whole string, or #f.
    (define (regexp-matches re s #!optional (start 0) (end #f))
      (let ((re (regexp re))
            (end (range-end 'regexp-matches s start end)))
        (match-or-false re
                        s
                        (if (regexp-node re)
                            (places-at re s start end start #t)
                            (%regexp-matches (regexp-pattern re) s start end)))))

    ;; Whether the whole string matches.
    (define (regexp-matches? re s #!optional (start 0) (end #f))
      (let ((re (regexp re))
            (end (range-end 'regexp-matches? s start end)))
        (if (regexp-node re)
            (and (places-at re s start end start #t) #t)
            (%regexp-matches? (regexp-pattern re) s start end))))

    ;; -- all matches --

    ;; The places of the next matches, at most `limit`, after the one that ended at `last`.
    (define (next-places re s start end last limit)
      (if (regexp-node re)
          (let ((places (places-after re s start end last)))
            (if places (list places) '()))
          (%regexp-search-all (regexp-pattern re) s start end last limit)))

    (define (places-after re s start end last)
      (let ((places (places-from re s start end (or last start))))
        (if (and places last (= last (vector-ref places 0) (vector-ref places 1)))
            (places-from re s start end (+ last 1))
            places)))

    ;; Searching is done some matches at a time, more each time: what is to be done with a
    ;; long string for a search is done seldom.
    (define (fold-places f init re s start end)
      (let next ((last #f) (limit 8) (result init))
        (let loop ((found (next-places re s start end last limit))
                   (last last)
                   (n 0)
                   (result result))
          (cond ((pair? found)
                 (let ((result (f (car found) result)))
                   (loop (cdr found) (vector-ref (car found) 1) (+ n 1) result)))
                ((and (< n limit) (or (= n 0) (regexp-pattern re))) result)
                (else (next last (* 4 limit) result))))))

    (define (default-finish i match s result) result)

    ;; Calls `(f i match s result)` for each match, where `i` is the end of the one
    ;; before; the last result.
    (define (regexp-fold re f init s #!optional (finish default-finish) (start 0) (end #f))
      (let* ((re (regexp re))
             (end (range-end 'regexp-fold s start end))
             (state (fold-places
                     (lambda (places state)
                       (let ((match (match-or-false re s places)))
                         (cons (vector-ref places 1)
                               (f (car state) match s (cdr state)))))
                     (cons start init)
                     re s start end)))
        (finish (car state) #f s (cdr state))))

    ;; As `fold-places`, without the matches of nothing; `f` takes start, end, result.
    (define (fold-ranges f init re s start end)
      (fold-places (lambda (places result)
                     (let ((from (vector-ref places 0))
                           (to (vector-ref places 1)))
                       (if (< from to) (f from to result) result)))
                   init re s start end))

    ;; The substrings that match, in order, without empty ones.
    (define (regexp-extract re s #!optional (start 0) (end #f))
      (reverse
       (fold-ranges (lambda (from to strings) (cons (substring s from to) strings))
                    '()
                    (regexp re) s start (range-end 'regexp-extract s start end))))

    ;; The substrings between the matches.
    (define (regexp-split re s #!optional (start 0) (end #f))
      (let* ((end (range-end 'regexp-split s start end))
             (state (fold-ranges (lambda (from to state)
                                   (cons to (cons (substring s (car state) from) (cdr state))))
                                 (list start)
                                 (regexp re) s start end)))
        (reverse (cons (substring s (car state) end) (cdr state)))))

    ;; Substrings that do not match and those that do, by turns.
    (define (regexp-partition re s #!optional (start 0) (end #f))
      (let* ((end (range-end 'regexp-partition s start end))
             (state (fold-ranges (lambda (from to state)
                                   (cons to
                                         (cons* (substring s from to)
                                                (substring s (car state) from)
                                                (cdr state))))
                                 (list start)
                                 (regexp re) s start end)))
        (reverse (if (and (= (car state) end) (pair? (cdr state)))
                     (cdr state)
                     (cons (substring s (car state) end) (cdr state))))))

    ;; -- replacing --

    ;; What stands for a match: a string; a number or name of a submatch; `pre` or `post`,
    ;; what is before or after the match; what a procedure makes of the match; or all of a
    ;; list of these.
    (define (replacement new match start end)
      (cond ((string? new) new)
            ((eq? new 'pre) (substring (match-string match) start (place match 0 0)))
            ((eq? new 'post) (substring (match-string match) (place match 0 1) end))
            ((or (symbol? new) (exact-integer? new)) (or (regexp-match-submatch match new) ""))
            ((procedure? new) (new match))
            ((list? new)
             (string-concatenate
              (map (lambda (part) (replacement part match start end)) new)))
            (else
             (%signal-wrong-type
              'regexp-replace 3 "a string, a submatch, a procedure or a list of them" new))))

    ;; The string with a match, the first or the one of number `count`, replaced. `new`
    ;; is a string, a number or name of a submatch, a procedure of the match, or a list
    ;; of these.
    (define (regexp-replace re s new #!optional (start 0) (end #f) (count 0))
      (let* ((re (regexp re))
             (end (range-end 'regexp-replace s start end))
             (places (nth-places re s start end count)))
        (if places
            (string-append (substring s start (vector-ref places 0))
                           (replacement new (match-or-false re s places) start end)
                           (substring s (vector-ref places 1) end))
            (substring s start end))))

    (define (nth-places re s start end count)
      (let loop ((last #f) (count count))
        (let ((found (next-places re s start end last 1)))
          (cond ((null? found) #f)
                ((eqv? count 0) (car found))
                (else (loop (vector-ref (car found) 1) (- count 1)))))))

    ;; The string with all matches replaced, as by `regexp-replace`.
    (define (regexp-replace-all re s new #!optional (start 0) (end #f))
      (let* ((re (regexp re))
             (end (range-end 'regexp-replace-all s start end))
             (state (fold-places
                     (lambda (places state)
                       (cons (vector-ref places 1)
                             (cons* (replacement new (match-or-false re s places) start end)
                                    (substring s (car state) (vector-ref places 0))
                                    (cdr state))))
                     (list start)
                     re s start end)))
        (string-concatenate
         (reverse (cons (substring s (car state) end) (cdr state))))))))
