;; CSV with quoted fields, read into records, summed up and written again.
(define (parse-csv text)
  (define in (open-input-string text))
  (define (plain chars)
    (let ((c (peek-char in)))
      (if (or (eof-object? c) (memv c '(#\, #\newline)))
          (list->string (reverse chars))
          (plain (cons (read-char in) chars)))))
  (define (quoted chars)
    (let ((c (read-char in)))
      (cond ((eof-object? c) (error "quote not closed"))
            ((and (char=? c #\") (eqv? (peek-char in) #\"))
             (read-char in)
             (quoted (cons #\" chars)))
            ((char=? c #\") (list->string (reverse chars)))
            (else (quoted (cons c chars))))))
  (define (field)
    (if (eqv? (peek-char in) #\")
        (begin (read-char in) (quoted '()))
        (plain '())))
  (define (record)
    (let loop ((fields (list (field))))
      (let ((c (read-char in)))
        (if (eqv? c #\,)
            (loop (cons (field) fields))
            (reverse fields)))))
  (let loop ((records '()))
    (if (eof-object? (peek-char in))
        (reverse records)
        (loop (cons (record) records)))))

(define (needs-quotes? field)
  (let loop ((chars (string->list field)))
    (and (pair? chars)
         (or (memv (car chars) '(#\, #\" #\newline))
             (loop (cdr chars))))))

(define (format-field field)
  (if (needs-quotes? field)
      (string-append
       "\""
       (apply string-append
              (map (lambda (c) (if (char=? c #\") "\"\"" (string c)))
                   (string->list field)))
       "\"")
      field))

(define (write-csv records)
  (for-each
   (lambda (record)
     (let loop ((fields record))
       (display (format-field (car fields)))
       (if (pair? (cdr fields))
           (begin (display ",") (loop (cdr fields)))))
     (newline))
   records))

(define text "name,price,note
apple,12,\"red, sweet\"
pear,7,
\"the \"\"big\"\" fig\",30,\"two
lines\"
")
(define records (parse-csv text))
(for-each (lambda (r) (write r) (newline)) records)
(define (column name records)
  (let loop ((names (car records)) (i 0))
    (if (string=? name (car names))
        (map (lambda (r) (list-ref r i)) (cdr records))
        (loop (cdr names) (+ i 1)))))
(write (apply + (map string->number (column "price" records))))
(newline)
(write-csv records)
(write (equal? records
               (parse-csv (let ((out (open-output-string)))
                            (parameterize ((current-output-port out))
                              (write-csv records))
                            (get-output-string out)))))
(newline)
