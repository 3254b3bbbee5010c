;; Assignment conversion: a variable that is assigned becomes one that holds a
;; box, so that afterwards no variable ever changes and copies are as good as the
;; variable itself.
;;
;;   input:  fixed-language         output: converted-language

(define-library (bench.local/experiment compiler assign)
  (export convert-assignments assign-source)
  (import (scheme base)
          (bench.local/experiment compiler source)
          (bench.local/experiment compiler tree))
  (begin

(define-with-source assign-source

(define (assigned? variable)
  (> (variable-sets variable) 0))

(define (convert-assignments e)
  (case (kind e)
    ((ref) (if (assigned? (ref-variable e))
               (prim-node '%box-ref (list e))
               e))
    ((set!) (prim-node '%box-set!
                       (list (ref-node (set-variable e))
                             (convert-assignments (set-value e)))))
    ((lambda) (box-params e (convert-assignments (lambda-body e))))
    ((let) (let-node (binding-variables e)
                     (map-in-order box-init
                                   (map cons
                                        (binding-variables e)
                                        (binding-inits e)))
                     (convert-assignments (binding-body e))))
    (else (map-subtrees convert-assignments e))))

(define (box-init binding)
  (let ((init (convert-assignments (cdr binding))))
    (if (assigned? (car binding))
        (prim-node '%make-box (list init))
        init)))

;; An assigned parameter arrives under another name and is put into a box.
(define (box-params e body)
  (let* ((boxed (filter assigned? (lambda-formals e)))
         (arriving (map (lambda (v) (make-variable (variable-name v))) boxed))
         (replace (lambda (v)
                    (if (assigned? v)
                        (list-ref arriving (index-in v boxed))
                        v))))
    (lambda-node (map replace (lambda-params e))
                 (and (lambda-rest e) (replace (lambda-rest e)))
                 (wrap-let boxed
                           (map (lambda (v)
                                  (prim-node '%make-box (list (ref-node v))))
                                arriving)
                           body))))

)
  ))
