//! Depth, length and speed: nothing overflows the stack, long flat forms work, and
//! expansion is linear in practice.

mod support;

use support::host::{TestHost, expander};
use termite_expand::{Diagnostics, Environment, Expanded, Expander, Interface, with_big_stack};
use termite_syntax::{Datum, DatumKind, Diagnostic, FileId, read_all};

fn expand(text: &str) -> Result<Expanded, Diagnostics> {
    let mut host = TestHost::new(&[]);
    let source = host.source("script.scm", text);
    expander().expand_script(&mut host, "script", &source)
}

/// `before` so many times, `middle`, `after` as often.
fn nest(before: &str, middle: &str, after: &str, depth: usize) -> String {
    format!("{}{middle}{}", before.repeat(depth), after.repeat(depth))
}

/// Forms that nest, each as what stands before and after the next one.
const NESTS: &[(&str, &str)] = &[
    ("(list ", ")"),
    ("(", ")"),
    ("'(", ")"),
    ("#(", ")"),
    ("(lambda (x) ", ")"),
    ("(lambda () (define y 1) ", ")"),
    ("(let ((x 1)) ", ")"),
    ("(let ((x ", ")) x)"),
    ("(let loop ((x 1)) ", ")"),
    ("(let* ((x 1) (y x)) ", ")"),
    ("(letrec ((f (lambda () ", "))) f)"),
    ("(do ((i 0 (+ i 1))) ((= i 1)) ", ")"),
    ("(if 1 2 ", ")"),
    ("(cond (1 ", "))"),
    ("(case 1 ((1) ", "))"),
    ("(and 1 ", ")"),
    ("(or 1 ", ")"),
    ("(when 1 ", ")"),
    ("(begin ", ")"),
    ("(define (f) ", ")"),
    ("(let () (define x ", ") x)"),
    ("(let-values (((a b) ", ")) a)"),
    ("(receive (a . b) ", " a)"),
    ("(parameterize ((p 1)) ", ")"),
    ("(guard (e (1 2)) ", ")"),
    ("(guard (e (1 ", ")) 1)"),
    ("(delay ", ")"),
    ("(case-lambda ((x) ", "))"),
    ("(lambda (#!optional (x ", ")) x)"),
    ("`(1 ,(list ", "))"),
    ("`(1 (", "))"),
    ("`", ""),
    ("(quasiquote (unquote ", "))"),
    ("(set! x ", ")"),
    ("(assert ", ")"),
    ("(cond-expand (r7rs ", "))"),
    ("(cond-expand ((not ", ") 1))"),
    ("(let-syntax ((m (syntax-rules () ((_ e) e)))) ", ")"),
    ("(define-syntax m (syntax-rules () ((_ ", ") 1)))"),
    ("(define-macro (m) ", ")"),
    ("(my-id ", ")"),
    ("(my-let ", ")"),
    ("(my-quote (", "))"),
    ("(define-values (x) ", ")"),
    ("(import (only ", " car))"),
    ("(define-library (a) (cond-expand (else ", ")))"),
    ("(define (", " x) 1)"),
];

const MACROS: &str = "(define-syntax my-id (syntax-rules () ((_ e) e)))
(define-syntax my-let (syntax-rules () ((_ e) (let ((tmp 1)) (if tmp e tmp)))))
(define-syntax my-quote (syntax-rules () ((_ e) 'e)))
";

#[test]
fn deep_nesting_is_a_fault_on_a_small_stack() {
    for (before, after) in NESTS {
        for depth in [140, 290, 3_000, 100_000] {
            let text = format!("{MACROS}{}", nest(before, "1", after, depth));
            drop(expand(&text));
        }
    }
}

/// A form nested in itself, deeper than any text may be, as `eval` can get it.
fn nested_datum(before: &str, after: &str, depth: usize) -> Option<Datum> {
    let form = read_all(FileId::NONE, &format!("{before} hole {after}"))
        .ok()?
        .pop()?;
    let inner = read_all(FileId::NONE, "1").ok()?.pop()?;
    Some((0..depth).fold(inner, |inner, _| fill(&form, &inner)))
}

fn fill(form: &Datum, hole: &Datum) -> Datum {
    match &form.kind {
        DatumKind::Pair(pair) => {
            Datum::cons(fill(&pair.car, hole), fill(&pair.cdr, hole), form.span)
        }
        DatumKind::Vector(items) => Datum::vector(
            items.iter().map(|item| fill(item, hole)).collect(),
            form.span,
        ),
        _ if form.is_symbol("hole") => hole.clone(),
        _ => form.clone(),
    }
}

/// What is wrong with an entry, if anything.
fn entry(datum: &Datum) -> Vec<Diagnostic> {
    let mut host = TestHost::new(&[]);
    let mut expander = expander();
    let mut environment = expander.interaction_environment(&mut host).unwrap();
    for datum in read_all(FileId::NONE, MACROS).unwrap() {
        expander
            .expand_entry(&mut host, &mut environment, &datum)
            .unwrap();
    }
    expander
        .expand_entry(&mut host, &mut environment, datum)
        .err()
        .unwrap_or_default()
}

#[test]
fn deep_nesting_works_on_a_big_stack() {
    let too_deep = |depth: usize, (before, after): &(&str, &str)| {
        let faults = nested_datum(before, after, depth).map(|datum| entry(&datum));
        faults
            .unwrap_or_default()
            .iter()
            .any(|fault| fault.code == "nesting-too-deep")
    };
    with_big_stack(|| {
        for nesting in NESTS {
            assert!(!too_deep(1_200, nesting), "{nesting:?}");
            for depth in [4_990, 9_990] {
                too_deep(depth, nesting);
            }
        }
        assert!(too_deep(100_000, &NESTS[0]));
    });
}

#[test]
fn deep_nesting_is_told() {
    let datum = nested_datum("(list", ")", 100_000).unwrap();
    let errors = with_big_stack(|| entry(&datum));
    assert_eq!(errors[0].code, "nesting-too-deep");
    assert_eq!(errors[0].message, "expression nested too deep");
}

const LONG: usize = 10_000;

/// `head`, the item so many times (`#` becomes its number), `tail`.
fn long(head: &str, item: &str, tail: &str) -> String {
    let items: Vec<String> = (0..LONG)
        .map(|i| item.replace('#', &i.to_string()))
        .collect();
    format!("{head}{}{tail}", items.join(" "))
}

#[test]
fn long_flat_forms_work() {
    let forms = [
        long("(cond ", "((= x #) '#)", " (else 1))"),
        long("(cond ", "((f #))", ")"),
        long("(case x ", "((#) #)", " (else 1))"),
        long("(case x ((", "#", ") 1))"),
        long("(let* (", "(x# #)", ") x0)"),
        long("(let* (", "(x x)", ") x)"),
        long("(let (", "(x# #)", ") x0)"),
        long("(letrec (", "(x# (lambda () x0))", ") x0)"),
        long("(let*-values (", "((a b) (values # #))", ") a)"),
        long("(begin ", "(f #)", ")"),
        long("(and ", "(f #)", ")"),
        long("(or ", "(f #)", ")"),
        long("'(", "#", ")"),
        long("`(", "#", " ,x)"),
        long("`(", ",x", ")"),
        long("`(", ",@x", ")"),
        long("'#(", "#", ")"),
        long("(list ", "#", ")"),
        long("", "(define (f# x) (g x))", ""),
        long("(define (f) ", "(define x# #)", " x0)"),
        long("(lambda (", "x#", ") x0)"),
        long("(case-lambda ", "((x) x)", ")"),
        long(
            "(define-syntax m (syntax-rules () ",
            "((_ #) 1)",
            ")) (m 9999)",
        ),
        long(
            "(define-syntax m (syntax-rules () ((_ x ...) '(x ... (x) ...)))) (m ",
            "#",
            ")",
        ),
        long(
            "(define-syntax m (syntax-rules () ((_ x ...) (begin (define x 1) ...)))) (m ",
            "x#",
            ")",
        ),
        long("(define-record-type t #f t? ", "(f# get#)", ")"),
        long("(parameterize (", "(p #)", ") 1)"),
    ];
    with_big_stack(|| {
        for form in &forms {
            if let Err(errors) = expand(form) {
                panic!("{}...: {errors:?}", &form[..60]);
            }
        }
    });
}

#[test]
fn recursive_macros_over_a_thousand_elements() {
    let text = "(define-syntax my-list (syntax-rules () ((_) '()) ((_ x . r) (cons x (my-list . r)))))
        (define-syntax count (syntax-rules () ((_ () n) 'n) ((_ (x . r) (n ...)) (count r (x n ...)))))";
    let items: Vec<String> = (0..1000).map(|i| i.to_string()).collect();
    let items = items.join(" ");
    let text = format!("{text} (my-list {items}) (count ({items}) ())");
    with_big_stack(|| assert!(expand(&text).is_ok()));
}

/// 40 KB of ordinary code. The bound is generous: it is for an unoptimised build on a
/// busy machine.
#[test]
fn forty_kilobytes_in_good_time() {
    let part = "
(define-syntax while# (syntax-rules () ((_ c b ...) (let loop () (when c b ... (loop))))))
(define (fact# n) (if (= n 0) 1 (* n (fact# (- n 1)))))
(define (assoc-ref# alist key default)
  (let loop ((rest alist))
    (cond ((null? rest) default)
          ((equal? (car (car rest)) key) (cdr (car rest)))
          (else (loop (cdr rest))))))
(define-record-type point# (make-point# x y) point#? (x point#-x set-point#-x!) (y point#-y))
(define (sum# . items) (let* ((a 0) (b (length items))) (do ((i 0 (+ i 1))) ((= i b) a) (set! a (+ a i)))))
(define (quasi# x) `(a ,x (b ,@(list x x)) c))
(define (looping# n) (let ((i 0)) (while# (< i n) (set! i (+ i 1))) i))
";
    let text: String = (0..60).map(|i| part.replace('#', &i.to_string())).collect();
    assert!(text.len() > 40_000);
    let start = std::time::Instant::now();
    with_big_stack(|| assert!(expand(&text).is_ok()));
    let elapsed = start.elapsed();
    println!("{} bytes in {elapsed:?}", text.len());
    assert!(elapsed.as_millis() < 1_000, "{elapsed:?}");
}

/// Each macro defines the next one with what the one before inserted: aliases of aliases.
#[test]
fn a_long_chain_of_macros_that_define_macros() {
    let chain = |links: usize| {
        let next = (0..links).map(|i| format!("(a{i} a{})", i + 1));
        let next: Vec<String> = next.collect();
        format!(
            "(define-syntax m (syntax-rules () ((_ n x)
               (define-syntax n (syntax-rules () ((_ next) (m next x)))))))
             (m a0 seed) {}",
            next.join(" ")
        )
    };
    assert!(expand(&chain(900)).is_ok());
    let errors = expand(&chain(1_100)).unwrap_err();
    assert_eq!(errors[0].code, "nesting-too-deep");
}

#[test]
fn results_cross_threads() {
    fn crosses<T: Send>() {}
    fn shared<T: Sync>() {}
    crosses::<Expander>();
    crosses::<Environment>();
    crosses::<Expanded>();
    crosses::<Datum>();
    shared::<Interface>();
}

#[test]
fn with_big_stack_passes_values_and_panics() {
    let text = String::from("borrowed");
    assert_eq!(with_big_stack(|| text.len()), 8);
    assert_eq!(with_big_stack(|| with_big_stack(|| 1)), 1);
    let caught = std::panic::catch_unwind(|| with_big_stack(|| panic!("inside")));
    assert_eq!(caught.unwrap_err().downcast_ref::<&str>(), Some(&"inside"));
}
