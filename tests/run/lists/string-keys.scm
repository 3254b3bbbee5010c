;; Words counted in an association list that is updated functionally.
(define (count-word word counts)
  (cond ((null? counts) (list (cons word 1)))
        ((string=? word (caar counts))
         (cons (cons word (+ 1 (cdar counts))) (cdr counts)))
        (else (cons (car counts) (count-word word (cdr counts))))))
(let loop ((words '("the" "cat" "the" "dog" "a" "cat" "the")) (counts '()))
  (if (null? words)
      (begin
        (write counts)
        (newline))
      (loop (cdr words) (count-word (car words) counts))))
