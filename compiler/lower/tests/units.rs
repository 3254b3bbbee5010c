//! What goes from one unit to another: inline bodies, constants, clauses, hashes.

mod support;

use support::World;
use termite_expand::core::Mode;
use termite_ir::VarKind;
use termite_lower::{ExportKind, Options};

const LIST: &str = "
(define (check-end who list end) (if (not (null? end)) (error who list)))
(define (each-1 f list)
  (let loop ((rest list))
    (if (pair? rest) (begin (f (car rest)) (loop (cdr rest))) (check-end 'each list rest))))
(define (each-n f lists) (if (pair? lists) (begin (each-1 f (car lists)) (each-n f (cdr lists)))))
(define each (case-lambda ((f list) (each-1 f list)) ((f list . more) (each-n f (cons list more)))))
(define kind (vector 'point))
(define (make-point x y) (%make-record kind x y))
(define (point-x p) (%record-ref p kind 'point-x 0))
(define limit 'high)
(define table '#(1 2 (3)))
(define count 0)
(define (count!) (set! count (+ count 1)) count)
(define (opt a #!optional (b)) a)
";

fn world() -> World {
    let mut world = World::default();
    let list = LIST.replace("#!optional (b)", "#!optional b");
    world.add("lib/list", Mode::Library, &list, Options::default());
    world
}

/// The script's IR, as text.
fn lowered(script: &str) -> String {
    let unit = world()
        .add("script", Mode::Script, script, Options::default())
        .unit;
    termite_ir::print(&unit)
}

#[test]
fn accessors_are_inlined() {
    let text = lowered(
        "(define (f p) (point-x (make-point (point-x p) 2)))(display (f (make-point 1 2)))",
    );
    assert!(
        text.contains("%record-ref .0") && !text.contains("call-import"),
        "{text}"
    );
    assert!(
        text.contains("import 0 *"),
        "the exporter's variable is linked:\n{text}"
    );
}

#[test]
fn loops_are_inlined_where_a_procedure_is_passed() {
    let text = lowered("(define (f l k) (each (lambda (x) (display (cons x k))) l))(f '(1 2) 3)");
    assert!(
        text.contains("jump-point") && !text.contains("make-closure"),
        "{text}"
    );
    let text = lowered("(define (f g l) (each g l))(f one '(1 2))(f two '())");
    assert!(text.contains("call-import"), "{text}");
}

#[test]
fn constants_are_known() {
    let text = lowered("(display (if (eq? limit 'high) 1 2))(display table)");
    assert!(
        !text.contains("cell-ref") && !text.contains("branch"),
        "{text}"
    );
}

#[test]
fn variables_stay_variables() {
    let text = lowered("(count!)(display count)");
    assert!(
        text.contains("call-import") && text.contains("cell-ref"),
        "{text}"
    );
}

#[test]
fn clauses_are_entered_directly() {
    let text = lowered("(define (f x) (each display x x x))(f '())(display (opt 1))");
    assert!(text.contains("call-import"), "{text}");
    assert!(!text.contains("call %"), "{text}");
}

#[test]
fn interfaces_say_how_to_call() {
    let world = world();
    let interface = &world.units["lib/list"];
    let kind = |name: &str| interface.export(name).unwrap().unwrap().kind;
    assert!(matches!(kind("point-x"), ExportKind::Proc { arity: 1, .. }));
    assert!(
        matches!(kind("each"), ExportKind::Clauses { ref clauses, .. } if clauses.len() == 2 && clauses[1].rest)
    );
    assert!(matches!(kind("count"), ExportKind::Assigned(_)));
    assert!(
        interface
            .export("point-x")
            .unwrap()
            .unwrap()
            .inline
            .is_some()
    );
    assert!(
        interface
            .export("count!")
            .unwrap()
            .unwrap()
            .inline
            .is_none(),
        "it writes a variable"
    );
}

#[test]
fn imports_are_recorded_by_hash() {
    let mut world = world();
    let hash = world.units["lib/list"].hash;
    let unit = world
        .add(
            "script",
            Mode::Script,
            "(display (point-x (make-point 1 2)))",
            Options::default(),
        )
        .unit;
    assert_eq!(unit.imports[0].hash, hash);
    assert!(
        unit.vars
            .iter()
            .any(|v| matches!(v.kind, VarKind::Import(..)))
    );
}
