;; A bank with tellers and a queue of customers, simulated event by event.
(define-record-type event (make-event time kind customer) event?
  (time event-time) (kind event-kind) (customer event-customer))

(define seed 17)
(define (random-below n)
  (set! seed (modulo (+ (* seed 1103515245) 12345) 2147483648))
  (modulo (quotient seed 65536) n))

(define (insert-event e events)
  (cond ((null? events) (list e))
        ((< (event-time e) (event-time (car events))) (cons e events))
        (else (cons (car events) (insert-event e (cdr events))))))

(define (make-arrivals n)
  (let loop ((i 0) (time 0) (events '()))
    (if (= i n)
        events
        (let ((time (+ time 1 (random-below 5))))
          (loop (+ i 1) time
                (insert-event (make-event time 'arrive i) events))))))

(define (simulate tellers customers)
  (let ((arrived (make-vector customers 0)))
    (let loop ((events (make-arrivals customers))
               (free tellers) (waiting '()) (served 0) (total-wait 0) (longest 0) (now 0))
      (if (null? events)
          (list 'tellers tellers 'served served 'wait total-wait 'longest longest 'end now)
          (let* ((e (car events)) (now (event-time e)) (c (event-customer e)))
            (define (start customer rest waiting free)
              (let ((wait (- now (vector-ref arrived customer))))
                (loop (insert-event (make-event (+ now 2 (random-below 8)) 'leave customer) rest)
                      free waiting (+ served 1) (+ total-wait wait) longest now)))
            (case (event-kind e)
              ((arrive)
               (vector-set! arrived c now)
               (if (> free 0)
                   (start c (cdr events) waiting (- free 1))
                   (let ((waiting (append waiting (list c))))
                     (loop (cdr events) free waiting served total-wait
                           (max longest (length waiting)) now))))
              ((leave)
               (if (pair? waiting)
                   (start (car waiting) (cdr events) (cdr waiting) free)
                   (loop (cdr events) (+ free 1) waiting served total-wait longest now)))))))))

(for-each
 (lambda (tellers)
   (set! seed 17)
   (write (simulate tellers 40))
   (newline))
 '(1 2 3))
