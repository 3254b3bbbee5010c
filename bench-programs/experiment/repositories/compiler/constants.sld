;; Static data: the constants of a program as words in memory.
;;
;; An object that is quoted gets a label the first time that it is met, and the
;; same one again afterwards, so that it stays the same object.  A symbol is one
;; object wherever it is quoted.

(define-library (bench.local/experiment compiler constants)
  (export reset-constants! constant-operand constant-data constant-tag
          constant-symbols constants-source)
  (import (scheme base) (scheme cxr)
          (bench.local/experiment compiler source)
          (bench.local/experiment compiler tree)
          (bench.local/experiment compiler machine))
  (begin

(define-with-source constants-source

(define constant-count 0)

;; Objects and their labels; and the data, a list of (label word ...) whose words
;; are operands, the last one first.
(define constant-labels '())
(define constant-words '())

(define (reset-constants!)
  (set! constant-count 0)
  (set! constant-labels '())
  (set! constant-words '()))

(define (constant-tag datum)
  (cond ((pair? datum) tag-pair)
        ((string? datum) tag-string)
        ((symbol? datum) tag-symbol)
        ((integer? datum) tag-fixnum)
        (else tag-constant)))

;; The operand that a datum is: a number or an address.
(define (constant-operand datum)
  (let ((word (immediate-value datum)))
    (if word
        (imm word)
        (address (constant-label datum) (constant-tag datum)))))

(define (constant-label datum)
  (let ((entry (assq datum constant-labels)))
    (if entry
        (cdr entry)
        (let ((label (new-constant-label)))
          (set! constant-labels (cons (cons datum label) constant-labels))
          (let ((words (object-words datum)))
            (set! constant-words (cons (cons label words) constant-words)))
          label))))

(define (new-constant-label)
  (set! constant-count (+ constant-count 1))
  (string-append "constant_" (number->string constant-count)))

(define (object-words datum)
  (cond ((pair? datum)
         (let ((first (constant-operand (car datum))))
           (list first (constant-operand (cdr datum)))))
        ((string? datum)
         (cons (imm (* 8 (string-length datum)))
               (map constant-operand (string->list datum))))
        ((symbol? datum)
         (list (constant-operand (symbol->string datum))))
        (else (error "a constant of no known kind" datum))))

(define (constant-data)
  (reverse constant-words))

;; The labels of the symbols, for the table that string->symbol searches.
(define (constant-symbols)
  (map cdr
       (filter (lambda (entry) (symbol? (car entry)))
               (reverse constant-labels))))

)
  ))
