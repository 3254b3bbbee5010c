(define secret 42)
