;; @exit 70
;; @error cat-name: argument 1 must be
;; An accessor applied to a record of another type.
(define-record-type cat (make-cat name) cat? (name cat-name))
(define-record-type dog (make-dog name) dog? (name dog-name))
(define (greet pet)
  (display (cat-name pet))
  (newline))
(greet (make-cat "Tom"))
(greet (make-dog "Rex"))
