;;; SRFI 117, queues made of lists: elements are added at either end and taken from the
;;; front in constant time.
;;;
;;; A queue is its first and its last pair, or two empty lists.

(define-library (srfi 117)
  (export
   make-list-queue list-queue list-queue-copy list-queue-unfold list-queue-unfold-right
   list-queue? list-queue-empty?
   list-queue-front list-queue-back list-queue-list list-queue-first-last
   list-queue-set-list! list-queue-add-front! list-queue-add-back!
   list-queue-remove-front! list-queue-remove-back! list-queue-remove-all!
   list-queue-append list-queue-append! list-queue-concatenate
   list-queue-map list-queue-map! list-queue-for-each)
  (import (termite core) (termite primitives) (only (termite runtime) %check-procedure)
          (termite list))
  (begin

    (define-record-type <list-queue>
      (new-queue first last)
      list-queue?
      (first queue-first set-queue-first!)
      (last queue-last set-queue-last!))

    ;; -- arguments --

    (define (check-queue who argument x)
      (if (not (list-queue? x))
          (%signal-wrong-type who argument "a list queue" x)))

    (define (check-queues who queues)
      (let loop ((argument 1) (rest queues))
        (if (pair? rest)
            (begin
              (check-queue who argument (car rest))
              (loop (+ argument 1) (cdr rest))))))

    (define (check-filled who queue)
      (check-queue who 1 queue)
      (if (null? (queue-first queue))
          (%signal-wrong-type who 1 "a list queue that is not empty" queue)))

    ;; -- constructors --

    ;; Around the list itself; `last` is its last pair.
    (define (make-list-queue list #!optional (last #!default))
      (if (not (list? list))
          (%signal-wrong-type 'make-list-queue 1 "a list" list))
      (new-queue list (if (%default-object? last) (end-of list) last)))

    (define (end-of list)
      (if (null? list) '() (last-pair list)))

    ;; A queue of the arguments.
    (define (list-queue . elements)
      (new-queue elements (end-of elements)))

    ;; A new queue of the same elements.
    (define (list-queue-copy queue)
      (check-queue 'list-queue-copy 1 queue)
      (make-list-queue (list-copy (queue-first queue))))

    ;; Adds what is unfolded to the front of a queue.
    (define (list-queue-unfold stop? mapper successor seed #!optional (queue (list-queue)))
      (check-queue 'list-queue-unfold 5 queue)
      (let loop ((seed seed) (elements '()))
        (if (stop? seed)
            (put-front! queue elements)
            (let ((x (mapper seed)))
              (loop (successor seed) (cons x elements))))))

    ;; The elements of a list at the front, the last one first.
    (define (put-front! queue elements)
      (for-each (lambda (x) (list-queue-add-front! queue x)) elements)
      queue)

    ;; Adds what is unfolded to the back of a queue.
    (define (list-queue-unfold-right stop? mapper successor seed #!optional (queue (list-queue)))
      (check-queue 'list-queue-unfold-right 5 queue)
      (let loop ((seed seed) (elements '()))
        (if (stop? seed)
            (begin
              (for-each (lambda (x) (list-queue-add-back! queue x)) elements)
              queue)
            (let ((x (mapper seed)))
              (loop (successor seed) (cons x elements))))))

    ;; -- access --

    ;; Whether the queue has no elements.
    (define (list-queue-empty? queue)
      (check-queue 'list-queue-empty? 1 queue)
      (null? (queue-first queue)))

    ;; The first element. Raises an error when the queue is empty.
    (define (list-queue-front queue)
      (check-filled 'list-queue-front queue)
      (car (queue-first queue)))

    ;; The last element. Raises an error when the queue is empty.
    (define (list-queue-back queue)
      (check-filled 'list-queue-back queue)
      (car (queue-last queue)))

    ;; The list itself, not a copy.
    (define (list-queue-list queue)
      (check-queue 'list-queue-list 1 queue)
      (queue-first queue))

    ;; Two values: the first and the last pair of the list, which are () when it is
    ;; empty.
    (define (list-queue-first-last queue)
      (check-queue 'list-queue-first-last 1 queue)
      (values (queue-first queue) (queue-last queue)))

    ;; -- changing a queue --

    ;; Gives the queue another list, whose last pair may be given to save time.
    (define (list-queue-set-list! queue list #!optional (last #!default))
      (check-queue 'list-queue-set-list! 1 queue)
      (if (not (list? list))
          (%signal-wrong-type 'list-queue-set-list! 2 "a list" list))
      (set-queue-first! queue list)
      (set-queue-last! queue (if (%default-object? last) (end-of list) last)))

    ;; Adds an element to the front.
    (define (list-queue-add-front! queue x)
      (check-queue 'list-queue-add-front! 1 queue)
      (let ((pair (cons x (queue-first queue))))
        (if (null? (queue-first queue))
            (set-queue-last! queue pair))
        (set-queue-first! queue pair)))

    ;; Adds an element to the back.
    (define (list-queue-add-back! queue x)
      (check-queue 'list-queue-add-back! 1 queue)
      (let ((pair (cons x '())))
        (if (null? (queue-first queue))
            (set-queue-first! queue pair)
            (set-cdr! (queue-last queue) pair))
        (set-queue-last! queue pair)))

    ;; Removes the first element, which is the value. Raises an error when the queue is
    ;; empty.
    (define (list-queue-remove-front! queue)
      (check-filled 'list-queue-remove-front! queue)
      (let ((pair (queue-first queue)))
        (set-queue-first! queue (cdr pair))
        (if (null? (cdr pair))
            (set-queue-last! queue '()))
        (car pair)))

    ;; Takes time in proportion to the length.
    (define (list-queue-remove-back! queue)
      (check-filled 'list-queue-remove-back! queue)
      (let ((x (car (queue-last queue))) (first (queue-first queue)))
        (if (null? (cdr first))
            (list-queue-remove-all! queue)
            (let loop ((pair first))
              (if (null? (cddr pair))
                  (begin
                    (set-cdr! pair '())
                    (set-queue-last! queue pair))
                  (loop (cdr pair)))))
        x))

    ;; Empties the queue; the list that it had.
    (define (list-queue-remove-all! queue)
      (check-queue 'list-queue-remove-all! 1 queue)
      (let ((list (queue-first queue)))
        (set-queue-first! queue '())
        (set-queue-last! queue '())
        list))

    ;; -- several queues --

    ;; A new queue of the elements of queues.
    (define (list-queue-append . queues)
      (check-queues 'list-queue-append queues)
      (list-queue-concatenate queues))

    ;; A new queue of the elements of the queues in a list.
    (define (list-queue-concatenate queues)
      (check-queues 'list-queue-concatenate queues)
      (make-list-queue (list-copy (apply append (map queue-first queues)))))

    ;; Uses up the pairs of its arguments.
    (define (list-queue-append! . queues)
      (check-queues 'list-queue-append! queues)
      (make-list-queue (apply append! (map queue-first queues))))

    ;; -- all elements --

    ;; A new queue of the results of `f`.
    (define (list-queue-map f queue)
      (%check-procedure 'list-queue-map 1 f)
      (check-queue 'list-queue-map 2 queue)
      (make-list-queue (map f (queue-first queue))))

    ;; Replaces each element by the result of `f`.
    (define (list-queue-map! f queue)
      (%check-procedure 'list-queue-map! 1 f)
      (check-queue 'list-queue-map! 2 queue)
      (for-each-pair (lambda (pair) (let ((x (f (car pair)))) (set-car! pair x)))
                     (queue-first queue)))

    (define (for-each-pair f list)
      (if (pair? list)
          (begin
            (f list)
            (for-each-pair f (cdr list)))))

    ;; Calls `f` with each element.
    (define (list-queue-for-each f queue)
      (%check-procedure 'list-queue-for-each 1 f)
      (check-queue 'list-queue-for-each 2 queue)
      (for-each f (queue-first queue)))))
