;; The constructor names fields in any order, and may leave some out.
(define-record-type <item>
  (make-item price name)
  item?
  (name item-name)
  (price item-price set-item-price!)
  (stock item-stock set-item-stock!))
(define i (make-item 5 "pen"))
(write (list (item-name i) (item-price i)))
(newline)
(set-item-stock! i 7)
(write (item-stock i))
(newline)
