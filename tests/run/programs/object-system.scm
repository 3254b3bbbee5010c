;; Classes with single inheritance, methods and super calls, by macros.
(define-record-type class (make-class name parent methods) class?
  (name class-name)
  (parent class-parent)
  (methods class-methods set-class-methods!))
(define-record-type object (make-object class slots) object?
  (class object-class)
  (slots object-slots set-object-slots!))

(define (find-method class name)
  (and class
       (let ((m (assq name (class-methods class))))
         (if m (cdr m) (find-method (class-parent class) name)))))

(define (send object message . arguments)
  (let ((method (find-method (object-class object) message)))
    (if method
        (apply method object arguments)
        (error "message not understood" (class-name (object-class object)) message))))

(define (slot object name)
  (let ((s (assq name (object-slots object))))
    (if s (cdr s) (error "no such slot" name))))
(define (set-slot! object name value)
  (let ((s (assq name (object-slots object))))
    (if s
        (set-cdr! s value)
        (set-object-slots! object (cons (cons name value) (object-slots object))))))

(define-syntax define-class
  (syntax-rules ()
    ((_ name parent (method (self arg ...) body ...) ...)
     (define name
       (make-class 'name parent
                   (list (cons 'method (lambda (self arg ...) body ...)) ...))))))
(define-syntax super
  (syntax-rules ()
    ((_ class self message arg ...)
     ((find-method (class-parent class) 'message) self arg ...))))

(define (new class . arguments)
  (let ((o (make-object class '())))
    (apply send o 'init arguments)
    o))

(define-class animal #f
  (init (self name) (set-slot! self 'name name) (set-slot! self 'energy 10))
  (name (self) (slot self 'name))
  (speak (self) "...")
  (introduce (self) (string-append (send self 'name) " says " (send self 'speak)))
  (eat (self amount)
       (set-slot! self 'energy (+ amount (slot self 'energy)))
       (slot self 'energy)))
(define-class dog animal
  (speak (self) "woof")
  (eat (self amount) (super dog self eat (* 2 amount))))
(define-class puppy dog
  (init (self name) (super puppy self init (string-append "little " name))
        (set-slot! self 'age 0))
  (speak (self) (string-append (super puppy self speak) "!")))

(define pets (list (new animal "Thing") (new dog "Rex") (new puppy "Bo")))
(for-each (lambda (p) (display (send p 'introduce)) (newline)) pets)
(write (map (lambda (p) (send p 'eat 5)) pets))
(newline)
(write (slot (list-ref pets 2) 'age))
(newline)
(write (guard (e ((error-object? e)
                  (cons (error-object-message e) (error-object-irritants e))))
         (send (car pets) 'fly)))
(newline)
