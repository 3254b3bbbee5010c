;;; SRFI 1, lists, complete.
;;;
;;; Procedures that call others build their results from new pairs after the last call,
;;; so that a continuation captured in a call may be entered again. Of the linear-update
;;; ones only `append!`, `concatenate!`, `reverse!` and `append-reverse!` change their
;;; arguments.

(define-library (srfi 1)
  (export
   ;; constructors
   cons list xcons cons* make-list list-tabulate list-copy circular-list iota
   ;; predicates
   pair? null? proper-list? circular-list? dotted-list? not-pair? null-list? list=
   ;; selectors
   car cdr caar cadr cdar cddr caaar caadr cadar caddr cdaar cdadr cddar cdddr
   caaaar caaadr caadar caaddr cadaar cadadr caddar cadddr
   cdaaar cdaadr cdadar cdaddr cddaar cddadr cdddar cddddr
   list-ref first second third fourth fifth sixth seventh eighth ninth tenth
   car+cdr take drop take-right drop-right take! drop-right! split-at split-at!
   last last-pair
   ;; miscellaneous
   length length+ append append! concatenate concatenate! reverse reverse!
   append-reverse append-reverse! zip unzip1 unzip2 unzip3 unzip4 unzip5 count
   ;; fold, unfold and map
   map for-each fold fold-right pair-fold pair-fold-right reduce reduce-right
   unfold unfold-right append-map append-map! map! map-in-order pair-for-each filter-map
   ;; filtering, searching
   filter filter! partition partition! remove remove!
   find find-tail any every list-index member memq memv
   take-while take-while! drop-while span span! break break!
   ;; deletion, association lists
   delete delete! delete-duplicates delete-duplicates!
   assoc assq assv alist-cons alist-copy alist-delete alist-delete!
   ;; sets
   lset<= lset= lset-adjoin lset-union lset-union! lset-intersection lset-intersection!
   lset-difference lset-difference! lset-xor lset-xor!
   lset-diff+intersection lset-diff+intersection!
   ;; mutators
   set-car! set-cdr!)
  (import (termite core) (termite primitives) (termite list))
  (begin

    ;; -- arguments --

    (define (check-list who argument list)
      (if (not (list? list))
          (%signal-wrong-type who argument "a list" list)))

    (define (check-size who argument k)
      (if (not (exact-nonnegative-integer? k))
          (%signal-wrong-type who argument "an exact nonnegative integer" k)))

    (define (too-short who argument list k)
      (%signal-wrong-type who
                          argument
                          (string-append "a list of at least " (number->string k) " elements")
                          list))

    ;; -- constructors --

    ;; The pair of its arguments in the other order.
    (define (xcons d a) (cons a d))

    ;; A list of `(f i)` for each `i` below `n`.
    (define (list-tabulate n f)
      (check-size 'list-tabulate 1 n)
      (let loop ((i (- n 1)) (result '()))
        (if (< i 0)
            result
            (let ((x (f i)))
              (loop (- i 1) (cons x result))))))

    ;; A list of the arguments without an end.
    (define (circular-list x . rest)
      (let ((result (cons x (list-copy rest))))
        (set-cdr! (last-pair result) result)
        result))

    ;; -- predicates --

    ;; Whether the value is a list that ends in ().
    (define (proper-list? x) (list? x))

    ;; Whether the value is a list without an end.
    (define (circular-list? x)
      (and (pair? x) (not (length+ x))))

    ;; Ends in something other than the empty list; an object that is no list does too.
    (define (dotted-list? x)
      (let ((n (length+ x)))
        (and n (not (null? (list-tail x n))))))

    ;; Whether the value is no pair.
    (define (not-pair? x) (not (pair? x)))

    ;; Whether a list is at its end. Raises an error for what is no list.
    (define (null-list? x)
      (cond ((null? x) #t)
            ((pair? x) #f)
            (else (%signal-wrong-type 'null-list? 1 "a list" x))))

    ;; Whether all lists have the same elements in the same order.
    (define (list= same? . lists)
      (or (null? lists)
          (let loop ((a (car lists)) (rest (cdr lists)))
            (or (null? rest)
                (and (or (eq? a (car rest)) (same-elements? same? a (car rest)))
                     (loop (car rest) (cdr rest)))))))

    (define (same-elements? same? a b)
      (cond ((null-list? a) (null-list? b))
            ((null-list? b) #f)
            (else
             (and (same? (car a) (car b))
                  (same-elements? same? (cdr a) (cdr b))))))

    ;; -- selectors --

    (define (nth-element who list k)
      (let loop ((rest list) (i k))
        (cond ((not (pair? rest)) (too-short who 1 list (+ k 1)))
              ((= i 0) (car rest))
              (else (loop (cdr rest) (- i 1))))))

    ;; The first element. Raises an error when there is none.
    (define (first list) (nth-element 'first list 0))

    ;; The second element. Raises an error when there is none.
    (define (second list) (nth-element 'second list 1))

    ;; The third element. Raises an error when there is none.
    (define (third list) (nth-element 'third list 2))

    ;; The fourth element. Raises an error when there is none.
    (define (fourth list) (nth-element 'fourth list 3))

    ;; The fifth element. Raises an error when there is none.
    (define (fifth list) (nth-element 'fifth list 4))

    ;; The sixth element. Raises an error when there is none.
    (define (sixth list) (nth-element 'sixth list 5))

    ;; The seventh element. Raises an error when there is none.
    (define (seventh list) (nth-element 'seventh list 6))

    ;; The eighth element. Raises an error when there is none.
    (define (eighth list) (nth-element 'eighth list 7))

    ;; The ninth element. Raises an error when there is none.
    (define (ninth list) (nth-element 'ninth list 8))

    ;; The tenth element. Raises an error when there is none.
    (define (tenth list) (nth-element 'tenth list 9))

    ;; Two values: the parts of a pair.
    (define (car+cdr pair)
      (values (car pair) (cdr pair)))

    ;; Calls `finish` with the first `k` elements in reverse, and the rest.
    (define (split who list k finish)
      (check-size who 2 k)
      (let loop ((i k) (rest list) (head '()))
        (cond ((= i 0) (finish head rest))
              ((pair? rest) (loop (- i 1) (cdr rest) (cons (car rest) head)))
              (else (too-short who 1 list k)))))

    ;; The first `k` elements. Raises an error when there are fewer.
    (define (take list k)
      (split 'take list k (lambda (head rest) (reverse head))))

    ;; What follows the first `k` elements. Raises an error when there are fewer.
    (define (drop list k)
      (split 'drop list k (lambda (head rest) rest)))

    ;; Two values: the first `k` elements, and the rest. Raises an error when there are
    ;; fewer.
    (define (split-at list k)
      (split 'split-at list k (lambda (head rest) (values (reverse head) rest))))

    ;; How many pairs come before the last `k`.
    (define (pairs-before who list k)
      (check-size who 2 k)
      (let ((n (length+ list)))
        (if (and n (<= k n))
            (- n k)
            (too-short who 1 list k))))

    ;; The last `k` elements. Raises an error when there are fewer.
    (define (take-right list k)
      (list-tail list (pairs-before 'take-right list k)))

    ;; All but the last `k` elements. Raises an error when there are fewer.
    (define (drop-right list k)
      (list-head list (pairs-before 'drop-right list k)))

    ;; As `take`; may use up the list.
    (define (take! list k) (take list k))

    ;; As `drop-right`; may use up the list.
    (define (drop-right! list k) (drop-right list k))

    ;; As `split-at`; may use up the list.
    (define (split-at! list k) (split-at list k))

    ;; -- miscellaneous --

    ;; The lists in a list, appended.
    (define (concatenate lists) (apply append lists))

    ;; As `concatenate`; may use up the lists.
    (define (concatenate! lists) (apply append! lists))

    ;; Lists of the elements that stand at one place each.
    (define (zip list . lists)
      (if (null? lists)
          (map (lambda (x) (cons x '())) list)
          (apply map (lambda elements elements) list lists)))

    ;; The first elements of the lists in a list.
    (define (unzip1 lists) (map car lists))

    ;; Two values: the first and the second elements of the lists in a list.
    (define (unzip2 lists)
      (values (map car lists) (map cadr lists)))

    ;; Three values: the first to third elements of the lists in a list.
    (define (unzip3 lists)
      (values (map car lists) (map cadr lists) (map caddr lists)))

    ;; Four values: the first to fourth elements of the lists in a list.
    (define (unzip4 lists)
      (values (map car lists) (map cadr lists) (map caddr lists) (map cadddr lists)))

    ;; Five values: the first to fifth elements of the lists in a list.
    (define (unzip5 lists)
      (values (map car lists) (map cadr lists) (map caddr lists) (map cadddr lists)
              (map fifth lists)))

    ;; For how many elements `ok?` is true.
    (define (count ok? list . lists)
      (if (null? lists)
          (let loop ((rest list) (n 0))
            (if (null-list? rest)
                n
                (loop (cdr rest) (if (ok? (car rest)) (+ n 1) n))))
          (let loop ((lists (cons list lists)) (n 0))
            (if (%any-null? lists)
                n
                (loop (%cdrs lists) (if (apply ok? (%cars lists)) (+ n 1) n))))))

    ;; -- fold --

    ;; Calls `(f element ... result)` for the elements from first to last, the first
    ;; result being `init`; the last result.
    (define fold
      (case-lambda
        ((f init list)
         (let loop ((rest list) (result init))
           (cond ((pair? rest) (loop (cdr rest) (f (car rest) result)))
                 ((null? rest) result)
                 (else (%signal-wrong-type 'fold 3 "a list" list)))))
        ((f init a b)
         (let loop ((a a) (b b) (result init))
           (if (and (pair? a) (pair? b))
               (loop (cdr a) (cdr b) (f (car a) (car b) result))
               result)))
        ((f init a b c . more)
         (let loop ((lists (cons* a b c more)) (result init))
           (if (%any-null? lists)
               result
               (loop (%cdrs lists) (apply f (append (%cars lists) (list result)))))))))

    ;; The list is reversed first: as fast as recursion, and no frames.
    (define fold-right
      (case-lambda
        ((f init list)
         (check-list 'fold-right 3 list)
         (let loop ((rest (reverse list)) (result init))
           (if (pair? rest)
               (loop (cdr rest) (f (car rest) result))
               result)))
        ((f init a b . more)
         (let loop ((rows (reverse (apply map list a b more))) (result init))
           (if (pair? rows)
               (loop (cdr rows) (apply f (append (car rows) (list result))))
               result)))))

    ;; As `fold`, with the lists that begin at each element in the place of the elements.
    (define (pair-fold f init list . lists)
      (if (null? lists)
          (let loop ((rest list) (result init))
            (if (null-list? rest)
                result
                (let ((next (cdr rest)))
                  (loop next (f rest result)))))
          (let loop ((lists (cons list lists)) (result init))
            (if (%any-null? lists)
                result
                (let ((next (%cdrs lists)))
                  (loop next (apply f (append lists (cons result '())))))))))

    ;; As `fold-right`, with the lists that begin at each element in the place of the
    ;; elements.
    (define (pair-fold-right f init list . lists)
      (if (null? lists)
          (let loop ((rest list))
            (if (null-list? rest)
                init
                (f rest (loop (cdr rest)))))
          (let loop ((lists (cons list lists)))
            (if (%any-null? lists)
                init
                (apply f (append lists (cons (loop (%cdrs lists)) '())))))))

    ;; Combines the elements from first to last by `(f element result)`; `identity` when
    ;; there is none.
    (define (reduce f identity list)
      (if (null-list? list)
          identity
          (fold f (car list) (cdr list))))

    ;; Combines the elements from last to first by `(f element result)`; `identity` when
    ;; there is none.
    (define (reduce-right f identity list)
      (if (null-list? list)
          identity
          (let ((reversed (reverse list)))
            (fold f (car reversed) (cdr reversed)))))

    ;; A list of `(mapper seed)` for each seed until `stop?` is true, and `(make-tail
    ;; seed)` after it.
    (define (unfold stop? mapper successor seed #!optional (make-tail (lambda (seed) '())))
      (let loop ((seed seed) (results '()))
        (if (stop? seed)
            (append-reverse results (make-tail seed))
            (let ((x (mapper seed)))
              (loop (successor seed) (cons x results))))))

    ;; As `unfold`, made from its end, `tail`.
    (define (unfold-right stop? mapper successor seed #!optional (tail '()))
      (let loop ((seed seed) (results tail))
        (if (stop? seed)
            results
            (let ((x (mapper seed)))
              (loop (successor seed) (cons x results))))))

    ;; -- map --

    ;; The results of `f` for each element, which are lists, appended.
    (define (append-map f list . lists)
      (concatenate (apply map f list lists)))

    ;; As `append-map`; may use up the results.
    (define (append-map! f list . lists)
      (concatenate (apply map f list lists)))

    ;; As `map`, calling `f` for the elements from first to last.
    (define (map-in-order f list . lists) (apply map f list lists))

    ;; As `map`; may use up the first list.
    (define (map! f list . lists) (apply map f list lists))

    ;; Calls `f` with the lists that begin at each element.
    (define (pair-for-each f list . lists)
      (if (null? lists)
          (let loop ((rest list))
            (if (not (null-list? rest))
                (let ((next (cdr rest)))
                  (f rest)
                  (loop next))))
          (let loop ((lists (cons list lists)))
            (if (not (%any-null? lists))
                (let ((next (%cdrs lists)))
                  (apply f lists)
                  (loop next))))))

    ;; The true results of `f` for the elements, in order.
    (define (filter-map f list . lists)
      (if (null? lists)
          (let loop ((rest list) (results '()))
            (if (null-list? rest)
                (reverse results)
                (let ((x (f (car rest))))
                  (loop (cdr rest) (if x (cons x results) results)))))
          (let loop ((lists (cons list lists)) (results '()))
            (if (%any-null? lists)
                (reverse results)
                (let ((x (apply f (%cars lists))))
                  (loop (%cdrs lists) (if x (cons x results) results)))))))

    ;; -- filtering --

    ;; The elements for which `ok?` is true, in order.
    (define (filter ok? list)
      (let loop ((rest list) (results '()))
        (cond ((pair? rest)
               (loop (cdr rest)
                     (if (ok? (car rest)) (cons (car rest) results) results)))
              ((null? rest) (reverse results))
              (else (%signal-wrong-type 'filter 2 "a list" list)))))

    ;; The elements for which `drop?` is false, in order.
    (define (remove drop? list)
      (let loop ((rest list) (results '()))
        (cond ((pair? rest)
               (loop (cdr rest)
                     (if (drop? (car rest)) results (cons (car rest) results))))
              ((null? rest) (reverse results))
              (else (%signal-wrong-type 'remove 2 "a list" list)))))

    ;; Two values: the elements for which `ok?` is true, and the others.
    (define (partition ok? list)
      (let loop ((rest list) (in '()) (out '()))
        (cond ((pair? rest)
               (if (ok? (car rest))
                   (loop (cdr rest) (cons (car rest) in) out)
                   (loop (cdr rest) in (cons (car rest) out))))
              ((null? rest) (values (reverse in) (reverse out)))
              (else (%signal-wrong-type 'partition 2 "a list" list)))))

    ;; As `filter`; may use up the list.
    (define (filter! ok? list) (filter ok? list))

    ;; As `remove`; may use up the list.
    (define (remove! drop? list) (remove drop? list))

    ;; As `partition`; may use up the list.
    (define (partition! ok? list) (partition ok? list))

    ;; -- searching --

    ;; The first element for which `ok?` is true, or #f.
    (define (find ok? list)
      (let ((tail (find-tail ok? list)))
        (and tail (car tail))))

    ;; The list from the first element on for which `ok?` is true, or #f.
    (define (find-tail ok? list)
      (let loop ((rest list))
        (and (not (null-list? rest))
             (if (ok? (car rest))
                 rest
                 (loop (cdr rest))))))

    ;; The last call is a tail call.
    (define any
      (case-lambda
        ((f list)
         (and (not (null-list? list))
              (let loop ((x (car list)) (rest (cdr list)))
                (if (null-list? rest)
                    (f x)
                    (or (f x) (loop (car rest) (cdr rest)))))))
        ((f list . lists)
         (let ((lists (cons list lists)))
           (and (not (%any-null? lists))
                (let loop ((elements (%cars lists)) (rest (%cdrs lists)))
                  (if (%any-null? rest)
                      (apply f elements)
                      (or (apply f elements) (loop (%cars rest) (%cdrs rest))))))))))

    ;; The value of `f` for the last elements, if none before was false; else #f. #t for
    ;; empty lists.
    (define every
      (case-lambda
        ((f list)
         (or (null-list? list)
             (let loop ((x (car list)) (rest (cdr list)))
               (if (null-list? rest)
                   (f x)
                   (and (f x) (loop (car rest) (cdr rest)))))))
        ((f list . lists)
         (let ((lists (cons list lists)))
           (or (%any-null? lists)
               (let loop ((elements (%cars lists)) (rest (%cdrs lists)))
                 (if (%any-null? rest)
                     (apply f elements)
                     (and (apply f elements) (loop (%cars rest) (%cdrs rest))))))))))

    ;; The index of the first elements for which `ok?` is true, or #f.
    (define (list-index ok? list . lists)
      (if (null? lists)
          (let loop ((rest list) (i 0))
            (and (not (null-list? rest))
                 (if (ok? (car rest))
                     i
                     (loop (cdr rest) (+ i 1)))))
          (let loop ((lists (cons list lists)) (i 0))
            (and (not (%any-null? lists))
                 (if (apply ok? (%cars lists))
                     i
                     (loop (%cdrs lists) (+ i 1)))))))

    ;; Calls `finish` with the longest prefix, in reverse, of elements that are `ok?`,
    ;; and the rest.
    (define (split-where ok? list finish)
      (let loop ((rest list) (head '()))
        (if (or (null-list? rest) (not (ok? (car rest))))
            (finish head rest)
            (loop (cdr rest) (cons (car rest) head)))))

    ;; The elements before the first for which `ok?` is false.
    (define (take-while ok? list)
      (split-where ok? list (lambda (head rest) (reverse head))))

    ;; The list from the first element on for which `ok?` is false.
    (define (drop-while ok? list)
      (split-where ok? list (lambda (head rest) rest)))

    ;; Two values: the elements before the first for which `ok?` is false, and the rest.
    (define (span ok? list)
      (split-where ok? list (lambda (head rest) (values (reverse head) rest))))

    ;; Two values: the elements before the first for which `stop?` is true, and the rest.
    (define (break stop? list)
      (span (lambda (x) (not (stop? x))) list))

    ;; As `take-while`; may use up the list.
    (define (take-while! ok? list) (take-while ok? list))

    ;; As `span`; may use up the list.
    (define (span! ok? list) (span ok? list))

    ;; As `break`; may use up the list.
    (define (break! stop? list) (break stop? list))

    ;; -- deletion --

    ;; The elements that are not the same as `x`, by default `equal?`.
    (define (delete x list #!optional same?)
      (if same?
          (remove (lambda (y) (same? x y)) list)
          (%delete x list)))

    ;; As `delete`; may use up the list.
    (define (delete! x list #!optional same?)
      (delete x list same?))

    ;; The first of equivalent elements stays.
    (define (delete-duplicates list #!optional (same? equal?))
      (check-list 'delete-duplicates 1 list)
      (let loop ((rest list) (kept '()))
        (cond ((null? rest) (reverse kept))
              ((occurs? (car rest) kept same?) (loop (cdr rest) kept))
              (else (loop (cdr rest) (cons (car rest) kept))))))

    ;; Whether an element is the same as the later element `x`.
    (define (occurs? x elements same?)
      (and (pair? elements)
           (or (same? (car elements) x)
               (occurs? x (cdr elements) same?))))

    ;; As `delete-duplicates`; may use up the list.
    (define (delete-duplicates! list #!optional (same? equal?))
      (delete-duplicates list same?))

    ;; -- association lists --

    ;; The association list with one more entry in front.
    (define (alist-cons key value alist)
      (cons (cons key value) alist))

    ;; A copy of an association list: its pairs are new, keys and values are not.
    (define (alist-copy alist)
      (map (lambda (entry) (cons (car entry) (cdr entry))) alist))

    ;; The association list without the entries for the key.
    (define (alist-delete key alist #!optional (same? equal?))
      (remove (lambda (entry) (same? key (car entry))) alist))

    ;; As `alist-delete`; may use up the list.
    (define (alist-delete! key alist #!optional (same? equal?))
      (alist-delete key alist same?))

    ;; -- lists as sets --

    (define (in? same? x list)
      (member x list same?))

    (define (subset? same? a b)
      (every (lambda (x) (in? same? x b)) a))

    ;; Whether `related?` holds of each list and the next one.
    (define (chain? related? lists)
      (or (null? lists)
          (let loop ((a (car lists)) (rest (cdr lists)))
            (or (null? rest)
                (and (or (eq? a (car rest)) (related? a (car rest)))
                     (loop (car rest) (cdr rest)))))))

    ;; Whether each list's elements are all in the next one.
    (define (lset<= same? . lists)
      (chain? (lambda (a b) (subset? same? a b)) lists))

    ;; Whether the lists have the same elements, in any order.
    (define (lset= same? . lists)
      (chain? (lambda (a b)
                (and (subset? same? a b)
                     (subset? (lambda (x y) (same? y x)) b a)))
              lists))

    (define (adjoin same? x list)
      (if (member x list (lambda (x y) (same? y x))) list (cons x list)))

    ;; The list with those of the elements in front that are not in it.
    (define (lset-adjoin same? list . elements)
      (fold (lambda (x list) (adjoin same? x list)) list elements))

    ;; The elements that are in any of the lists, once each if they were.
    (define (lset-union same? . lists)
      (reduce (lambda (list result)
                (cond ((null? list) result)
                      ((null? result) list)
                      ((eq? list result) result)
                      (else (fold (lambda (x result) (adjoin same? x result)) result list))))
              '()
              lists))

    ;; The elements that are in all of the other lists.
    (define (lset-intersection same? list . lists)
      (filter (lambda (x) (every (lambda (other) (in? same? x other)) lists)) list))

    ;; The elements that are in none of the other lists.
    (define (lset-difference same? list . lists)
      (filter (lambda (x) (every (lambda (other) (not (in? same? x other))) lists)) list))

    ;; The elements that are in an odd number of the lists.
    (define (lset-xor same? . lists)
      (reduce (lambda (a b)
                (append (lset-difference same? a b) (lset-difference same? b a)))
              '()
              lists))

    ;; Two values: the elements that are in none of the lists, and those that are in
    ;; some.
    (define (lset-diff+intersection same? list . lists)
      (partition (lambda (x) (every (lambda (other) (not (in? same? x other))) lists))
                 list))

    ;; As `lset-union`; may use up the lists.
    (define (lset-union! same? . lists) (apply lset-union same? lists))

    ;; As `lset-intersection`; may use up the first list.
    (define (lset-intersection! same? . lists) (apply lset-intersection same? lists))

    ;; As `lset-difference`; may use up the first list.
    (define (lset-difference! same? . lists) (apply lset-difference same? lists))

    ;; As `lset-xor`; may use up the lists.
    (define (lset-xor! same? . lists) (apply lset-xor same? lists))

    ;; As `lset-diff+intersection`; may use up the first list.
    (define (lset-diff+intersection! same? . lists)
      (apply lset-diff+intersection same? lists))))
