;;; Pattern matching, as `recv` has it, on any datum.
;;;
;;; (match datum (pattern [(where guard ...)] body ...) ...)
;;;
;;; Clauses are tried in order; the body of the first that matches is in tail position. A
;;; datum that none matches raises an error. The patterns:
;;;
;;;   _                     anything
;;;   name                  anything, bound to the name; a second use must be `equal?`
;;;   1 "text" #\a #t name: a literal, compared by `equal?`
;;;   'datum                the datum
;;;   ,expression           what is `equal?` to the value, outside of the pattern's names
;;;   (p ...) (p ... . p)   lists and pairs
;;;   #(p ...)              a vector of that many elements
;;;   ($ type p ...)        a record of the type, or of one that extends it, whose first
;;;                         fields match
;;;   (? predicate p ...)   what satisfies the predicate and matches all the patterns

(define-library (termite match)
  (export match)
  (import (termite core)))
