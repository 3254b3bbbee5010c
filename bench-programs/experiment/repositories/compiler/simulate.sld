;; A simulator of the instructions that the compiler emits: it runs an image and
;; gives the result as a datum.
;;
;; Memory is a vector of words, an address 8 times an index into it.  Static data
;; come first, then the objects, and the stack from the end.  Words are signed
;; numbers of 64 bits.  Code has addresses far from those of memory.  Each
;; instruction is decoded once, into a procedure that does it and gives the index
;; of the next one.
;;
;; Traps and errors of the program are errors of the host.

(define-library (bench.local/experiment compiler simulate)
  (export simulate simulated-steps)
  (import (scheme base) (scheme cxr)
          (bench.local/experiment compiler tree)
          (bench.local/experiment compiler machine)
          (bench.local/experiment compiler runtime))
  (begin

(define first-data 8192)
(define code-base 1099511627776)
(define halt-address 1073741824)

(define simulated-steps 0)

;;; The state

(define memory (vector))
(define registers (vector))
(define left 0)
(define right 0)
(define overflow #f)
(define labels '())

(define all-registers
  (append (list rsp r14 r15) allocatable-registers))

(define (register-index register)
  (or (index-in register all-registers)
      (error "no such register" register)))

(define rsp-index (register-index rsp))
(define r15-index (register-index r15))
(define rax-index (register-index rax))
(define rdx-index (register-index rdx))
(define rdi-index (register-index rdi))
(define rsi-index (register-index rsi))

(define (get index) (vector-ref registers index))
(define (set index value) (vector-set! registers index value))

(define (load address)
  (vector-ref memory (aligned-index address)))

(define (store! address value)
  (vector-set! memory (aligned-index address) value))

(define (aligned-index address)
  (let ((index (quotient address 8)))
    (if (= (* index 8) address)
        index
        (error "an address between words" address))))

;;; Numbers of 64 bits

(define half-range (expt 2 63))
(define full-range (expt 2 64))
(define safe-range (expt 2 58))

(define (unsigned n)
  (if (< n 0) (+ n full-range) n))

;; The number in 64 bits; notes whether it did not fit.
(define (wrapped n)
  (cond ((< (- safe-range) n safe-range)
         (set! overflow #f)
         n)
        ((and (<= (- half-range) n) (< n half-range))
         (set! overflow #f)
         n)
        (else
         (set! overflow #t)
         (let ((low (floor-remainder n full-range)))
           (if (>= low half-range) (- low full-range) low)))))

(define nibble-or
  (let ((table (make-vector 256 0)))
    (define (bits a b)
      (if (and (= a 0) (= b 0))
          0
          (+ (if (or (odd? a) (odd? b)) 1 0)
             (* 2 (bits (quotient a 2) (quotient b 2))))))
    (do ((a 0 (+ a 1)))
        ((= a 16) table)
      (do ((b 0 (+ b 1)))
          ((= b 16))
        (vector-set! table (+ (* 16 a) b) (bits a b))))))

(define (bit-or a b)
  (cond ((= a 0) b)
        ((= b 0) a)
        ((= a b) a)
        ((or (= a -1) (= b -1)) -1)
        (else
         (+ (vector-ref nibble-or (+ (* 16 (floor-remainder a 16))
                                     (floor-remainder b 16)))
            (* 16 (bit-or (floor-quotient a 16) (floor-quotient b 16)))))))

;; The masks are one less than a power of two.
(define (bit-and a mask)
  (floor-remainder a (+ mask 1)))

;;; Loading an image

(define (simulate image words)
  (set! memory (make-vector words 0))
  (set! registers (make-vector (length all-registers) 0))
  (set! simulated-steps 0)
  (place-labels! image)
  (let ((end (load-data! (image-data image)))
        (code (decode-all (image-code image))))
    (set r15-index end)
    (set (register-index r14) (* 8 (- words 100000)))
    (set rsp-index (* 8 (- words 8)))
    (store! (get rsp-index) halt-address)
    (execute code (code-index (label-address "scheme_main")))
    (value-datum (get rax-index))))

;; Names of code and data, in buckets by their length and last characters.
(define bucket-count 1021)

(define (label-hash label)
  (let loop ((i 0) (hash 0))
    (if (= i (string-length label))
        hash
        (loop (+ i 1)
              (remainder (+ (* hash 17) (char->integer (string-ref label i)))
                         bucket-count)))))

(define (place-label! label address)
  (let ((i (label-hash label)))
    (if (assoc label (vector-ref labels i))
        (error "a label twice" label))
    (vector-set! labels i
                 (cons (cons label address) (vector-ref labels i)))))

(define (label-address label)
  (let ((entry (assoc label (vector-ref labels (label-hash label)))))
    (if entry
        (cdr entry)
        (error "no such label" label))))

(define (code-index address)
  (- address code-base))

(define (place-labels! image)
  (set! labels (make-vector bucket-count '()))
  (let loop ((code (image-code image)) (index 0))
    (cond ((null? code) #f)
          ((eq? (car (car code)) 'label)
           (place-label! (cadr (car code)) (+ code-base index))
           (loop (cdr code) index))
          (else (loop (cdr code) (+ index 1)))))
  (let loop ((data (image-data image)) (address first-data))
    (if (pair? data)
        (begin
          (place-label! (car (car data)) address)
          (loop (cdr data) (+ address (* 8 (length (cdr (car data))))))))))

;; The address behind the data.
(define (load-data! data)
  (let loop ((words (apply append (map cdr data))) (address first-data))
    (if (null? words)
        address
        (begin
          (store! address (constant-word (car words)))
          (loop (cdr words) (+ address 8))))))

(define (constant-word operand)
  (if (imm? operand)
      (imm-value operand)
      (+ (label-address (cadr operand)) (caddr operand))))

;;; Execution

(define (execute code start)
  (let loop ((pc start) (steps 0))
    (if pc
        (loop ((vector-ref code pc)) (+ steps 1))
        (set! simulated-steps steps))))

;; Code addresses of words that calls left on the stack.
(define (return-index address)
  (if (= address halt-address)
      #f
      (code-index address)))

(define (push! value)
  (set rsp-index (- (get rsp-index) 8))
  (store! (get rsp-index) value))

(define (pop!)
  (let ((value (load (get rsp-index))))
    (set rsp-index (+ (get rsp-index) 8))
    value))

;;; Decoding

(define (decode-all instructions)
  (let loop ((instructions instructions) (next 1) (code '()))
    (cond ((null? instructions) (list->vector (reverse code)))
          ((eq? (car (car instructions)) 'label)
           (loop (cdr instructions) next code))
          (else
           (loop (cdr instructions) (+ next 1)
                 (cons (decode (car instructions) next) code))))))

(define (decode instruction next)
  (case (car instruction)
    ((mov) (decode-move (cadr instruction) (caddr instruction) next))
    ((lea) (decode-lea (cadr instruction) (caddr instruction) next))
    ((add) (decode-arithmetic + instruction next))
    ((sub) (decode-arithmetic - instruction next))
    ((imul) (decode-arithmetic * instruction next))
    ((and) (decode-arithmetic bit-and instruction next))
    ((or) (decode-arithmetic bit-or instruction next))
    ((sar) (decode-arithmetic shift-right instruction next))
    ((shl) (decode-arithmetic shift-left instruction next))
    ((cmp) (decode-compare (cadr instruction) (caddr instruction) next))
    ((test) (decode-test (cadr instruction) (caddr instruction) next))
    ((cqo) (lambda ()
             (set rdx-index (if (< (get rax-index) 0) -1 0))
             next))
    ((idiv) (decode-division (cadr instruction) next))
    ((jmp tail) (decode-jump (cadr instruction)))
    ((jcc) (decode-conditional (cadr instruction) (caddr instruction) next))
    ((call) (decode-call (cadr instruction) next))
    ((call-indirect)
     (let ((target (reader-of (cadr instruction))))
       (lambda ()
         (let ((address (target)))
           (push! (+ code-base next))
           (code-index address)))))
    ((tail-indirect)
     (let ((target (reader-of (cadr instruction))))
       (lambda () (code-index (target)))))
    ((ret) (lambda () (return-index (pop!))))
    (else (error "no such instruction" instruction))))

(define (shift-right a n) (floor-quotient a (expt 2 n)))
(define (shift-left a n) (* a (expt 2 n)))

;; A procedure that gives the value of an operand.
(define (reader-of operand)
  (cond ((register? operand)
         (let ((index (register-index operand)))
           (lambda () (get index))))
        ((memory? operand)
         (let ((address (address-of operand)))
           (lambda () (load (address)))))
        (else
         (let ((value (constant-word operand)))
           (lambda () value)))))

;; A procedure that stores a value into an operand.
(define (writer-of operand)
  (if (register? operand)
      (let ((index (register-index operand)))
        (lambda (value) (set index value)))
      (let ((address (address-of operand)))
        (lambda (value) (store! (address) value)))))

(define (address-of operand)
  (if (eq? (car operand) 'static)
      (let ((address (+ (label-address (cadr operand)) (caddr operand))))
        (lambda () address))
      (let ((base (register-index (cadr operand)))
            (displacement (caddr operand)))
        (if (null? (cdddr operand))
            (lambda () (+ (get base) displacement))
            (let ((index (register-index (cadddr operand))))
              (lambda () (+ (get base) (get index) displacement)))))))

(define (decode-move target source next)
  (let ((write (writer-of target))
        (read (reader-of source)))
    (lambda ()
      (write (read))
      next)))

(define (decode-lea target source next)
  (let ((write (writer-of target))
        (address (address-of source)))
    (lambda ()
      (write (address))
      next)))

(define (decode-arithmetic operation instruction next)
  (let ((write (writer-of (cadr instruction)))
        (a (reader-of (cadr instruction)))
        (b (reader-of (caddr instruction))))
    (lambda ()
      (let ((value (wrapped (operation (a) (b)))))
        (write value)
        (set! left value)
        (set! right 0)
        next))))

(define (decode-compare a b next)
  (let ((a (reader-of a)) (b (reader-of b)))
    (lambda ()
      (set! left (a))
      (set! right (b))
      next)))

(define (decode-test a b next)
  (let ((same (eq? a b)) (a (reader-of a)) (b (reader-of b)))
    (lambda ()
      (set! left (if same (a) (bit-and (a) (b))))
      (set! right 0)
      next)))

(define (decode-division operand next)
  (let ((divisor (reader-of operand)))
    (lambda ()
      (let ((a (get rax-index)) (b (divisor)))
        (set rax-index (quotient a b))
        (set rdx-index (remainder a b))
        next))))

;;; Jumps

(define (outside? label)
  (and (> (string-length label) 5)
       (member (substring label 0 5) '("trap_" "stub_"))))

(define (decode-jump label)
  (if (outside? label)
      (let ((action (outside-action label)))
        (lambda ()
          (action)
          (return-index (pop!))))
      (let ((index (code-index (label-address label))))
        (lambda () index))))

(define (decode-call label next)
  (if (outside? label)
      (let ((action (outside-action label)))
        (lambda ()
          (action)
          next))
      (let ((index (code-index (label-address label)))
            (return (+ code-base next)))
        (lambda ()
          (push! return)
          index))))

(define (decode-conditional condition label next)
  (let ((holds? (condition-test condition)))
    (if (outside? label)
        (lambda ()
          (if (holds?)
              (error (string-append "trap: " label)))
          next)
        (let ((index (code-index (label-address label))))
          (lambda () (if (holds?) index next))))))

(define (condition-test condition)
  (case condition
    ((e) (lambda () (= left right)))
    ((ne) (lambda () (not (= left right))))
    ((l) (lambda () (< left right)))
    ((g) (lambda () (> left right)))
    ((le) (lambda () (<= left right)))
    ((ge) (lambda () (>= left right)))
    ((a) (lambda () (> (unsigned left) (unsigned right))))
    ((b) (lambda () (< (unsigned left) (unsigned right))))
    ((ae) (lambda () (>= (unsigned left) (unsigned right))))
    ((be) (lambda () (<= (unsigned left) (unsigned right))))
    ((o) (lambda () overflow))
    (else (error "no such condition" condition))))

;;; Stubs

(define (outside-action label)
  (cond ((string=? label "stub_make_vector")
         (lambda () (make-sequence tag-vector)))
        ((string=? label "stub_make_string")
         (lambda () (make-sequence tag-string)))
        ((string=? label "stub_symbol") find-symbol)
        ((string=? label "stub_error") raise-error)
        (else (lambda () (error (string-append "trap: " label))))))

(define (allocate-words count)
  (let ((address (get r15-index)))
    (set r15-index (+ address (* 8 count)))
    address))

(define (make-sequence tag)
  (let* ((length (get rdi-index))
         (address (allocate-words (+ 1 (quotient length 8)))))
    (store! address length)
    (do ((i 8 (+ i 8)))
        ((> i length))
      (store! (+ address i) (get rsi-index)))
    (set rax-index (+ address tag))))

(define (find-symbol)
  (let* ((name (word-string (get rdi-index)))
         (table (label-address "symbol_table"))
         (count (quotient (load table) 8)))
    (let loop ((i 1))
      (cond ((> i count) (set rax-index (new-symbol (get rdi-index) name)))
            ((string=? name
                       (word-string (load (- (load (+ table (* 8 i)))
                                             tag-symbol))))
             (set rax-index (load (+ table (* 8 i)))))
            (else (loop (+ i 1)))))))

;; Symbols that the program has made itself are found by their names.
(define (new-symbol word name)
  (let ((i (label-hash name)))
    (let ((entry (assoc (cons 'symbol name) (vector-ref labels i))))
      (if entry
          (cdr entry)
          (let ((address (+ tag-symbol (allocate-words 1))))
            (store! (- address tag-symbol) word)
            (vector-set! labels i
                         (cons (cons (cons 'symbol name) address)
                               (vector-ref labels i)))
            address)))))

(define (raise-error)
  (apply error (value-datum (get rdi-index)) (value-datum (get rsi-index))))

;;; Words as data

(define (word-string word)
  (value-datum word))

(define (value-datum word)
  (let ((tag (floor-remainder word 8)))
    (cond ((= tag tag-fixnum) (quotient word 8))
          ((= tag tag-pair)
           (cons (value-datum (load (- word tag)))
                 (value-datum (load (+ 8 (- word tag))))))
          ((= tag tag-string) (list->string (elements (- word tag))))
          ((= tag tag-vector) (list->vector (elements (- word tag))))
          ((= tag tag-symbol)
           (string->symbol (word-string (load (- word tag)))))
          ((= tag tag-closure) 'procedure)
          ((= tag tag-record) 'record)
          (else (constant-datum word)))))

(define (elements address)
  (let loop ((i (load address)) (items '()))
    (if (= i 0)
        items
        (loop (- i 8) (cons (value-datum (load (+ address i))) items)))))

(define (constant-datum word)
  (cond ((= word 7) #f)
        ((= word 15) #t)
        ((= word 23) '())
        ((= 39 (floor-remainder word 256))
         (integer->char (quotient word 256)))
        (else (error "a word that is no value" word))))

  ))
