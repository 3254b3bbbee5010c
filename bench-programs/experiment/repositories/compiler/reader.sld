;; The compiler's reader: from a text to the list of its data.
;;
;; It knows what the compiled language has: lists, symbols, fixnums, booleans,
;; characters, strings and the abbreviations of quotation.  Its state is a string
;; and a position, which is passed along: each procedure takes the position where
;; its part begins and gives a pair of what it read and the position after it.

(define-library (bench.local/experiment compiler reader)
  (export read-program reader-source)
  (import (scheme base)
          (bench.local/experiment compiler source))
  (begin

(define-with-source reader-source

;; All data of a text.
(define (read-program text)
  (let loop ((position (skip-blanks text 0)) (data '()))
    (if (= position (string-length text))
        (reverse data)
        (let ((result (read-form text position)))
          (loop (skip-blanks text (cdr result))
                (cons (car result) data))))))

;; The character at a position, or a space beyond the end.
(define (char-at text position)
  (if (< position (string-length text))
      (string-ref text position)
      #\space))

(define (blank? c)
  (or (char=? c #\space) (char=? c #\newline) (char=? c #\tab)))

(define (delimits? c)
  (or (blank? c) (memv c '(#\( #\) #\" #\; #\'))))

;; The first position from there on that is no space and in no comment.
(define (skip-blanks text position)
  (cond ((= position (string-length text)) position)
        ((blank? (string-ref text position)) (skip-blanks text (+ position 1)))
        ((char=? (string-ref text position) #\;)
         (skip-blanks text (skip-comment text position)))
        (else position)))

(define (skip-comment text position)
  (if (or (= position (string-length text))
          (char=? (string-ref text position) #\newline))
      position
      (skip-comment text (+ position 1))))

(define (read-form text position)
  (if (= position (string-length text))
      (error "the text ends within a datum"))
  (let ((c (string-ref text position)))
    (cond ((char=? c #\() (read-elements text (+ position 1) '()))
          ((char=? c #\)) (error "a closing parenthesis too many" position))
          ((char=? c #\') (read-prefixed 'quote text (+ position 1)))
          ((char=? c #\`) (read-prefixed 'quasiquote text (+ position 1)))
          ((char=? c #\,) (read-comma text (+ position 1)))
          ((char=? c #\") (read-text text (+ position 1) '()))
          ((char=? c #\#) (read-special text (+ position 1)))
          (else (read-word text position)))))

(define (read-prefixed name text position)
  (let ((result (read-form text (skip-blanks text position))))
    (cons (list name (car result)) (cdr result))))

(define (read-comma text position)
  (if (char=? (char-at text position) #\@)
      (read-prefixed 'unquote-splicing text (+ position 1))
      (read-prefixed 'unquote text position)))

(define (read-elements text start elements)
  (let ((position (skip-blanks text start)))
    (cond ((char=? (char-at text position) #\))
           (cons (reverse elements) (+ position 1)))
          ((and (char=? (char-at text position) #\.)
                (delimits? (char-at text (+ position 1))))
           (read-last text (+ position 1) elements))
          (else
           (let ((result (read-form text position)))
             (read-elements text (cdr result)
                            (cons (car result) elements)))))))

;; The part of a list behind a dot.
(define (read-last text start elements)
  (let* ((result (read-form text (skip-blanks text start)))
         (position (skip-blanks text (cdr result))))
    (if (not (char=? (char-at text position) #\)))
        (error "more than one datum behind a dot" position))
    (cons (append (reverse elements) (car result)) (+ position 1))))

(define (read-text text position chars)
  (if (= position (string-length text))
      (error "a string is not closed"))
  (let ((c (string-ref text position)))
    (cond ((char=? c #\")
           (cons (list->string (reverse chars)) (+ position 1)))
          ((char=? c #\\)
           (read-text text (+ position 2)
                      (cons (escaped (char-at text (+ position 1))) chars)))
          (else (read-text text (+ position 1) (cons c chars))))))

(define (escaped c)
  (case c
    ((#\n) #\newline)
    ((#\t) #\tab)
    (else c)))

;; The position behind a word.
(define (word-end text position)
  (if (or (= position (string-length text))
          (delimits? (string-ref text position)))
      position
      (word-end text (+ position 1))))

(define (read-special text position)
  (if (char=? (char-at text position) #\\)
      (read-char-name text (+ position 1))
      (let* ((end (word-end text position))
             (word (substring text position end)))
        (cond ((string=? word "t") (cons #t end))
              ((string=? word "f") (cons #f end))
              (else (error "unknown syntax" word))))))

(define (read-char-name text position)
  (let* ((end (word-end text (+ position 1)))
         (word (substring text position end)))
    (cons (cond ((= (string-length word) 1) (string-ref word 0))
                ((string=? word "space") #\space)
                ((string=? word "newline") #\newline)
                ((string=? word "tab") #\tab)
                (else (error "unknown character" word)))
          end)))

(define (read-word text position)
  (let* ((end (word-end text position))
         (word (substring text position end)))
    (cons (or (word-number word) (string->symbol word)) end)))

;; The fixnum that a word denotes, or #f.
(define (word-number word)
  (let ((negative (char=? (string-ref word 0) #\-))
        (length (string-length word)))
    (if (and negative (= length 1))
        #f
        (let ((magnitude (digits-value word (if negative 1 0) length 0)))
          (if (and negative magnitude)
              (- 0 magnitude)
              magnitude)))))

(define (digits-value word position end value)
  (if (= position end)
      value
      (let ((digit (- (char->integer (string-ref word position)) 48)))
        (and (<= 0 digit 9)
             (digits-value word (+ position 1) end (+ (* value 10) digit))))))

)
  ))
