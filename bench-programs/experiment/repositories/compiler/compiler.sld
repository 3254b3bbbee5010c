;; An optimising compiler of a Scheme subset to x86-64 assembly text, and the fixed
;; work that is measured with it.
;;
;; (run) compiles the programs of programs.sld, and gives for each its name, the
;; number of lines and characters of its text, and a hash of these; `expected` is
;; what that has to be.  passes.sld shows the way that a program takes.

(define-library (bench.local/experiment compiler)
  (export compile-text text-digest run expected)
  (import (scheme base) (scheme cxr)
          (bench.local/experiment compiler reader)
          (bench.local/experiment compiler library)
          (bench.local/experiment compiler passes)
          (bench.local/experiment compiler programs))
  (begin

;; The lines of assembly of a program that is given as a text.
(define (compile-text text)
  (compile-to-text library-source (read-program text)))

;; The number of lines, that of characters, and a hash.
(define (text-digest lines)
  (let loop ((lines lines) (count 0) (characters 0) (hash 0))
    (if (null? lines)
        (list count characters hash)
        (loop (cdr lines)
              (+ count 1)
              (+ characters 1 (string-length (car lines)))
              (line-hash (car lines) hash)))))

(define (line-hash line hash)
  (let loop ((i 0) (hash hash))
    (if (= i (string-length line))
        (remainder (+ (* hash 31) 10) 536870909)
        (loop (+ i 1)
              (remainder (+ (* hash 31) (char->integer (string-ref line i)))
                         536870909)))))

(define (run)
  (append
   (map (lambda (program)
          (cons (car program) (text-digest (compile-text (cadr program)))))
        small-programs)
   (map (lambda (program)
          (cons (car program)
                (text-digest (compile-to-text library-source (cdr program)))))
        large-programs)))

(define expected
  '((tak 178 2971 276779580)
    (queens 357 5858 161224808)
    (accounts 444 7823 162849523)
    (sieve 412 6678 98875987)
    (strings 1090 18894 25723085)
    (expressions 443 7888 528515214)
    (operands 707 12649 124219695)
    (evaluator 1149 20144 33458743)
    (reader 1753 30040 366469725)
    (expand 6801 129705 308986545)
    (simplify 15134 291805 270854375)
    (compiler 40968 813845 262381421)))

  ))
