;; Counts the words of a text: string ports, hash tables, sorting.

(define text "the quick brown fox jumps over the lazy dog the fox")

(define (read-word port)
  (let loop ((chars '()))
    (let ((c (read-char port)))
      (cond ((eof-object? c)
             (if (null? chars) c (list->string (reverse chars))))
            ((char=? c #\space)
             (if (null? chars) (loop chars) (list->string (reverse chars))))
            (else (loop (cons c chars)))))))

(define counts (make-hash-table))

(call-with-port (open-input-string text)
  (lambda (port)
    (let loop ((word (read-word port)))
      (unless (eof-object? word)
        (hash-table-update!/default counts word (lambda (n) (+ n 1)) 0)
        (loop (read-word port))))))

(for-each
 (lambda (entry)
   (display (car entry))
   (display ": ")
   (display (cdr entry))
   (newline))
 (sort (hash-table->alist counts)
       (lambda (a b)
         (or (> (cdr a) (cdr b))
             (and (= (cdr a) (cdr b)) (string<? (car a) (car b)))))))
