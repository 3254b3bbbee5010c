//! The primitives that mutants may call: those of the real table, less what would reach
//! the machine that the test runs on, or would make two runs differ.

use termite_abi::{PrimFn, Value};
use termite_cli::engine;
use termite_vm::prim::{BlockFn, Body, shim};
use termite_vm::{
    Cx, Ending, ErrorKind, Flow, Node, Outcome, PrimCode, PrimError, Primitive, Raise, report,
};

/// Primitives that touch files, other programs or the process itself.
const DANGEROUS: &[&str] = &[
    "%exit",
    "%compile",
    "%compile-file",
    "%environment",
    "%open-append-file",
    "open-input-file",
    "open-binary-input-file",
    "open-output-file",
    "open-binary-output-file",
    "file-exists?",
    "delete-file",
    "%node-init",
    "%node-state",
];

/// Parts of names that a new dangerous primitive would have.
const SUSPICIOUS: &[&str] = &[
    "file",
    "exit",
    "process",
    "socket",
    "tcp",
    "system",
    "directory",
];

/// Primitives whose result depends on time, chance, or what ran before.
const UNSTEADY: &[&str] = &[
    "current-jiffy",
    "current-second",
    "random-integer",
    "random-real",
    "%random-seed!",
    "%random-state",
    "%set-random-state!",
    "%random-state-from",
    "%gc-statistics",
    "get-environment-variable",
    "get-environment-variables",
    "%char-ready?",
    "%u8-ready?",
    "%deadline",
    "%code-statistics",
    "%traffic",
    "%make-tag",
    "%call-start",
    "%self",
    "%spawn",
];

/// The report of the last object that nothing handled.
#[derive(Default)]
pub struct LastReport(pub String);

pub fn primitives() -> Vec<Primitive> {
    engine::primitives().into_iter().map(tamed).collect()
}

fn is_refused(name: &str) -> bool {
    DANGEROUS.contains(&name) || SUSPICIOUS.iter().any(|part| name.contains(part))
}

fn tamed(p: Primitive) -> Primitive {
    let name = p.info.name;
    let code = match p.code {
        PrimCode::Plain(_) if is_refused(name) => plain::<Refuse>(),
        PrimCode::Block(_) if is_refused(name) => PrimCode::Block(refuse as BlockFn),
        PrimCode::Plain(_) if UNSTEADY.contains(&name) => plain::<Constant>(),
        _ if name == "%uncaught" => PrimCode::Block(uncaught as BlockFn),
        code => code,
    };
    Primitive { code, ..p }
}

fn plain<B: Body>() -> PrimCode {
    PrimCode::Plain(shim::<B> as PrimFn)
}

struct Refuse;

impl Body for Refuse {
    const NAME: &'static str = "refused";
    fn call(_: &mut Cx<'_>, _: &[Value]) -> Outcome {
        Err(refusal())
    }
}

fn refuse(_: &mut Cx<'_>, _: &[Value]) -> Result<Flow, Raise> {
    Err(refusal())
}

fn refusal() -> Raise {
    PrimError::new(ErrorKind::Error, "not in a test")
}

struct Constant;

impl Body for Constant {
    const NAME: &'static str = "constant";
    fn call(_: &mut Cx<'_>, _: &[Value]) -> Outcome {
        Ok(Value::fixnum(12345))
    }
}

/// As the real one, but the report is kept instead of printed.
fn uncaught(cx: &mut Cx<'_>, args: &[Value]) -> Result<Flow, Raise> {
    let text = report::uncaught(cx.node, args[0], args[1], args[2]);
    keep_report(cx.node, text);
    Ok(Flow::End(Ending::Exception(args[0])))
}

fn keep_report(node: &mut Node, text: String) {
    *node.state::<LastReport>() = LastReport(text);
}
