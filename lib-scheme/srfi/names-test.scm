;;; The other names of SRFI libraries: those of SRFI 97, and those of R7RS-large.

(import (scheme base)
        (scheme write)
        (prefix (srfi :1) colon:)
        (prefix (srfi 1 lists) word:)
        (prefix (srfi :1 lists) both:)
        (prefix (srfi 1) plain:)
        (only (srfi :2 and-let*) and-let*)
        (only (srfi :8 receive) receive)
        (only (srfi :26) cut)
        (only (srfi :27 random-bits) random-source?)
        (only (srfi 31 rec) rec)
        (only (srfi :41 streams) stream-take)
        (only (srfi :43) vector-unfold)
        (only (srfi :45) eager)
        (only (srfi :60) logand)
        (only (srfi 69 basic-hash-tables) hash-table-walk)
        (only (srfi :111) box)
        (only (srfi 117 list-queues) list-queue)
        (only (srfi :125) hash-table-unfold)
        (only (srfi 128 comparators) comparator?)
        (only (srfi :132 sorting) list-sort)
        (only (srfi :133 vectors) vector-cumulate)
        (only (srfi 151 bitwise-operations) bit-swap)
        (only (srfi 158 generators) gmerge)
        (prefix (scheme list) large:)
        (prefix (only (scheme vector) vector-cumulate) large:)
        (prefix (only (scheme sort) list-sort sort) large:)
        (prefix (only (scheme hash-table) hash-table-unfold) large:)
        (prefix (only (scheme comparator) comparator?) large:)
        (prefix (only (scheme generator) gmerge) large:)
        (prefix (only (scheme stream) stream-take) large:)
        (prefix (only (scheme box) box) large:)
        (prefix (only (scheme bitwise) bit-swap) large:)
        (prefix (only (scheme list-queue) list-queue) large:))

(define-syntax show
  (syntax-rules ()
    ((_ expression ...)
     (begin
       (begin
         (write 'expression)
         (display " => ")
         (write expression)
         (newline))
       ...))))

(show (map (lambda (f) (eq? f plain:fold)) (list colon:fold word:fold both:fold large:fold))
      (map eq?
           (list large:vector-cumulate large:list-sort large:hash-table-unfold
                 large:comparator? large:gmerge large:stream-take large:box large:bit-swap
                 large:list-queue)
           (list vector-cumulate list-sort hash-table-unfold
                 comparator? gmerge stream-take box bit-swap
                 list-queue))
      (large:sort '(3 1 2) <)
      (map procedure? (list random-source? vector-unfold eager logand hash-table-walk))
      ((rec (f n) (if (= n 0) '() (cons n (f (- n 1))))) 3)
      ((cut + <> 1) 2)
      (receive (a . b) (values 1 2) (list a b))
      (and-let* ((x 1)) x))
