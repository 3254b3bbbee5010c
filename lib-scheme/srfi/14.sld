;;; SRFI 14, character sets.
;;;
;;; Sets are immutable: the procedures with `!` return new ones, as the SRFI allows. The
;;; standard sets agree with `char-alphabetic?` and its like; those for which there is no
;;; such predicate are Unicode's general categories. No set has a surrogate in it, since
;;; none is a character.
;;;
;;; A cursor is the code point of a member; the one behind the last is #f.

(define-library (srfi 14)
  (export
   ;; predicates and comparison
   char-set? char-set= char-set<= char-set-hash
   ;; iterating
   char-set-cursor char-set-ref char-set-cursor-next end-of-char-set?
   char-set-fold char-set-unfold (rename char-set-unfold char-set-unfold!)
   char-set-for-each char-set-map
   ;; creating
   char-set-copy char-set
   list->char-set (rename list->char-set list->char-set!)
   string->char-set (rename string->char-set string->char-set!)
   char-set-filter (rename char-set-filter char-set-filter!)
   ucs-range->char-set (rename ucs-range->char-set ucs-range->char-set!)
   ->char-set
   ;; querying
   char-set->list char-set->string char-set-size char-set-count char-set-contains?
   char-set-every char-set-any
   ;; algebra
   char-set-adjoin (rename char-set-adjoin char-set-adjoin!)
   char-set-delete (rename char-set-delete char-set-delete!)
   char-set-complement (rename char-set-complement char-set-complement!)
   char-set-union (rename char-set-union char-set-union!)
   char-set-intersection (rename char-set-intersection char-set-intersection!)
   char-set-difference (rename char-set-difference char-set-difference!)
   char-set-xor (rename char-set-xor char-set-xor!)
   char-set-diff+intersection
   (rename char-set-diff+intersection char-set-diff+intersection!)
   ;; standard sets
   char-set:lower-case char-set:upper-case char-set:title-case char-set:letter
   char-set:digit char-set:letter+digit char-set:graphic char-set:printing
   char-set:whitespace char-set:iso-control char-set:punctuation char-set:symbol
   char-set:hex-digit char-set:blank char-set:ascii char-set:empty char-set:full)
  (import (termite core) (termite primitives) (termite char-set) (termite list))
  (begin

    ;; -- arguments --

    (define (members who argument x)
      (if (char-set? x)
          (%char-set-members x)
          (%signal-wrong-type who argument "a character set" x)))

    (define (check-char who argument x)
      (if (not (char? x))
          (%signal-wrong-type who argument "a character" x)))

    ;; The set of the members of `new` and those of `base`, an optional argument.
    (define (with-base who argument new base)
      (%make-char-set
       (if (%default-object? base)
           new
           (%char-set-union new (members who argument base)))))

    ;; -- standard sets --

    ;; The small letters.
    (define char-set:lower-case (%make-char-set 'lower-case))

    ;; The large letters.
    (define char-set:upper-case (%make-char-set 'upper-case))

    ;; The letters of title case.
    (define char-set:title-case (%make-char-set 'title-case))

    ;; The letters.
    (define char-set:letter (%make-char-set 'letter))

    ;; The decimal digits of all scripts.
    (define char-set:digit (%make-char-set 'digit))

    ;; The letters and digits.
    (define char-set:letter+digit (%make-char-set 'letter+digit))

    ;; Letters, digits, punctuation and symbols.
    (define char-set:graphic (%make-char-set 'graphic))

    ;; The graphic characters and white space.
    (define char-set:printing (%make-char-set 'printing))

    ;; The white space.
    (define char-set:whitespace (%make-char-set 'whitespace))

    ;; The control characters.
    (define char-set:iso-control (%make-char-set 'iso-control))

    ;; The punctuation.
    (define char-set:punctuation (%make-char-set 'punctuation))

    ;; The symbols.
    (define char-set:symbol (%make-char-set 'symbol))

    ;; The hexadecimal digits of ASCII.
    (define char-set:hex-digit (%make-char-set 'hex-digit))

    ;; The white space within a line.
    (define char-set:blank (%make-char-set 'blank))

    ;; The characters of ASCII.
    (define char-set:ascii (%make-char-set 'ascii))

    ;; The set without members.
    (define char-set:empty (%make-char-set 'empty))

    ;; The set of all characters.
    (define char-set:full (%make-char-set 'full))

    ;; -- comparison --

    ;; Whether each two neighbours stand in a relation.
    (define (neighbours who related? sets)
      (let loop ((argument 1) (rest sets))
        (or (null? rest)
            (let ((first (members who argument (car rest))))
              (or (null? (cdr rest))
                  (and (related? first (members who (+ argument 1) (cadr rest)))
                       (loop (+ argument 1) (cdr rest))))))))

    ;; Whether the sets have the same members.
    (define (char-set= . sets) (neighbours 'char-set= %char-set=? sets))

    ;; Whether each set's members are all in the next one.
    (define (char-set<= . sets) (neighbours 'char-set<= %char-set<=? sets))

    ;; A hash of the members, below the bound if there is one.
    (define (char-set-hash set #!optional (bound #!default))
      (equal-hash (%char-set-bytes (members 'char-set-hash 1 set))
                  (if (eqv? bound 0) #!default bound)))

    ;; -- iterating --

    ;; The cursor of the first member.
    (define (char-set-cursor set)
      (%char-set-next (members 'char-set-cursor 1 set) 0))

    ;; The member at a cursor.
    (define (char-set-ref set cursor)
      (integer->char cursor))

    ;; The cursor of the next member.
    (define (char-set-cursor-next set cursor)
      (%char-set-next (members 'char-set-cursor-next 1 set) (+ cursor 1)))

    ;; Whether a cursor is after the last member.
    (define (end-of-char-set? cursor) (not cursor))

    ;; Folds over the members of what the primitives take, in order.
    (define (fold-members f init set)
      (let loop ((ranges (%char-set->ranges set)) (result init))
        (if (null? ranges)
            result
            (loop (cddr ranges) (fold-range f result (car ranges) (cadr ranges))))))

    (define (fold-range f init code end)
      (if (< code end)
          (let ((result (f (integer->char code) init)))
            (fold-range f result (+ code 1) end))
          init))

    ;; Calls `(f member result)` for each member, the first result being `init`; the last
    ;; result.
    (define (char-set-fold f init set)
      (fold-members f init (members 'char-set-fold 3 set)))

    ;; Calls `f` with each member.
    (define (char-set-for-each f set)
      (fold-members (lambda (c result) (f c) result)
                    (void)
                    (members 'char-set-for-each 2 set)))

    ;; The mapper comes before the predicate that ends it.
    (define (char-set-unfold mapper stop? successor seed #!optional (base #!default))
      (let loop ((seed seed) (chars '()))
        (if (stop? seed)
            (list->char-set chars base)
            (let ((c (mapper seed)))
              (loop (successor seed) (cons c chars))))))

    ;; The set of the results of `f`.
    (define (char-set-map f set)
      (list->char-set
       (fold-members (lambda (c chars) (cons (f c) chars))
                     '()
                     (members 'char-set-map 2 set))))

    ;; -- creating --

    ;; A set of the same members.
    (define (char-set-copy set)
      (%make-char-set (members 'char-set-copy 1 set)))

    ;; The set of the arguments.
    (define (char-set . chars)
      (list->char-set chars))

    ;; The set of the characters in a list, and those of `base`.
    (define (list->char-set chars #!optional (base #!default))
      (with-base 'list->char-set 2 (%string->char-set (list->string chars)) base))

    ;; The set of the characters in a string, and those of `base`.
    (define (string->char-set string #!optional (base #!default))
      (with-base 'string->char-set 2 (%string->char-set string) base))

    ;; The members for which `ok?` is true, and those of `base`.
    (define (char-set-filter ok? set #!optional (base #!default))
      (let ((chars (fold-members (lambda (c kept) (if (ok? c) (cons c kept) kept))
                                 '()
                                 (members 'char-set-filter 2 set))))
        (list->char-set chars base)))

    ;; Code points that are no characters, the surrogates, are left out, or an error.
    (define (ucs-range->char-set start end #!optional error? (base #!default))
      (check-code 'ucs-range->char-set 1 start 0)
      (check-code 'ucs-range->char-set 2 end start)
      (if (and error? (< start #xe000) (> end #xd800) (< start end))
          (error "ucs-range->char-set: not all code points are characters:" start end))
      (with-base 'ucs-range->char-set 4 (%ranges->char-set (list start end)) base))

    (define (check-code who argument x least)
      (if (not (and (exact-integer? x) (<= least x #x110000)))
          (%signal-wrong-type who argument "a code point, not before the start" x)))

    ;; The set that a character or a string stands for; a set is itself.
    (define (->char-set x)
      (cond ((char-set? x) x)
            ((char? x) (char-set x))
            ((string? x) (string->char-set x))
            (else
             (%signal-wrong-type '->char-set 1 "a character, a string or a set" x))))

    ;; -- querying --

    ;; How many members there are.
    (define (char-set-size set)
      (%char-set-size (members 'char-set-size 1 set)))

    ;; A list of the members.
    (define (char-set->list set)
      (reverse (fold-members cons '() (members 'char-set->list 1 set))))

    ;; A string of the members.
    (define (char-set->string set)
      (list->string (char-set->list set)))

    ;; For how many members `ok?` is true.
    (define (char-set-count ok? set)
      (fold-members (lambda (c n) (if (ok? c) (+ n 1) n))
                    0
                    (members 'char-set-count 2 set)))

    ;; The first true value of `f` on the members, else #f.
    (define (char-set-any f set)
      (let loop ((cursor (char-set-cursor set)))
        (and cursor
             (or (f (integer->char cursor))
                 (loop (char-set-cursor-next set cursor))))))

    ;; The value of `f` on the last member, unless it was false on another.
    (define (char-set-every f set)
      (let loop ((cursor (char-set-cursor set)) (result #t))
        (if cursor
            (let ((result (f (integer->char cursor))))
              (and result (loop (char-set-cursor-next set cursor) result)))
            result)))

    ;; -- algebra --

    ;; The set with more members.
    (define (char-set-adjoin set . chars)
      (%make-char-set
       (%char-set-union (members 'char-set-adjoin 1 set)
                        (%string->char-set (list->string chars)))))

    ;; The set without these members.
    (define (char-set-delete set . chars)
      (%make-char-set
       (%char-set-difference (members 'char-set-delete 1 set)
                             (%string->char-set (list->string chars)))))

    ;; The set of all characters that are no members.
    (define (char-set-complement set)
      (%make-char-set (%char-set-complement (members 'char-set-complement 1 set))))

    ;; All sets, of which `init` is before the first, combined.
    (define (combined who combine init argument sets)
      (let loop ((argument argument) (rest sets) (result init))
        (if (null? rest)
            (%make-char-set result)
            (loop (+ argument 1)
                  (cdr rest)
                  (combine result (members who argument (car rest)))))))

    ;; The characters that are in any set.
    (define (char-set-union . sets)
      (combined 'char-set-union %char-set-union 'empty 1 sets))

    ;; The characters that are in all sets.
    (define (char-set-intersection . sets)
      (combined 'char-set-intersection %char-set-intersection 'full 1 sets))

    ;; The members that no other set has.
    (define (char-set-difference set . sets)
      (combined 'char-set-difference
                %char-set-difference
                (members 'char-set-difference 1 set)
                2
                sets))

    ;; The characters that are in an odd number of the sets.
    (define (char-set-xor . sets)
      (combined 'char-set-xor %char-set-xor 'empty 1 sets))

    ;; Two values: the members that no other set has, and those that some have.
    (define (char-set-diff+intersection set . sets)
      (let ((others (%char-set-members (apply char-set-union sets)))
            (all (members 'char-set-diff+intersection 1 set)))
        (values (%make-char-set (%char-set-difference all others))
                (%make-char-set (%char-set-intersection all others)))))))
