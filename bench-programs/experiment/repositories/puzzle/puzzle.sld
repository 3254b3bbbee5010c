;; Forest Baskett's puzzle: pieces of eight shapes are packed into a cube by
;; exhaustive search.  The smallest of the programs that are sent to another
;; node: one library of about 4 KB, whose variables are assigned and whose
;; loops run over vectors.
;;
;; (run) solves the puzzle anew and gives the number of trials that took, which
;; is `expected`.

(define-library (bench.local/experiment puzzle)
  (export run expected)
  (import (scheme base))
  (begin

;; The cube is a flat vector: 5 by 5 by 5 places inside an edge of 8.
(define edge 8)
(define last-place 511)
(define last-kind 12)

(define cube (make-vector (+ last-place 1) #t))

;; For each kind of piece: its class, the places it takes relative to its
;; first one, and the last of these.  For each class: the pieces left.
(define kind-class (make-vector (+ last-kind 1) 0))
(define kind-places (make-vector (+ last-kind 1) #f))
(define kind-last (make-vector (+ last-kind 1) 0))
(define class-left (make-vector 4 0))

(define trials 0)
(define kinds-defined 0)

(define (fits? kind place)
  (let ((last (vector-ref kind-last kind))
        (places (vector-ref kind-places kind)))
    (let loop ((k 0))
      (cond ((> k last) #t)
            ((and (vector-ref places k)
                  (vector-ref cube (+ place k)))
             #f)
            (else (loop (+ k 1)))))))

(define (mark! kind place value)
  (let ((last (vector-ref kind-last kind))
        (places (vector-ref kind-places kind)))
    (do ((k 0 (+ k 1)))
        ((> k last))
      (if (vector-ref places k)
          (vector-set! cube (+ place k) value)))))

(define (add-left! kind change)
  (let ((class (vector-ref kind-class kind)))
    (vector-set! class-left class
                 (+ (vector-ref class-left class) change))))

;; Puts a piece into the cube; the first free place from there on, or 0.
(define (put! kind place)
  (mark! kind place #t)
  (add-left! kind -1)
  (let loop ((k place))
    (cond ((> k last-place) 0)
          ((vector-ref cube k) (loop (+ k 1)))
          (else k))))

(define (take! kind place)
  (mark! kind place #f)
  (add-left! kind 1))

;; Can the rest of the cube, from this place on, be filled?
(define (fill? place)
  (let loop ((kind 0))
    (if (> kind last-kind)
        (begin
          (set! trials (+ trials 1))
          #f)
        (if (and (not (= 0 (vector-ref class-left
                                       (vector-ref kind-class kind))))
                 (fits? kind place))
            (let ((next (put! kind place)))
              (if (or (fill? next) (= next 0))
                  (begin
                    (set! trials (+ trials 1))
                    #t)
                  (begin
                    (take! kind place)
                    (loop (+ kind 1)))))
            (loop (+ kind 1))))))

(define (place-at i j k)
  (+ i (* edge (+ j (* edge k)))))

;; A box that extends by these numbers beyond its first place.
(define (define-piece! class di dj dk)
  (let ((places (make-vector (+ last-place 1) #f)))
    (do ((i 0 (+ i 1)))
        ((> i di))
      (do ((j 0 (+ j 1)))
          ((> j dj))
        (do ((k 0 (+ k 1)))
            ((> k dk))
          (vector-set! places (place-at i j k) #t))))
    (vector-set! kind-places kinds-defined places)
    (vector-set! kind-class kinds-defined class)
    (vector-set! kind-last kinds-defined (place-at di dj dk))
    (set! kinds-defined (+ kinds-defined 1))))

(define (clear-cube!)
  (vector-fill! cube #t)
  (do ((i 1 (+ i 1)))
      ((> i 5))
    (do ((j 1 (+ j 1)))
        ((> j 5))
      (do ((k 1 (+ k 1)))
          ((> k 5))
        (vector-set! cube (place-at i j k) #f)))))

(define (define-pieces!)
  (set! kinds-defined 0)
  (define-piece! 0 3 1 0)
  (define-piece! 0 1 0 3)
  (define-piece! 0 0 3 1)
  (define-piece! 0 1 3 0)
  (define-piece! 0 3 0 1)
  (define-piece! 0 0 1 3)
  (define-piece! 1 2 0 0)
  (define-piece! 1 0 2 0)
  (define-piece! 1 0 0 2)
  (define-piece! 2 1 1 0)
  (define-piece! 2 1 0 1)
  (define-piece! 2 0 1 1)
  (define-piece! 3 1 1 1)
  (vector-set! class-left 0 13)
  (vector-set! class-left 1 3)
  (vector-set! class-left 2 1)
  (vector-set! class-left 3 1))

;; Solves the puzzle once; the number of trials that took, or #f.
(define (solve)
  (clear-cube!)
  (define-pieces!)
  (set! trials 0)
  (let ((first-place (place-at 1 1 1)))
    (and (fits? 0 first-place)
         (fill? (put! 0 first-place))
         trials)))

(define expected 2005)

(define (run)
  (solve))

  ))
