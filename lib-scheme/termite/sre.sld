;;; Scheme regular expressions (SRFI 115) read into nodes, from which patterns are written
;;; and matchers work. All that is written in several ways there has one form here, and
;;; what the context says (case, ASCII, captures) is in the nodes.
;;;
;;; Nodes are lists:
;;;
;;;   (text string fold)           the characters; `fold` is #f, `unicode` or `ascii`
;;;   (set s)                      one character of a set
;;;   (seq node ...)  (or node ...)
;;;   (repeat min max greedy? node)    `max` may be #f: without end
;;;   (group n node)               submatch number n
;;;   (assert kind ascii?)         bos eos bol eol bow eow nwb bog eog
;;;   (grapheme)
;;;   (look ahead? wanted? node)   a look ahead or behind, for or against a match
;;;   (backref indices fold)       what the first of the submatches that has matched did
;;;
;;; Sets are what the primitives take (a name or a bytevector), or lists: (union s ...),
;;; (inter s ...), (diff s s ...).

(define-library (termite sre)
  (export %read-sre)
  (import (termite core) (termite primitives) (termite list) (termite char-set))
  (begin

    ;; Deeper ones are refused.
    (define most-depth 150)

    (define (signal-sre sre)
      (error "regexp: not a regular expression (SRE):" sre))

    ;; -- contexts --

    ;; `fold?`: case does not count; `ascii?`: named sets and case are those of ASCII;
    ;; `capture?`: submatches count. `submatches` is shared: the number of submatches so
    ;; far, and an alist of names and their numbers.
    (define-record-type <context>
      (make-context fold? ascii? capture? depth submatches)
      context?
      (fold? context-fold?)
      (ascii? context-ascii?)
      (capture? context-capture?)
      (depth context-depth)
      (submatches context-submatches))

    (define (deeper context sre)
      (if (= (context-depth context) most-depth)
          (error "regexp: the expression is nested too deeply"))
      (make-context (context-fold? context)
                    (context-ascii? context)
                    (context-capture? context)
                    (+ 1 (context-depth context))
                    (context-submatches context)))

    ;; The context inside of `(w/... sre ...)`.
    (define (with-option context option)
      (let ((is (lambda (on off now)
                  (cond ((eq? option on) #t) ((eq? option off) #f) (else now)))))
        (make-context (is 'w/nocase 'w/case (context-fold? context))
                      (is 'w/ascii 'w/unicode (context-ascii? context))
                      (is 'capture 'w/nocapture (context-capture? context))
                      (context-depth context)
                      (context-submatches context))))

    (define (fold-of context)
      (and (context-fold? context)
           (if (context-ascii? context) 'ascii 'unicode)))

    ;; The node, the number of submatches, and the alist of their names.
    (define (%read-sre sre)
      (let* ((submatches (vector 0 '()))
             (node (read-node sre (make-context #f #f #t 0 submatches))))
        (values node (vector-ref submatches 0) (vector-ref submatches 1))))

    ;; -- nodes --

    (define (read-node sre context)
      (let ((context (deeper context sre)))
        (cond ((and (string? sre) (not (= 1 (string-length sre))))
               (list 'text (string-copy sre) (fold-of context)))
              ((or (char? sre) (string? sre) (char-set? sre))
               (list 'set (read-set sre context)))
              ((symbol? sre) (read-name sre context))
              ((and (pair? sre) (list? sre)) (read-form sre context))
              (else (signal-sre sre)))))

    (define (read-seq sres context)
      (if (and (pair? sres) (null? (cdr sres)))
          (read-node (car sres) context)
          (cons 'seq (map-in-order sres context))))

    (define (map-in-order sres context)
      (if (null? sres)
          '()
          (let ((first (read-node (car sres) context)))
            (cons first (map-in-order (cdr sres) context)))))

    (define (read-name name context)
      (case name
        ((bos eos bol eol bow eow nwb) (list 'assert name (context-ascii? context)))
        ((bog eog)
         (if (context-ascii? context)
             '(seq)
             (list 'assert name #f)))
        ((grapheme)
         (if (context-ascii? context) '(set ascii) '(grapheme)))
        ((word) (read-node '(word+ any) context))
        (else (list 'set (or (named-set name context) (signal-sre name))))))

    (define (read-form sre context)
      (let ((rest (cdr sre)))
        (case (car sre)
          ((seq :) (read-seq rest context))
          ((or |\||)
           (if (all-sets? rest)
               (list 'set (read-set sre context))
               (cons 'or (map-in-order rest context))))
          ((? optional) (repeat 0 1 #t rest context))
          ((* zero-or-more) (repeat 0 #f #t rest context))
          ((+ one-or-more) (repeat 1 #f #t rest context))
          ((?? non-greedy-optional) (repeat 0 1 #f rest context))
          ((*? non-greedy-zero-or-more) (repeat 0 #f #f rest context))
          ((= exactly >= at-least ** repeated **? non-greedy-repeated)
           (read-counted sre context))
          (($ submatch) (read-group #f rest context))
          ((-> => submatch-named)
           (if (and (pair? rest) (symbol? (car rest)))
               (read-group (car rest) (cdr rest) context)
               (signal-sre sre)))
          ((w/case w/nocase w/ascii w/unicode w/nocapture)
           (read-seq rest (with-option context (car sre))))
          ((word) (read-word (read-seq rest context) context))
          ((word+) (read-word (read-word+ rest context) context))
          ((look-ahead) (list 'look #t #t (read-seq rest context)))
          ((look-behind) (list 'look #f #t (read-seq rest context)))
          ((neg-look-ahead) (list 'look #t #f (read-seq rest context)))
          ((neg-look-behind) (list 'look #f #f (read-seq rest context)))
          ((backref) (read-backref sre context))
          (else (list 'set (read-set sre context))))))

    (define (repeat min max greedy? sres context)
      (list 'repeat min max greedy? (read-seq sres context)))

    ;; Greater counts would be too much for any matcher.
    (define (count? x)
      (and (exact-integer? x) (<= 0 x #xffff)))

    (define (read-counted sre context)
      (let* ((kind (car sre))
             (range? (memq kind '(** repeated **? non-greedy-repeated)))
             (rest (cdr sre))
             (min (and (pair? rest) (car rest)))
             (max (cond ((memq kind '(>= at-least)) #f)
                        ((not range?) min)
                        (else (and (pair? rest) (pair? (cdr rest)) (cadr rest))))))
        (if (not (and (count? min)
                      (or (memq kind '(>= at-least)) (and (count? max) (<= min max)))))
            (signal-sre sre))
        (repeat min
                max
                (not (memq kind '(**? non-greedy-repeated)))
                (if range? (cddr rest) (cdr rest))
                context)))

    ;; Numbers go by where groups begin.
    (define (read-group name sres context)
      (if (context-capture? context)
          (let* ((submatches (context-submatches context))
                 (n (+ 1 (vector-ref submatches 0))))
            (vector-set! submatches 0 n)
            (if name
                (vector-set! submatches 1 (add-name name n (vector-ref submatches 1))))
            (list 'group n (read-seq sres context)))
          (read-seq sres context)))

    (define (add-name name n names)
      (cond ((null? names) (list (list name n)))
            ((eq? name (caar names))
             (cons (append (car names) (list n)) (cdr names)))
            (else (cons (car names) (add-name name n (cdr names))))))

    (define (read-word node context)
      (let ((ascii? (context-ascii? context)))
        (list 'seq (list 'assert 'bow ascii?) node (list 'assert 'eow ascii?))))

    (define (read-word+ sres context)
      (let ((characters (if (context-ascii? context) (ascii-set "azAZ09__") 'word)))
        (list 'repeat
              1
              #f
              #t
              (list 'set
                    (if (equal? sres '(any))
                        characters
                        (list 'inter characters (read-union sres context)))))))

    (define (read-backref sre context)
      (let* ((submatches (context-submatches context))
             (field (and (pair? (cdr sre)) (null? (cddr sre)) (cadr sre)))
             (named (and (symbol? field) (assq field (vector-ref submatches 1)))))
        (cond (named (list 'backref (cdr named) (fold-of context)))
              ((and (exact-integer? field) (<= 1 field (vector-ref submatches 0)))
               (list 'backref (list field) (fold-of context)))
              (else (error "regexp: no submatch before that reference:" sre)))))

    ;; -- sets --

    ;; Whether the expressions are sets by their form.
    (define (all-sets? sres)
      (or (null? sres)
          (and (set-form? (car sres) most-depth)
               (all-sets? (cdr sres)))))

    (define (set-form? sre depth)
      (cond ((or (char? sre) (char-set? sre)) #t)
            ((string? sre) (= 1 (string-length sre)))
            ((symbol? sre) (and (assq sre names) #t))
            ((not (and (pair? sre) (list? sre) (> depth 0))) #f)
            ((string? (car sre)) #t)
            (else
             (case (car sre)
               ((char-set / char-range and & - difference ~ complement) #t)
               ((or |\||) (all-sets-within? (cdr sre) (- depth 1)))
               ((w/case w/nocase w/ascii w/unicode)
                (and (pair? (cdr sre))
                     (null? (cddr sre))
                     (set-form? (cadr sre) (- depth 1))))
               (else #f)))))

    (define (all-sets-within? sres depth)
      (or (null? sres)
          (and (set-form? (car sres) depth)
               (all-sets-within? (cdr sres) depth))))

    (define (read-set sre context)
      (let ((context (deeper context sre)))
        (cond ((char? sre) (folded (%string->char-set (string sre)) context))
              ((and (string? sre) (= 1 (string-length sre)))
               (folded (%string->char-set sre) context))
              ((char-set? sre) (folded (%char-set-members sre) context))
              ((symbol? sre) (or (named-set sre context) (signal-sre sre)))
              ((and (pair? sre) (list? sre)) (read-set-form sre context))
              (else (signal-sre sre)))))

    (define (read-set-form sre context)
      (let ((rest (cdr sre)))
        (if (string? (car sre))
            (if (null? rest)
                (folded (%string->char-set (car sre)) context)
                (signal-sre sre))
            (case (car sre)
              ((char-set)
               (if (and (pair? rest) (string? (car rest)) (null? (cdr rest)))
                   (folded (%string->char-set (car rest)) context)
                   (signal-sre sre)))
              ((/ char-range) (folded (%ranges->char-set (range-codes sre)) context))
              ((or |\||) (read-union rest context))
              ((and &)
               (if (null? rest)
                   (everything context)
                   (cons 'inter (read-sets rest context))))
              ((- difference)
               (if (null? rest)
                   (signal-sre sre)
                   (cons 'diff (read-sets rest context))))
              ((~ complement)
               (list 'diff (everything context) (read-union rest context)))
              ((w/case w/nocase w/ascii w/unicode)
               (read-union rest (with-option context (car sre))))
              (else (signal-sre sre))))))

    (define (read-sets sres context)
      (map (lambda (sre) (read-set sre context)) sres))

    (define (read-union sres context)
      (if (and (pair? sres) (null? (cdr sres)))
          (read-set (car sres) context)
          (cons 'union (read-sets sres context))))

    (define (everything context)
      (if (context-ascii? context) 'ascii 'full))

    (define (folded set context)
      (if (context-fold? context)
          (%char-set-fold-case set (context-ascii? context))
          set))

    ;; The half-open ranges of code points that characters and strings give, by pairs.
    (define (range-codes sre)
      (let loop ((chars (range-chars (cdr sre) sre)) (codes '()))
        (cond ((null? chars) codes)
              ((and (pair? (cdr chars)) (char<=? (car chars) (cadr chars)))
               (loop (cddr chars)
                     (cons* (char->integer (car chars))
                            (+ 1 (char->integer (cadr chars)))
                            codes)))
              (else (signal-sre sre)))))

    (define (range-chars specs sre)
      (cond ((null? specs) '())
            ((char? (car specs)) (cons (car specs) (range-chars (cdr specs) sre)))
            ((string? (car specs))
             (append (string->list (car specs)) (range-chars (cdr specs) sre)))
            (else (signal-sre sre))))

    ;; -- named sets --

    (define (ascii-set pairs)
      (%ranges->char-set (range-codes (list '/ pairs))))

    ;; The name of the set, and what it is in ASCII: pairs of ends of ranges.
    (define names
      (let ((lower '(lower-case "az"))
            (upper '(upper-case "AZ"))
            (title '(title-case ""))
            (letter '(letter "azAZ"))
            (digit '(digit "09"))
            (alnum '(letter+digit "azAZ09"))
            (punct '(punctuation "!#%*,/:;?@[]__{{}}"))
            (symbol '(symbol "$$++<>^^``||~~"))
            (graphic '(graphic "!~"))
            (white '(whitespace "  \t\n\xc;\r"))
            (print '(printing " ~\t\n\xc;\r"))
            (control '(control "\x0;\x1f;"))
            (hex '(hex-digit "09afAF")))
        (list (cons 'any '(full "\x0;\x7f;"))
              (cons 'nonl '(nonl "\x0;\t\xb;\xc;\xe;\x7f;"))
              (cons 'ascii '(ascii "\x0;\x7f;"))
              (cons 'lower-case lower) (cons 'lower lower)
              (cons 'upper-case upper) (cons 'upper upper)
              (cons 'title-case title) (cons 'title title)
              (cons 'alphabetic letter) (cons 'alpha letter)
              (cons 'numeric digit) (cons 'num digit) (cons 'digit digit)
              (cons 'alphanumeric alnum) (cons 'alphanum alnum) (cons 'alnum alnum)
              (cons 'punctuation punct) (cons 'punct punct)
              (cons 'symbol symbol)
              (cons 'graphic graphic) (cons 'graph graphic)
              (cons 'whitespace white) (cons 'white white) (cons 'space white)
              (cons 'printing print) (cons 'print print)
              (cons 'control control) (cons 'cntrl control)
              (cons 'hex-digit hex) (cons 'xdigit hex))))

    ;; Case says something about `upper` and `lower` only.
    (define (named-set name context)
      (let ((entry (assq name names)))
        (and entry
             (let* ((ascii? (context-ascii? context))
                    (set (if ascii? (ascii-set (caddr entry)) (unicode-set (cadr entry)))))
               (if (memq (cadr entry) '(lower-case upper-case))
                   (folded set context)
                   set)))))

    (define (unicode-set name)
      (if (eq? name 'nonl)
          (list 'diff 'full (%string->char-set "\r\n"))
          name))))
