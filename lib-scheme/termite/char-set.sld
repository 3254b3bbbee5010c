;;; The type of character sets, beneath SRFI 14 and all that takes sets as criteria.
;;;
;;; A set is a record around what the primitives take: a bytevector, or the name of a
;;; standard set, so that those cost nothing before they are used, and travel by name. A
;;; set is never changed.

(define-library (termite char-set)
  (export %make-char-set char-set? %char-set-members char-set-contains?
          %criterion %negated)
  (import (termite core) (termite primitives))
  (begin

    (define-record-type <char-set>
      (%make-char-set members)
      char-set?
      (members %char-set-members))

    ;; Whether a character is a member of the set.
    (define (char-set-contains? set char)
      (%char-set-contains? (%char-set-members set) char))

    ;; The predicate that a criterion stands for: a character, a set or a predicate;
    ;; `argument` is its place.
    (define (%criterion who argument x)
      (cond ((procedure? x) x)
            ((char? x) (lambda (c) (char=? c x)))
            ((char-set? x)
             (let ((members (%char-set-members x)))
               (lambda (c) (%char-set-contains? members c))))
            (else
             (%signal-wrong-type
              who argument "a character, a character set or a predicate" x))))

    (define (%negated ok?)
      (lambda (c) (not (ok? c))))))
