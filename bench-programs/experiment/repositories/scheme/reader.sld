;; The reader of the interpreted language: from a string to data.
;;
;; A source is a string with a position.  `read-datum` takes the next datum from
;; it, or the end mark; `read-all` takes all that are left.  Wrong text raises an
;; error that names the line.  It knows the lexical syntax of R7RS 7.1.1 but for
;; labels, bytevectors and the folding of case; numbers are left to the host's
;; string->number.  Nothing here knows what the data mean.

(define-library (bench.local/experiment scheme reader)
  (export make-source read-datum read-all end-mark end-mark?)
  (import (scheme base) (scheme char))
  (begin

(define-record-type source
  (new-source text position)
  source?
  (text source-text)
  (position source-position set-source-position!))

(define (make-source text)
  (new-source text 0))

(define-record-type end
  (make-end)
  end-mark?)

(define end-mark (make-end))

;;; Characters

;; The next character, which stays, or #f at the end.
(define (peek source)
  (let ((text (source-text source))
        (position (source-position source)))
    (and (< position (string-length text))
         (string-ref text position))))

(define (advance! source)
  (set-source-position! source (+ 1 (source-position source))))

(define (next! source)
  (let ((c (peek source)))
    (if c (advance! source))
    c))

(define (line-number source)
  (let ((text (source-text source))
        (end (min (source-position source)
                  (string-length (source-text source)))))
    (let loop ((i 0) (line 1))
      (cond ((= i end) line)
            ((char=? (string-ref text i) #\newline) (loop (+ i 1) (+ line 1)))
            (else (loop (+ i 1) line))))))

(define (wrong-text source message)
  (error (string-append "line " (number->string (line-number source))
                        ": " message)))

(define (delimiter? c)
  (or (not c)
      (char-whitespace? c)
      (memv c '(#\( #\) #\" #\; #\'))))

;;; Space and comments

(define (skip-line! source)
  (let ((c (next! source)))
    (if (and c (not (char=? c #\newline)))
        (skip-line! source))))

;; After the opening bars; comments nest.
(define (skip-block! source)
  (let loop ((depth 1))
    (if (> depth 0)
        (let ((c (next! source)))
          (cond ((not c) (wrong-text source "a comment is not closed"))
                ((and (char=? c #\|) (eqv? (peek source) #\#))
                 (advance! source)
                 (loop (- depth 1)))
                ((and (char=? c #\#) (eqv? (peek source) #\|))
                 (advance! source)
                 (loop (+ depth 1)))
                (else (loop depth)))))))

(define (skip-space! source)
  (let ((c (peek source)))
    (cond ((not c) #f)
          ((char-whitespace? c)
           (advance! source)
           (skip-space! source))
          ((char=? c #\;)
           (skip-line! source)
           (skip-space! source)))))

;;; Data

(define (read-all source)
  (let loop ((data '()))
    (let ((datum (read-datum source)))
      (if (end-mark? datum)
          (reverse data)
          (loop (cons datum data))))))

(define (read-datum source)
  (skip-space! source)
  (let ((c (next! source)))
    (cond ((not c) end-mark)
          ((char=? c #\() (read-list source))
          ((char=? c #\)) (wrong-text source "a closing parenthesis too many"))
          ((char=? c #\') (read-quoted source 'quote))
          ((char=? c #\`) (read-quoted source 'quasiquote))
          ((char=? c #\,) (read-unquoted source))
          ((char=? c #\") (read-string-literal source))
          ((char=? c #\|) (read-barred-symbol source))
          ((char=? c #\#) (read-hash source))
          (else (read-atom source c)))))

;; A datum that has to be there.
(define (read-needed source)
  (let ((datum (read-datum source)))
    (if (end-mark? datum)
        (wrong-text source "a datum is missing at the end")
        datum)))

(define (read-quoted source name)
  (list name (read-needed source)))

(define (read-unquoted source)
  (cond ((eqv? (peek source) #\@)
         (advance! source)
         (read-quoted source 'unquote-splicing))
        (else (read-quoted source 'unquote))))

(define (read-list source)
  (let loop ((elements '()))
    (skip-space! source)
    (let ((c (peek source)))
      (cond ((not c) (wrong-text source "a list is not closed"))
            ((char=? c #\))
             (advance! source)
             (reverse elements))
            ((lone-dot? source)
             (advance! source)
             (read-tail source elements))
            ((datum-comment? source)
             (read-datum-comment source)
             (loop elements))
            (else (loop (cons (read-needed source) elements)))))))

(define (character-after source)
  (let ((text (source-text source))
        (i (+ 1 (source-position source))))
    (and (< i (string-length text))
         (string-ref text i))))

(define (lone-dot? source)
  (and (eqv? (peek source) #\.)
       (delimiter? (character-after source))))

(define (datum-comment? source)
  (and (eqv? (peek source) #\#)
       (eqv? (character-after source) #\;)))

(define (read-datum-comment source)
  (advance! source)
  (advance! source)
  (read-needed source))

(define (read-tail source elements)
  (let ((tail (read-needed source)))
    (skip-space! source)
    (if (eqv? (next! source) #\))
        (append (reverse elements) tail)
        (wrong-text source "more than one datum after a dot"))))

(define (read-hash source)
  (let ((c (peek source)))
    (cond ((eqv? c #\()
           (advance! source)
           (list->vector (read-list source)))
          ((eqv? c #\\)
           (advance! source)
           (read-character source))
          ((eqv? c #\|)
           (advance! source)
           (skip-block! source)
           (read-datum source))
          ((eqv? c #\;)
           (advance! source)
           (read-needed source)
           (read-datum source))
          (else (read-atom source #\#)))))

;;; Tokens

;; The characters up to the next delimiter, after those that were read.
(define (token source first)
  (let loop ((chars (list first)))
    (if (delimiter? (peek source))
        (list->string (reverse chars))
        (loop (cons (next! source) chars)))))

(define (read-atom source first)
  (let* ((text (token source first))
         (number (string->number text 10)))
    (cond (number number)
          ((member text '("#t" "#true")) #t)
          ((member text '("#f" "#false")) #f)
          ((char=? first #\#)
           (wrong-text source (string-append "unknown syntax " text)))
          (else (string->symbol text)))))

(define character-names
  '(("space" . #\space) ("newline" . #\newline) ("tab" . #\tab)
    ("return" . #\return) ("null" . #\null) ("delete" . #\delete)
    ("escape" . #\escape) ("alarm" . #\alarm) ("backspace" . #\backspace)))

(define (read-character source)
  (let ((first (next! source)))
    (if (not first)
        (wrong-text source "a character is missing at the end"))
    (let ((text (token source first)))
      (cond ((= (string-length text) 1) first)
            ((assoc text character-names) => cdr)
            ((and (char=? first #\x) (hex-value text 1)) => integer->char)
            (else
             (wrong-text source
                           (string-append "unknown character " text)))))))

(define (hex-value text start)
  (string->number (substring text start (string-length text)) 16))

(define (read-barred-symbol source)
  (string->symbol (list->string (read-until source #\|))))

(define (read-string-literal source)
  (list->string (read-until source #\")))

;; The characters up to a closing one, with their escapes replaced.
(define (read-until source close)
  (let loop ((chars '()))
    (let ((c (next! source)))
      (cond ((not c) (wrong-text source "a literal is not closed"))
            ((char=? c close) (reverse chars))
            ((char=? c #\\)
             (let ((escaped (read-escape source)))
               (loop (if escaped (cons escaped chars) chars))))
            (else (loop (cons c chars)))))))

;; The character that an escape stands for; #f for a line's end.
(define (read-escape source)
  (let ((c (next! source)))
    (case c
      ((#\n) #\newline)
      ((#\t) #\tab)
      ((#\r) #\return)
      ((#\a) #\alarm)
      ((#\b) #\backspace)
      ((#\" #\\ #\|) c)
      ((#\x) (read-hex-escape source))
      ((#\newline) (skip-indentation! source) #f)
      (else (wrong-text source "unknown escape in a literal")))))

(define (read-hex-escape source)
  (let loop ((chars '()))
    (let ((c (next! source)))
      (cond ((not c) (wrong-text source "a literal is not closed"))
            ((char=? c #\;)
             (integer->char (string->number (list->string (reverse chars)) 16)))
            (else (loop (cons c chars)))))))

(define (skip-indentation! source)
  (let ((c (peek source)))
    (if (memv c '(#\space #\tab))
        (begin
          (advance! source)
          (skip-indentation! source)))))

  ))
