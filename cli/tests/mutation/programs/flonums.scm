;; Floating point: loops whose variables are flonums, mixed arithmetic, special numbers.
(define (integrate f from to steps)
  (let ((h (/ (- to from) steps)))
    (let loop ((i 0) (sum 0.0))
      (if (= i steps)
          (* h sum)
          (loop (+ i 1) (+ sum (f (+ from (* h (+ i 0.5))))))))))

(define (newton x)
  (let loop ((guess 1.0) (n 0))
    (let ((next (/ (+ guess (/ x guess)) 2.0)))
      (if (or (> n 20) (< (abs (- next guess)) 1e-12))
          next
          (loop next (+ n 1))))))

(define (mandelbrot cr ci)
  (let loop ((zr 0.) (zi 0.) (n 0))
    (if (or (= n 20) (> (+ (* zr zr) (* zi zi)) 4.0))
        n
        (loop (+ (- (* zr zr) (* zi zi)) cr) (+ (* 2. zr zi) ci) (+ n 1)))))

(define (largest v)
  (let loop ((i 0) (best -inf.0))
    (if (< i (vector-length v))
        (loop (+ i 1) (if (> (vector-ref v i) best) (vector-ref v i) best))
        best)))

(define (run x)
  (list (integrate (lambda (x) (* x x)) 0 x 10)
        (newton x)
        (map (lambda (c) (mandelbrot c 0.3)) '(-1.0 0.25 2.0))
        (largest (vector 1.5 x -2.25 3))
        (exact (floor 2.5)) (inexact 1/3) (sqrt -4.0) (exp 0) (atan 1 1)
        (= 0.0 -0.0) (eqv? 0.0 -0.0) (/ 1. 0.) (- (/ 0. 0.) 1) (round 3.5) (truncate -2.7)))

(run 3.0)
