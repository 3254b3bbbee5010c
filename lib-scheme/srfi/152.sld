;;; SRFI 152, strings, reduced: R7RS and what is most in use besides. Beyond the SRFI, a
;;; character or a set of SRFI 14 will do for a predicate.

(define-library (srfi 152)
  (export
   ;; predicates, constructors, conversion
   string? string-null? string-every string-any
   make-string string string-tabulate string-unfold string-unfold-right
   string->vector string->list vector->string list->string reverse-list->string
   ;; selection, replacement
   string-length string-ref substring string-copy
   string-take string-take-right string-drop string-drop-right
   string-pad string-pad-right string-trim string-trim-right string-trim-both
   string-replace
   ;; comparison
   string=? string<? string>? string<=? string>=?
   string-ci=? string-ci<? string-ci>? string-ci<=? string-ci>=?
   ;; prefixes, suffixes, searching
   string-prefix-length string-suffix-length string-prefix? string-suffix?
   string-index string-index-right string-skip string-skip-right
   string-contains string-contains-right
   string-take-while string-take-while-right string-drop-while string-drop-while-right
   string-span string-break
   ;; concatenation, folding
   string-append string-concatenate string-concatenate-reverse string-join
   string-fold string-fold-right string-map string-for-each
   string-count string-filter string-remove
   ;; replication and splitting
   string-replicate string-segment string-split
   ;; input, output, mutation
   read-string write-string
   string-set! string-fill! string-copy!)
  (import (termite core)
          (except (termite primitives)
                  string-trim string-trim-right string-join string-pad-left string-pad-right)
          (termite string)
          (termite sequence)
          (only (termite port) read-string write-string))
  (begin

    ;; Where the longest prefix of the range that satisfies the predicate ends.
    (define (prefix-end who s ok? start end)
      (or (string-skip s ok? start end) (%range-end who 1 s end)))

    ;; Where the longest suffix that satisfies the predicate starts.
    (define (suffix-start s ok? start end)
      (let ((last (string-skip-right s ok? start end)))
        (if last (+ last 1) start)))

    ;; The range before the first character that is not `ok?`.
    (define (string-take-while s ok? #!optional (start 0) (end #!default))
      (string-copy s start (prefix-end 'string-take-while s ok? start end)))

    ;; The range from the first character on that is not `ok?`.
    (define (string-drop-while s ok? #!optional (start 0) (end #!default))
      (string-copy s (prefix-end 'string-drop-while s ok? start end) end))

    ;; The range after the last character that is not `ok?`.
    (define (string-take-while-right s ok? #!optional (start 0) (end #!default))
      (string-copy s (suffix-start s ok? start end) end))

    ;; The range up to the last character that is not `ok?`.
    (define (string-drop-while-right s ok? #!optional (start 0) (end #!default))
      (string-copy s start (suffix-start s ok? start end)))

    ;; Two values: the range before the first character that is not `ok?`, and the rest.
    (define (string-span s ok? #!optional (start 0) (end #!default))
      (let ((at (prefix-end 'string-span s ok? start end)))
        (values (string-copy s start at) (string-copy s at end))))

    ;; Two values: the range before the first character that is `ok?`, and the rest.
    (define (string-break s ok? #!optional (start 0) (end #!default))
      (let ((at (or (string-index s ok? start end)
                    (%range-end 'string-break 1 s end))))
        (values (string-copy s start at) (string-copy s at end))))

    ;; Pieces of `n` characters; the last may be shorter.
    (define (string-segment s n)
      (if (not (and (exact-integer? n) (> n 0)))
          (%signal-range 'string-segment 2 "a positive exact integer" n))
      (let ((end (string-length s)))
        (let loop ((i 0) (pieces '()))
          (if (< i end)
              (loop (+ i n) (cons (string-copy s i (min (+ i n) end)) pieces))
              (reverse pieces)))))))
