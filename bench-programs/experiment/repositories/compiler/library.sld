;; The procedures of the compiled language that are not primitives, in that
;; language.  They are put in front of a program that does not define them itself,
;; and what it does not use is left out again.

(define-library (bench.local/experiment compiler library)
  (export library-source)
  (import (scheme base))
  (begin

(define library-source '(

(define (zero? n) (= n 0))
(define (positive? n) (> n 0))
(define (negative? n) (< n 0))
(define (even? n) (= 0 (remainder n 2)))
(define (odd? n) (not (= 0 (remainder n 2))))
(define (abs n) (if (< n 0) (- 0 n) n))
(define (min a b) (if (< a b) a b))
(define (max a b) (if (> a b) a b))

(define (modulo a b)
  (let ((r (remainder a b)))
    (if (or (= r 0) (eq? (< r 0) (< b 0)))
        r
        (+ r b))))

(define (boolean? x) (or (eq? x #t) (eq? x #f)))

(define (caar x) (car (car x)))
(define (cadr x) (car (cdr x)))
(define (cdar x) (cdr (car x)))
(define (cddr x) (cdr (cdr x)))
(define (caadr x) (car (cadr x)))
(define (caddr x) (car (cddr x)))
(define (cdddr x) (cdr (cddr x)))
(define (cadddr x) (car (cdddr x)))
(define (cddddr x) (cdr (cdddr x)))

(define (list . items) items)

(define (list? x)
  (or (null? x)
      (and (pair? x) (list? (cdr x)))))

(define (length items)
  (let loop ((items items) (n 0))
    (if (null? items)
        n
        (loop (cdr items) (+ n 1)))))

(define (append-2 a b)
  (if (null? a)
      b
      (cons (car a) (append-2 (cdr a) b))))

(define (append . lists)
  (let loop ((lists lists))
    (cond ((null? lists) '())
          ((null? (cdr lists)) (car lists))
          (else (append-2 (car lists) (loop (cdr lists)))))))

(define (reverse items)
  (let loop ((items items) (result '()))
    (if (null? items)
        result
        (loop (cdr items) (cons (car items) result)))))

(define (list-tail items n)
  (if (= n 0)
      items
      (list-tail (cdr items) (- n 1))))

(define (list-ref items n)
  (car (list-tail items n)))

(define (memq x items)
  (cond ((null? items) #f)
        ((eq? x (car items)) items)
        (else (memq x (cdr items)))))

(define (memv x items) (memq x items))

(define (member x items)
  (cond ((null? items) #f)
        ((equal? x (car items)) items)
        (else (member x (cdr items)))))

(define (assq x items)
  (cond ((null? items) #f)
        ((eq? x (car (car items))) (car items))
        (else (assq x (cdr items)))))

(define (assv x items) (assq x items))

(define (assoc x items)
  (cond ((null? items) #f)
        ((equal? x (car (car items))) (car items))
        (else (assoc x (cdr items)))))

(define (equal? a b)
  (cond ((eq? a b) #t)
        ((pair? a)
         (and (pair? b)
              (equal? (car a) (car b))
              (equal? (cdr a) (cdr b))))
        ((string? a) (and (string? b) (string=? a b)))
        ((vector? a)
         (and (vector? b)
              (equal? (vector->list a) (vector->list b))))
        (else #f)))

(define (map-1 f items)
  (if (null? items)
      '()
      (let ((first (f (car items))))
        (cons first (map-1 f (cdr items))))))

(define (map-2 f a b)
  (if (or (null? a) (null? b))
      '()
      (let ((first (f (car a) (car b))))
        (cons first (map-2 f (cdr a) (cdr b))))))

(define (map-lists f lists)
  (if (some-null? lists)
      '()
      (let ((first (%apply f (map-1 car lists))))
        (cons first (map-lists f (map-1 cdr lists))))))

(define (some-null? lists)
  (and (pair? lists)
       (or (null? (car lists))
           (some-null? (cdr lists)))))

(define (map f items . more)
  (cond ((null? more) (map-1 f items))
        ((null? (cdr more)) (map-2 f items (car more)))
        (else (map-lists f (cons items more)))))

(define (for-each-1 f items)
  (if (pair? items)
      (begin
        (f (car items))
        (for-each-1 f (cdr items)))
      #f))

(define (for-each-2 f a b)
  (if (and (pair? a) (pair? b))
      (begin
        (f (car a) (car b))
        (for-each-2 f (cdr a) (cdr b)))
      #f))

(define (for-each f items . more)
  (cond ((null? more) (for-each-1 f items))
        ((null? (cdr more)) (for-each-2 f items (car more)))
        (else (map-lists f (cons items more)))))

(define (apply f first . more)
  (%apply f (spread first more)))

;; The operands of apply as one list.
(define (spread first more)
  (if (null? more)
      first
      (cons first (spread (car more) (cdr more)))))

(define (make-vector n . fill)
  (%make-vector n (if (pair? fill) (car fill) #f)))

(define (vector . items) (list->vector items))

(define (list->vector items)
  (let ((v (%make-vector (length items) #f)))
    (let loop ((items items) (i 0))
      (if (null? items)
          v
          (begin
            (vector-set! v i (car items))
            (loop (cdr items) (+ i 1)))))))

(define (vector->list v)
  (let loop ((i (vector-length v)) (items '()))
    (if (= i 0)
        items
        (loop (- i 1) (cons (vector-ref v (- i 1)) items)))))

(define (vector-fill! v x)
  (let loop ((i 0))
    (if (< i (vector-length v))
        (begin
          (vector-set! v i x)
          (loop (+ i 1))))))

(define (char<? a b) (< (char->integer a) (char->integer b)))
(define (char>? a b) (> (char->integer a) (char->integer b)))

(define (make-string n . fill)
  (%make-string n (if (pair? fill) (car fill) #\space)))

(define (list->string chars)
  (let ((s (%make-string (length chars) #\space)))
    (let loop ((chars chars) (i 0))
      (if (null? chars)
          s
          (begin
            (string-set! s i (car chars))
            (loop (cdr chars) (+ i 1)))))))

(define (string->list s)
  (let loop ((i (string-length s)) (chars '()))
    (if (= i 0)
        chars
        (loop (- i 1) (cons (string-ref s (- i 1)) chars)))))

(define (string=? a b)
  (and (= (string-length a) (string-length b))
       (let loop ((i 0))
         (or (= i (string-length a))
             (and (eq? (string-ref a i) (string-ref b i))
                  (loop (+ i 1)))))))

(define (substring s start end)
  (let ((result (%make-string (- end start) #\space)))
    (copy-characters! result 0 s start end)
    result))

(define (copy-characters! to at from start end)
  (if (< start end)
      (begin
        (string-set! to at (string-ref from start))
        (copy-characters! to (+ at 1) from (+ start 1) end))))

(define (string-append . strings)
  (let ((result (%make-string (total-length strings) #\space)))
    (let loop ((strings strings) (at 0))
      (if (null? strings)
          result
          (let ((length (string-length (car strings))))
            (copy-characters! result at (car strings) 0 length)
            (loop (cdr strings) (+ at length)))))))

(define (total-length strings)
  (if (null? strings)
      0
      (+ (string-length (car strings)) (total-length (cdr strings)))))

(define (number->string n)
  (cond ((< n 0) (string-append "-" (number->string (- 0 n))))
        ((< n 10) (list->string (list (digit n))))
        (else (let loop ((n n) (chars '()))
                (if (= n 0)
                    (list->string chars)
                    (loop (quotient n 10)
                          (cons (digit (remainder n 10)) chars)))))))

(define (digit n) (integer->char (+ 48 n)))

(define (error message . irritants)
  (%error message irritants))

))
  ))
