;;; Nodes of regular expressions (see `(termite sre)`) as patterns, text for the compiler
;;; of patterns beneath, which is that of Rust's `regex` with `\p{name}` for our standard
;;; sets. Patterns are ASCII and hold nothing of the user's text but escaped.
;;;
;;; What the compiler cannot do (looking around, references back, boundaries of graphemes)
;;; has no pattern.

(define-library (termite sre-pattern)
  (export %node->pattern %has-pattern?)
  (import (termite core) (termite primitives) (termite list))
  (begin

    (define (%has-pattern? node)
      (case (car node)
        ((seq or) (all-have-patterns? (cdr node)))
        ((repeat) (%has-pattern? (list-ref node 4)))
        ((group) (%has-pattern? (caddr node)))
        ((assert) (not (memq (cadr node) '(bog eog))))
        ((look backref) #f)
        (else #t)))

    (define (all-have-patterns? nodes)
      (or (null? nodes)
          (and (%has-pattern? (car nodes))
               (all-have-patterns? (cdr nodes)))))

    (define (%node->pattern node)
      (let ((rest (cdr node)))
        (case (car node)
          ((text) (text-pattern (car rest) (cadr rest)))
          ((set) (class (car rest)))
          ((seq) (string-concatenate (map part-pattern rest)))
          ((or)
           (if (null? rest)
               (class 'empty)
               (string-append "(?:" (string-join (map %node->pattern rest) "|") ")")))
          ((repeat) (repeat-pattern rest))
          ((group) (string-append "(" (%node->pattern (cadr rest)) ")"))
          ((assert) (assertion (car rest) (cadr rest)))
          (else grapheme))))

    ;; As a part of a sequence.
    (define (part-pattern node)
      (if (eq? (car node) 'seq)
          (string-append "(?:" (%node->pattern node) ")")
          (%node->pattern node)))

    ;; -- text --

    (define (text-pattern text fold)
      (case fold
        ((unicode) (string-append "(?i:" (escaped text) ")"))
        ((ascii) (string-concatenate (map ascii-letter (string->list text))))
        (else (escaped text))))

    (define (escaped text)
      (string-concatenate (map escaped-char (string->list text))))

    (define (escaped-char c)
      (if (or (char<=? #\a c #\z) (char<=? #\A c #\Z) (char<=? #\0 c #\9))
          (string c)
          (string-append "\\x{" (number->string (char->integer c) 16) "}")))

    (define (ascii-letter c)
      (class (%char-set-fold-case (%string->char-set (string c)) #t)))

    ;; -- repetition --

    (define (repeat-pattern parts)
      (let ((min (car parts))
            (max (cadr parts))
            (greedy? (caddr parts))
            (node (cadddr parts)))
        (string-append "(?:" (%node->pattern node) ")"
                       (cond ((and (eqv? min 0) (not max)) "*")
                             ((and (eqv? min 1) (not max)) "+")
                             ((and (eqv? min 0) (eqv? max 1)) "?")
                             (else (bounds min max)))
                       (if greedy? "" "?"))))

    (define (bounds min max)
      (string-append "{" (number->string min) ","
                     (if max (number->string max) "")
                     "}"))

    ;; -- sets --

    ;; In brackets.
    (define (class set)
      (cond ((eq? set 'empty) "[^\\x{0}-\\x{10ffff}]")
            ((pair? set) (compound (car set) (map class (cdr set))))
            (else
             (let ((members (%char-set->pattern set)))
               (if (string-null? members)
                   (class 'empty)
                   (string-append "[" members "]"))))))

    (define (compound operation classes)
      (case operation
        ((union)
         (if (null? classes)
             (class 'empty)
             (string-append "[" (string-concatenate classes) "]")))
        ((inter) (string-append "[" (string-join classes "&&") "]"))
        (else (string-append "[" (string-join classes "--") "]"))))

    ;; -- places --

    (define (assertion kind ascii?)
      (case kind
        ((bos) "\\A")
        ((eos) "\\z")
        ((bol) "(?Rm:^)")
        ((eol) "(?Rm:$)")
        ((bow) (if ascii? "(?-u:\\b{start})" "\\b{start}"))
        ((eow) (if ascii? "(?-u:\\b{end})" "\\b{end}"))
        (else (if ascii? "(?-u:\\B)" "\\B"))))

    ;; -- graphemes: UAX 29, table 1c, without the conjunct clusters of Indic scripts --

    (define (gcb name) (string-append "\\p{gcb=" name "}"))
    (define (one name) (string-append "[" (gcb name) "]"))
    (define (any-of name) (string-append (one name) "*"))
    (define (some name) (string-append (one name) "+"))

    (define (either . patterns)
      (string-append "(?:" (string-join patterns "|") ")"))

    (define hangul
      (string-append
       (any-of "L")
       (either (some "V")
               (string-append (one "LV") (any-of "V"))
               (one "LVT"))
       (any-of "T")))

    (define pictures
      (string-append "[\\p{Extended_Pictographic}](?:" (any-of "Extend") (one "ZWJ")
                     "[\\p{Extended_Pictographic}])*"))

    (define grapheme
      (either
       "\\x{d}\\x{a}"
       (string-append "[" (gcb "Control") "\\x{a}\\x{d}]")
       (string-append
        (any-of "Prepend")
        (either hangul
                (some "L")
                (some "T")
                (string-append (one "RI") (one "RI"))
                pictures
                (string-append "[^" (gcb "Control") "\\x{a}\\x{d}]"))
        "[" (gcb "Extend") (gcb "ZWJ") (gcb "SpacingMark") "]*")))))
