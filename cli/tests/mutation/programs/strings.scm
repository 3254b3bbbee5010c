;; Strings and characters: narrow and wide, changed in place, ports, symbols.
(define (caesar s n)
  (string-map
   (lambda (c)
     (if (char-alphabetic? c)
         (let ((base (if (char-upper-case? c) 65 97)))
           (integer->char (+ base (modulo (+ n (- (char->integer c) base)) 26))))
         c))
   s))

(define (split s on)
  (let loop ((i 0) (from 0) (parts '()))
    (cond ((= i (string-length s)) (reverse (cons (substring s from i) parts)))
          ((char=? (string-ref s i) on) (loop (+ i 1) (+ i 1) (cons (substring s from i) parts)))
          (else (loop (+ i 1) from parts)))))

(define (shout! s)
  (do ((i 0 (+ i 1)))
      ((= i (string-length s)) s)
    (string-set! s i (char-upcase (string-ref s i)))))

(define (widen)
  (let ((s (make-string 4 #\a)))
    (string-set! s 2 #\x3bb)
    (list s (string-length s) (string-ref s 2) (string->list s 1))))

(define (through-port x)
  (let ((port (open-output-string)))
    (write x port)
    (write-char #\! port)
    (display '(1 "two" #\3) port)
    (read (open-input-string (get-output-string port)))))

(define (run s)
  (list (caesar s 3) (split "a,bc,,d" #\,) (shout! (string-copy s)) (widen)
        (through-port '(a "b" #(c 1.5)))
        (string->symbol (string-append "x-" s))
        (string<? "abc" s "zzz") (string->number "1e3") (number->string 255 16)
        (list->string (reverse (string->list s)))))

(run "Hello, World")
