;;; SRFI 60, exact integers as two's complement bits.

(define-library (srfi 60)
  (export
   bitwise-and (rename bitwise-and logand) bitwise-ior (rename bitwise-ior logior)
   bitwise-xor (rename bitwise-xor logxor) bitwise-not (rename bitwise-not lognot)
   bitwise-if (rename bitwise-if bitwise-merge)
   any-bits-set? (rename any-bits-set? logtest)
   bit-count (rename bit-count logcount)
   integer-length first-set-bit (rename first-set-bit log2-binary-factors)
   bit-set? (rename bit-set? logbit?) copy-bit bit-field copy-bit-field
   arithmetic-shift (rename arithmetic-shift ash)
   rotate-bit-field reverse-bit-field
   integer->list list->integer booleans->integer)
  (import (termite core)
          (termite primitives)
          (rename (only (srfi 151)
                        bitwise-if any-bit-set? copy-bit bit-field bit-field-replace
                        bit-field-rotate bit-field-reverse bits->list list->bits)
                  (any-bit-set? any-bits-set?)
                  (bit-field-rotate rotate-bit-field)
                  (bit-field-reverse reverse-bit-field)))
  (begin

    ;; `to` with the bits from `start` to before `end` replaced by the lowest ones of
    ;; `from`.
    (define (copy-bit-field to from start end)
      (bit-field-replace to from start end))

    ;; Lists of bits begin with the highest one.

    (define (integer->list n #!optional length)
      (reverse (bits->list n length)))

    ;; The number whose bits are the booleans in a list, the highest one first.
    (define (list->integer list)
      (if (not (list? list))
          (%signal-wrong-type 'list->integer 1 "a list" list))
      (list->bits (reverse list)))

    ;; The number whose bits are the booleans, the highest one first.
    (define (booleans->integer . booleans)
      (list->integer booleans))))
