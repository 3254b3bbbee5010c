;;; SRFI 151, exact integers as two's complement bits.
;;;
;;; The primitives know fixnums and bignums; what is here is made of masks and shifts, so
;;; that no procedure but those on lists and vectors goes through the bits one by one.

(define-library (srfi 151)
  (export
   bitwise-not bitwise-and bitwise-ior bitwise-xor bitwise-eqv bitwise-nand bitwise-nor
   bitwise-andc1 bitwise-andc2 bitwise-orc1 bitwise-orc2
   arithmetic-shift bit-count integer-length bitwise-if
   bit-set? copy-bit bit-swap any-bit-set? every-bit-set? first-set-bit
   bit-field bit-field-any? bit-field-every? bit-field-clear bit-field-set
   bit-field-replace bit-field-replace-same bit-field-rotate bit-field-reverse
   bits->list list->bits bits->vector vector->bits bits
   bitwise-fold bitwise-for-each bitwise-unfold make-bitwise-generator)
  (import (termite core) (termite primitives) (termite runtime))
  (begin

    ;; -- arguments --

    (define (check-size who argument n)
      (if (not (exact-nonnegative-integer? n))
          (%signal-wrong-type who argument "an exact nonnegative integer" n)))

    (define (check-field who start end)
      (check-size who 2 start)
      (check-size who 3 end)
      (if (< end start)
          (%signal-range who 3 "an index not below the start" end)))

    ;; `n` ones at the end.
    (define (mask n)
      (- (arithmetic-shift 1 n) 1))

    ;; Ones from bit `start` to before bit `end`.
    (define (mask-of start end)
      (arithmetic-shift (mask (- end start)) start))

    ;; -- combining --

    ;; The complement of the exclusive or, from left to right.
    (define bitwise-eqv
      (case-lambda
        ((a b) (bitwise-not (bitwise-xor a b)))
        (ns
         (let loop ((rest ns) (result -1))
           (if (pair? rest)
               (loop (cdr rest) (bitwise-not (bitwise-xor result (car rest))))
               result)))))

    ;; The complement of the bits that are set in both numbers.
    (define (bitwise-nand a b) (bitwise-not (bitwise-and a b)))

    ;; The complement of the bits that are set in any of both numbers.
    (define (bitwise-nor a b) (bitwise-not (bitwise-ior a b)))

    ;; The bits that are set in `b` and not in `a`.
    (define (bitwise-andc1 a b) (bitwise-and (bitwise-not a) b))

    ;; The bits that are set in `a` and not in `b`.
    (define (bitwise-andc2 a b) (bitwise-and a (bitwise-not b)))

    ;; The bits that are set in `b` or not set in `a`.
    (define (bitwise-orc1 a b) (bitwise-ior (bitwise-not a) b))

    ;; The bits that are set in `a` or not set in `b`.
    (define (bitwise-orc2 a b) (bitwise-ior a (bitwise-not b)))

    ;; The bits of `a` where the mask has ones, else those of `b`.
    (define (bitwise-if mask a b)
      (bitwise-xor b (bitwise-and mask (bitwise-xor a b))))

    ;; -- single bits --

    ;; The number with one bit set or cleared.
    (define (copy-bit index n one?)
      (check-size 'copy-bit 1 index)
      (let ((bit (arithmetic-shift 1 index)))
        (if one?
            (bitwise-ior n bit)
            (bitwise-and n (bitwise-not bit)))))

    ;; The number with two bits exchanged.
    (define (bit-swap i j n)
      (let ((a (bit-set? i n)) (b (bit-set? j n)))
        (if (eq? a b)
            n
            (copy-bit j (copy-bit i n b) a))))

    ;; Whether a bit is set in both numbers.
    (define (any-bit-set? test n)
      (not (= 0 (bitwise-and test n))))

    ;; Whether all bits of `test` are set in `n`.
    (define (every-bit-set? test n)
      (= test (bitwise-and test n)))

    ;; -- fields --

    ;; The bits from `start` to before `end`, as a number.
    (define (bit-field n start end)
      (check-field 'bit-field start end)
      (bitwise-and (arithmetic-shift n (- start)) (mask (- end start))))

    ;; Whether a bit from `start` to before `end` is set.
    (define (bit-field-any? n start end)
      (check-field 'bit-field-any? start end)
      (not (= 0 (bitwise-and n (mask-of start end)))))

    ;; Whether all bits from `start` to before `end` are set.
    (define (bit-field-every? n start end)
      (check-field 'bit-field-every? start end)
      (every-bit-set? (mask-of start end) n))

    ;; The number with the bits from `start` to before `end` cleared.
    (define (bit-field-clear n start end)
      (check-field 'bit-field-clear start end)
      (bitwise-and n (bitwise-not (mask-of start end))))

    ;; The number with the bits from `start` to before `end` set.
    (define (bit-field-set n start end)
      (check-field 'bit-field-set start end)
      (bitwise-ior n (mask-of start end)))

    ;; `n` with the bits from `start` to before `end` replaced by the lowest ones of
    ;; `from`.
    (define (bit-field-replace n from start end)
      (check-field 'bit-field-replace start end)
      (bitwise-if (mask-of start end) (arithmetic-shift from start) n))

    ;; `n` with the bits from `start` to before `end` replaced by those of `from` at the
    ;; same places.
    (define (bit-field-replace-same n from start end)
      (check-field 'bit-field-replace-same start end)
      (bitwise-if (mask-of start end) from n))

    ;; The number with the bits from `start` to before `end` moved up by `count` places
    ;; in a circle.
    (define (bit-field-rotate n count start end)
      (check-field 'bit-field-rotate start end)
      (let ((width (- end start)))
        (if (= width 0)
            n
            (let* ((count (modulo count width))
                   (field (bit-field n start end))
                   (rotated (bitwise-ior (arithmetic-shift field count)
                                         (arithmetic-shift field (- count width)))))
              (bit-field-replace n rotated start end)))))

    ;; The number with the bits from `start` to before `end` in the other order.
    (define (bit-field-reverse n start end)
      (check-field 'bit-field-reverse start end)
      (let ((field (bit-field n start end)))
        (bit-field-replace n (reversed field (- end start)) start end)))

    ;; The lowest `width` bits, all that there are, in reverse; in halves, since a bignum
    ;; takes as long to change as it is wide.
    (define (reversed n width)
      (if (<= width 48)
          (let loop ((n n) (width width) (result 0))
            (if (= width 0)
                result
                (loop (fxarithmetic-shift n -1)
                      (- width 1)
                      (fxior (fxarithmetic-shift result 1) (fxand n 1)))))
          (let ((low (quotient width 2)))
            (bitwise-ior
             (arithmetic-shift (reversed (bitwise-and n (mask low)) low) (- width low))
             (reversed (arithmetic-shift n (- low)) (- width low))))))

    ;; -- lists and vectors of bits, the lowest first --

    ;; The bits as booleans, the lowest one first.
    (define (bits->list n #!optional length)
      (let ((length (bits-wanted 'bits->list n length)))
        (let loop ((i (- length 1)) (result '()))
          (if (< i 0)
              result
              (loop (- i 1) (cons (bit-set? i n) result))))))

    (define (bits-wanted who n length)
      (if length
          (begin
            (check-size who 2 length)
            length)
          (begin
            (check-size who 1 n)
            (integer-length n))))

    ;; The number whose bits are the booleans in a list, the lowest one first.
    (define (list->bits list)
      (if (not (list? list))
          (%signal-wrong-type 'list->bits 1 "a list" list))
      (pack list (length list)))

    ;; The number that the first `n` elements stand for, in halves.
    (define (pack list n)
      (if (<= n 48)
          (let loop ((rest list) (i 0) (result 0))
            (if (= i n)
                result
                (loop (cdr rest)
                      (+ i 1)
                      (if (car rest) (fxior result (fxarithmetic-shift 1 i)) result))))
          (let ((half (quotient n 2)))
            (bitwise-ior
             (pack list half)
             (arithmetic-shift (pack (list-tail list half) (- n half)) half)))))

    ;; The bits as a vector of booleans, the lowest one first.
    (define (bits->vector n #!optional length)
      (let ((length (bits-wanted 'bits->vector n length)))
        (list->vector (bits->list n length))))

    ;; The number whose bits are the booleans in a vector, the lowest one first.
    (define (vector->bits v)
      (pack (vector->list v) (vector-length v)))

    ;; The number whose bits are the booleans, the lowest one first.
    (define (bits . bits)
      (list->bits bits))

    ;; -- iteration, from the lowest bit --

    ;; Calls `(f bit result)` for each bit, the lowest one first, the first result being
    ;; `init`; the last result.
    (define (bitwise-fold f init n)
      (%check-procedure 'bitwise-fold 1 f)
      (check-size 'bitwise-fold 3 n)
      (let ((length (integer-length n)))
        (let loop ((i 0) (result init))
          (if (= i length)
              result
              (loop (+ i 1) (f (bit-set? i n) result))))))

    ;; Calls `f` with each bit as a boolean, the lowest one first.
    (define (bitwise-for-each f n)
      (%check-procedure 'bitwise-for-each 1 f)
      (check-size 'bitwise-for-each 2 n)
      (let ((length (integer-length n)))
        (let loop ((i 0))
          (if (< i length)
              (begin
                (f (bit-set? i n))
                (loop (+ i 1)))))))

    ;; The number whose bits are `(mapper seed)` for each seed until `stop?` is true, the
    ;; lowest one first.
    (define (bitwise-unfold stop? mapper successor seed)
      (let loop ((seed seed) (bits '()))
        (if (stop? seed)
            (list->bits (reverse bits))
            (let ((bit (mapper seed)))
              (loop (successor seed) (cons bit bits))))))

    ;; Its bits without end: beyond the highest one, those of the sign.
    (define (make-bitwise-generator n)
      (let ((i 0))
        (lambda ()
          (let ((bit (bit-set? i n)))
            (set! i (+ i 1))
            bit))))))
