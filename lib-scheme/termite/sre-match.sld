;;; Matching nodes of regular expressions (see `(termite sre)`) by trying all ways. It is
;;; for those that have no pattern: the time may grow exponentially with the text.
;;;
;;; A match in progress is a procedure of the index that is reached and the submatches so
;;; far, an alist of number, start and end, the latest first; it returns #f when the rest
;;; does not match from there, and then the next way is tried.

(define-library (termite sre-match)
  (export %match-at %resolve-sets)
  (import (termite core) (termite primitives) (termite list)
          (termite sre-pattern))
  (begin

    ;; The node with its sets worked out: a name or a bytevector each.
    (define (%resolve-sets node)
      (case (car node)
        ((set) (list 'set (resolve (cadr node))))
        ((seq or) (cons (car node) (map %resolve-sets (cdr node))))
        ((repeat group look) (with-last node %resolve-sets))
        (else node)))

    (define (with-last list f)
      (if (null? (cdr list))
          (cons (f (car list)) '())
          (cons (car list) (with-last (cdr list) f))))

    (define (resolve set)
      (if (pair? set)
          (let ((sets (map resolve (cdr set))))
            (case (car set)
              ((union) (combine %char-set-union 'empty sets))
              ((inter) (combine %char-set-intersection 'full sets))
              (else (combine %char-set-difference (car sets) (cdr sets)))))
          set))

    (define (combine operation init sets)
      (if (null? sets)
          init
          (combine operation (operation init (car sets)) (cdr sets))))

    ;; The end and the submatches, as a pair, of a match of `node` that begins at `at` in
    ;; the range of `s`, and, if `whole?`, ends at its end; else #f.
    (define (%match-at node s start end at whole?)
      (match-node node
                  (make-subject s start end)
                  at
                  '()
                  (lambda (i submatches)
                    (and (or (not whole?) (= i end))
                         (cons i submatches)))))

    ;; What is matched: a string and the range of it that counts.
    (define-record-type <subject>
      (make-subject text start end)
      subject?
      (text subject-string)
      (start subject-start)
      (end subject-end))

    (define (match-node node subject i submatches go-on)
      (let ((parts (cdr node)))
        (case (car node)
          ((text) (match-text (car parts) (cadr parts) subject i submatches go-on))
          ((set)
           (and (< i (subject-end subject))
                (%char-set-contains? (car parts) (string-ref (subject-string subject) i))
                (go-on (+ i 1) submatches)))
          ((seq) (match-seq parts subject i submatches go-on))
          ((or) (match-any parts subject i submatches go-on))
          ((repeat)
           (match-repeat (car parts) (cadr parts) (caddr parts) (cadddr parts)
                         subject i submatches go-on))
          ((group)
           (match-node (cadr parts) subject i submatches
                       (lambda (j submatches)
                         (go-on j (cons (cons* (car parts) i j) submatches)))))
          ((assert)
           (and (holds? (car parts) (cadr parts) subject i)
                (go-on i submatches)))
          ((grapheme)
           (let ((j (grapheme-end subject i)))
             (and j (go-on j submatches))))
          ((look) (match-look (car parts) (cadr parts) (caddr parts)
                              subject i submatches go-on))
          (else (match-backref (car parts) (cadr parts) subject i submatches go-on)))))

    (define (match-text text fold subject i submatches go-on)
      (let* ((n (string-length text))
             (j (+ i n)))
        (and (<= j (subject-end subject))
             (same? text 0 (subject-string subject) i n fold)
             (go-on j submatches))))

    ;; Whether `n` characters are the same.
    (define (same? a i b j n fold)
      (or (= n 0)
          (and (same-char? (string-ref a i) (string-ref b j) fold)
               (same? a (+ i 1) b (+ j 1) (- n 1) fold))))

    (define (same-char? a b fold)
      (or (char=? a b)
          (case fold
            ((unicode) (char-ci=? a b))
            ((ascii) (and (char<? a #\x80) (char<? b #\x80) (char-ci=? a b)))
            (else #f))))

    (define (match-seq nodes subject i submatches go-on)
      (if (null? nodes)
          (go-on i submatches)
          (match-node (car nodes) subject i submatches
                      (lambda (i submatches)
                        (match-seq (cdr nodes) subject i submatches go-on)))))

    (define (match-any nodes subject i submatches go-on)
      (and (pair? nodes)
           (or (match-node (car nodes) subject i submatches go-on)
               (match-any (cdr nodes) subject i submatches go-on))))

    ;; Where there is no greatest count, a round that matches nothing is the last one.
    (define (match-repeat min max greedy? node subject i submatches go-on)
      (define (again)
        (and (or (not max) (> max 0))
             (match-node node subject i submatches
                         (lambda (j submatches)
                           (if (and (= i j) (<= min 0) (not max))
                               (go-on j submatches)
                               (match-repeat (- min 1) (and max (- max 1)) greedy?
                                             node subject j submatches go-on))))))
      (cond ((> min 0) (again))
            (greedy? (or (again) (go-on i submatches)))
            (else (or (go-on i submatches) (again)))))

    (define (match-look ahead? wanted? node subject i submatches go-on)
      (let ((found (if ahead?
                       (match-node node subject i submatches cons)
                       (match-behind node subject i submatches))))
        (if wanted?
            (and found (go-on i (cdr found)))
            (and (not found) (go-on i submatches)))))

    (define (match-behind node subject i submatches)
      (let loop ((from i))
        (and (>= from (subject-start subject))
             (or (match-node node subject from submatches
                             (lambda (j submatches) (and (= i j) (cons j submatches))))
                 (loop (- from 1))))))

    ;; A submatch that took no part matches nowhere.
    (define (match-backref indices fold subject i submatches go-on)
      (let ((found (first-of indices submatches)))
        (and found
             (let* ((s (subject-string subject))
                    (from (cadr found))
                    (n (- (cddr found) from)))
               (and (<= (+ i n) (subject-end subject))
                    (same? s from s i n fold)
                    (go-on (+ i n) submatches))))))

    (define (first-of indices submatches)
      (and (pair? indices)
           (or (assv (car indices) submatches)
               (first-of (cdr indices) submatches))))

    ;; -- places --

    (define (holds? kind ascii? subject i)
      (let ((start (subject-start subject))
            (end (subject-end subject))
            (s (subject-string subject)))
        (case kind
          ((bos) (= i start))
          ((eos) (= i end))
          ((bol)
           (or (= i start)
               (char=? #\newline (string-ref s (- i 1)))
               (and (char=? #\return (string-ref s (- i 1)))
                    (not (and (< i end) (char=? #\newline (string-ref s i)))))))
          ((eol)
           (or (= i end)
               (char=? #\return (string-ref s i))
               (and (char=? #\newline (string-ref s i))
                    (not (and (> i start) (char=? #\return (string-ref s (- i 1))))))))
          ((bog) (and (< i end) (grapheme-boundary? subject i)))
          ((eog) (and (> i start) (grapheme-boundary? subject i)))
          (else
           (let ((before? (and (> i start) (word? (string-ref s (- i 1)) ascii?)))
                 (after? (and (< i end) (word? (string-ref s i) ascii?))))
             (case kind
               ((bow) (and after? (not before?)))
               ((eow) (and before? (not after?)))
               (else (eq? before? after?))))))))

    (define (word? c ascii?)
      (and (or (not ascii?) (char<? c #\x80))
           (%char-set-contains? 'word c)))

    ;; -- graphemes --

    (define grapheme (string-append "\\A" (%node->pattern '(grapheme))))

    ;; Where the grapheme that begins at `i` ends, else #f.
    (define (grapheme-end subject i)
      (let ((found (%regexp-search grapheme (subject-string subject) i (subject-end subject))))
        (and found (vector-ref found 1))))

    ;; Clusters are counted from the start of the line, since none goes past its end.
    (define (grapheme-boundary? subject i)
      (let loop ((at (line-start subject i)))
        (or (= at i)
            (and (< at i)
                 (loop (or (grapheme-end subject at) i))))))

    (define (line-start subject i)
      (let ((found (and (> i (subject-start subject))
                        (%string-rindex (subject-string subject)
                                        #\newline
                                        (subject-start subject)
                                        i))))
        (if found (+ found 1) (subject-start subject))))))
