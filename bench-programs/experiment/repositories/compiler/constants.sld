;; Static data: the constants of a program as words in memory.
;;
;; An object that is quoted gets a label the first time that it is met.  Objects
;; that are equal are the same object, wherever they are quoted: a symbol has to
;; be, and other literals may be (R7RS 6.1), which makes the text of a program
;; depend on nothing but the program.

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

;; Association lists of objects and their labels; and the data, a list of
;; (label word ...) whose words are operands, the last one first.
(define symbol-labels '())
(define string-labels '())
(define pair-labels '())
(define constant-words '())

(define (reset-constants!)
  (set! constant-count 0)
  (set! symbol-labels '())
  (set! string-labels '())
  (set! pair-labels '())
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
  (let ((entry (cond ((symbol? datum) (assq datum symbol-labels))
                     ((string? datum) (assoc datum string-labels))
                     (else (assoc datum pair-labels)))))
    (if entry
        (cdr entry)
        (let ((label (new-constant-label)))
          (note-label! (cons datum label))
          (let ((words (object-words datum)))
            (set! constant-words (cons (cons label words) constant-words)))
          label))))

(define (note-label! entry)
  (cond ((symbol? (car entry))
         (set! symbol-labels (cons entry symbol-labels)))
        ((string? (car entry))
         (set! string-labels (cons entry string-labels)))
        (else (set! pair-labels (cons entry pair-labels)))))

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
  (map cdr (reverse symbol-labels)))

)
  ))
