;;; SRFI 130, strings with cursors.
;;;
;;; A string is an array of characters of one width, so a cursor is an index, as the SRFI
;;; allows; every exact integer that is not negative is taken for one. Beyond the SRFI, a
;;; character or a set of SRFI 14 will do for a predicate.

(define-library (srfi 130)
  (export
   ;; cursors
   string-cursor? string-cursor-start string-cursor-end
   string-cursor-next string-cursor-prev string-cursor-forward string-cursor-back
   string-cursor=? string-cursor<? string-cursor>? string-cursor<=? string-cursor>=?
   string-cursor-diff string-cursor->index string-index->cursor
   ;; predicates, constructors, conversion
   string-null? string-every string-any
   string-tabulate string-unfold string-unfold-right
   (rename string->list string->list/cursors)
   (rename string->vector string->vector/cursors)
   reverse-list->string string-join
   ;; selection
   (rename string-ref string-ref/cursor)
   (rename substring substring/cursors) (rename string-copy string-copy/cursors)
   string-take string-take-right string-drop string-drop-right
   string-pad string-pad-right string-trim string-trim-right string-trim-both
   ;; prefixes, suffixes, searching
   string-prefix-length string-suffix-length string-prefix? string-suffix?
   string-index string-index-right string-skip string-skip-right
   string-contains string-contains-right
   ;; the whole string
   string-reverse string-concatenate string-concatenate-reverse
   string-fold string-fold-right
   (rename string-for-each-index string-for-each-cursor)
   string-replicate string-count string-replace string-split
   string-filter string-remove)
  (import (termite core)
          (except (termite primitives)
                  string-trim string-trim-right string-join string-pad-left string-pad-right)
          (rename (termite string)
                  (string-index index)
                  (string-index-right index-right)
                  (string-skip skip)
                  (string-skip-right skip-right)))
  (begin

    ;; -- cursors --

    ;; Whether the value is a cursor; all are indices.
    (define (string-cursor? x) (exact-nonnegative-integer? x))

    ;; The cursor of the first character.
    (define (string-cursor-start s)
      (%range-end 'string-cursor-start 1 s #!default)
      0)

    ;; The cursor after the last character.
    (define (string-cursor-end s)
      (%range-end 'string-cursor-end 1 s #!default))

    ;; The cursor, if it is one of the string.
    (define (checked who s cursor)
      (if (not (and (exact-integer? cursor) (<= 0 cursor (string-length s))))
          (%signal-range who 2 "a cursor of the string" cursor))
      cursor)

    ;; The cursor of the next character.
    (define (string-cursor-next s cursor)
      (checked 'string-cursor-next s (+ cursor 1)))

    ;; The cursor of the character before.
    (define (string-cursor-prev s cursor)
      (checked 'string-cursor-prev s (- cursor 1)))

    ;; The cursor `n` characters after.
    (define (string-cursor-forward s cursor n)
      (checked 'string-cursor-forward s (+ cursor n)))

    ;; The cursor `n` characters before.
    (define (string-cursor-back s cursor n)
      (checked 'string-cursor-back s (- cursor n)))

    ;; Whether the cursors are equal.
    (define (string-cursor=? s a b) (= a b))

    ;; Whether the first cursor is before the second.
    (define (string-cursor<? s a b) (< a b))

    ;; Whether the first cursor is after the second.
    (define (string-cursor>? s a b) (> a b))

    ;; Whether the first cursor is not after the second.
    (define (string-cursor<=? s a b) (<= a b))

    ;; Whether the first cursor is not before the second.
    (define (string-cursor>=? s a b) (>= a b))

    ;; How many characters are between two cursors.
    (define (string-cursor-diff s start end) (- end start))

    ;; The index that a cursor stands for.
    (define (string-cursor->index s cursor) cursor)

    ;; The cursor for an index.
    (define (string-index->cursor s index) index)

    ;; -- searching --

    ;; Where there is nothing, the end at which the search arrives; from the right, the
    ;; cursor behind the character.
    (define (string-index s ok? #!optional (start 0) (end #!default))
      (or (index s ok? start end) (%range-end 'string-index 1 s end)))

    ;; The cursor of the first character that is not `ok?`, or the end.
    (define (string-skip s ok? #!optional (start 0) (end #!default))
      (or (skip s ok? start end) (%range-end 'string-skip 1 s end)))

    ;; The cursor after the last character that is `ok?`, or `start`.
    (define (string-index-right s ok? #!optional (start 0) (end #!default))
      (behind (index-right s ok? start end) start))

    ;; The cursor after the last character that is not `ok?`, or `start`.
    (define (string-skip-right s ok? #!optional (start 0) (end #!default))
      (behind (skip-right s ok? start end) start))

    (define (behind found start)
      (if found (+ found 1) start))))
