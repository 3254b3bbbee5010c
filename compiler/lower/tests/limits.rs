//! Large and deep programs: they are cut to fit the IR's limits, or refused with a
//! diagnostic; time grows with their size only.

mod support;

use support::World;
use termite_expand::core::Mode;
use termite_lower::{Options, lower};

/// Runs on a stack as big as the compiler's callers give it.
fn on_big_stack<T: Send>(f: impl FnOnce() -> T + Send) -> T {
    std::thread::scope(|s| {
        std::thread::Builder::new()
            .stack_size(1 << 30)
            .spawn_scoped(s, f)
            .unwrap()
            .join()
            .unwrap()
    })
}

fn run(text: &str) -> String {
    on_big_stack(|| {
        let plain = support::run_text(text, false);
        let optimised = support::run_text(text, true);
        assert_eq!(plain, optimised);
        plain
    })
}

fn refused(text: &str) -> String {
    on_big_stack(|| {
        let mut world = World::default();
        let file = world.sources.add("t", text);
        let module = support::front::module("t", Mode::Script, file, text, &world.units);
        let options = Options {
            max_depth: 2000,
            ..Options::default()
        };
        lower(&module, &world, options)
            .err()
            .map_or("accepted", |d| d.code)
            .to_string()
    })
}

fn repeat(n: usize, f: impl Fn(usize) -> String) -> String {
    (0..n).map(f).collect::<Vec<_>>().join("\n")
}

#[test]
fn many_toplevel_forms() {
    let text = format!(
        "(define n 0)(define (add x) (set! n (+ n x)) n)\n{}\n(display n)",
        repeat(5000, |i| format!("(add {i})"))
    );
    assert_eq!(run(&text), (0..5000).sum::<u32>().to_string());
}

#[test]
fn many_definitions() {
    let text = format!(
        "{}\n(display (f0 1))",
        repeat(3000, |i| format!(
            "(define (f{i} x) (if (< x {i}) (f{} (+ x 1)) (list x x)))",
            (i + 1) % 3000
        ))
    );
    assert_eq!(run(&text), "(1 1)");
}

#[test]
fn a_long_body_without_calls() {
    let body = repeat(8000, |i| {
        format!("(vector-set! v {} (cons {i} (vector-ref v 0)))", i % 3)
    });
    assert_eq!(
        run(&format!(
            "(define (f v) {body} (car (vector-ref v 1)))(display (f (make-vector 3 0)))"
        )),
        "7999"
    );
}

#[test]
fn many_variables_one_after_the_other() {
    let text = format!(
        "(define (f x0) (let* ({}) x4000))(display (f 1))",
        repeat(4000, |i| format!("(x{} (+ x{i} 1))", i + 1))
    );
    assert_eq!(run(&text), "4001");
}

#[test]
fn many_variables_at_once() {
    let text = format!(
        "(define (f g) (let* ({}) (g 1) (+ {})))(display (f (lambda (x) x)))",
        repeat(900, |i| format!("(x{i} (g {i}))")),
        repeat(900, |i| format!("x{i}"))
    );
    assert_eq!(run(&text), (0..900).sum::<u32>().to_string());
}

#[test]
fn too_many_variables_at_once() {
    let text = format!(
        "(define (f g) (let* ({}) (g 1) (list {} (list {}))))(display (f car))",
        repeat(1400, |i| format!("(x{i} (g {i}))")),
        repeat(800, |i| format!("x{i}")),
        repeat(800, |i| format!("x{}", i + 600))
    );
    assert_eq!(refused(&text), "too-many-variables");
}

#[test]
fn long_conditions() {
    let clauses = repeat(2000, |i| format!("((eq? x {i}) (g {i}))"));
    assert_eq!(
        run(&format!(
            "(define (f g x) (cond {clauses} (else 'none)))(display (f list 1999))(display (f list 'a))"
        )),
        "(1999)none"
    );
}

#[test]
fn long_conjunctions() {
    let parts = repeat(1500, |i| format!("(< {i} x)"));
    let text = format!(
        "(define (f x) (and {parts} (list x)))(define (g x) (if (and {parts}) 'yes 'no))(display (list (f 2000) (f 9) (g 2000) (g 9)))"
    );
    assert_eq!(run(&text), "((2000) #f yes no)");
    let parts = repeat(1500, |i| format!("(eq? {i} x)"));
    let text = format!(
        "(define (f x) (or {parts} (list x)))(define (g x) (if (or {parts}) 'yes 'no))(display (list (f 2000) (f 1499) (g 2000) (g 9)))"
    );
    assert_eq!(run(&text), "((2000) #t no yes)");
}

#[test]
fn long_joins() {
    let steps = repeat(1500, |i| format!("(x (if (eq? x {i}) (g x) (+ x 1)))"));
    assert_eq!(
        run(&format!(
            "(define (f g x) (let* ({steps}) x))(display (f + 5))"
        )),
        "1505"
    );
}

#[test]
fn deep_nesting() {
    let deep = |n: usize| {
        format!(
            "(define (f x) {}x{})(display (f 1))",
            "(+ 1 ".repeat(n),
            ")".repeat(n)
        )
    };
    assert_eq!(run(&deep(3_900)), "3901");
    assert_eq!(refused(&deep(3_900)), "nesting-too-deep");
}

#[test]
fn deep_procedures() {
    let n = 400;
    let text = format!(
        "(define (f x) {}x{})(display (f 1))",
        "((lambda (y) (cons y ".repeat(n),
        ")) 1)".repeat(n)
    );
    assert!(run(&text).ends_with(" 1 . 1)"));
}

#[test]
fn many_arguments() {
    let args = |n| repeat(n, |i| i.to_string());
    assert_eq!(
        run(&format!(
            "(define (f . l) (length l))(display (f {}))(display (+ {}))",
            args(900),
            args(900)
        )),
        format!("900{}", 900 * 899 / 2)
    );
    assert_eq!(
        refused(&format!("(display (f {}))", args(1200))),
        "too-many-arguments"
    );
    let params = repeat(1200, |i| format!("p{i}"));
    assert_eq!(
        refused(&format!("(define (f {params}) p0)")),
        "too-many-parameters"
    );
}

#[test]
fn many_closures_together() {
    let procs = repeat(300, |i| {
        format!("(p{i} (lambda (x) (if x (list p{} k) {i})))", (i + 7) % 300)
    });
    let text = format!(
        "(define (f k) (letrec ({procs}) (list {})))(display (length (f 1)))",
        repeat(300, |i| format!("p{i}"))
    );
    assert_eq!(run(&text), "300");
}
