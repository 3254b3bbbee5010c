//! Raising, and what becomes of what nothing handles.

use super::{block, plain};
use crate::prim::{Body, Cx, ErrorKind, Flow, Outcome, PrimError, Primitive, Raise};
use crate::process::Ending;
use crate::report;
use termite_abi::{Arity, Effect, Kind, PrimInfo, Value};
use termite_heap::is_kind;

/// Number of arguments of the procedure that raises; see `Node::raise_hook`.
const HOOK_ARGS: usize = 5;

pub(super) fn rows() -> Vec<Primitive> {
    vec![
        block!(
            "error",
            Arity::at_least(1),
            error,
            "`(error message irritant ...)` raises an error object with a message and irritants (R7RS 6.11)."
        ),
        block!(
            "raise",
            Arity::exactly(1),
            |_, args| {
                let mut e = PrimError::new(ErrorKind::Error, "");
                e.payload = Some(args[0]);
                Err(e)
            },
            "`(raise object)` raises an object (R7RS 6.11). It is an error for a handler to return."
        ),
        block!(
            "%uncaught",
            Arity::exactly(3),
            uncaught,
            "Reports an object that nothing handled and ends the process."
        ),
        plain!(
            "%report",
            Report,
            Arity::exactly(2),
            Alloc,
            |cx, args| {
                let report = report::caught(cx.node, args[0], args[1]);
                Ok(cx.heap().string(&report))
            },
            "object, frame: the report of an object as if nothing had handled it; of one that says nothing of its place, with the backtrace of the frame."
        ),
        plain!(
            "%set-raise-hook!",
            SetHook,
            Arity::exactly(1),
            Leaf,
            |cx, args| {
                // Raising calls it, so calling it must not raise.
                if !cx.node.is_code_for(args[0], HOOK_ARGS) {
                    return Err(PrimError::wrong_type(
                        1,
                        "a procedure of five arguments",
                        args[0],
                    ));
                }
                cx.node.raise_hook = args[0];
                Ok(Value::VOID)
            },
            "Sets the procedure that raises what primitives report."
        ),
        plain!(
            "%signal-wrong-type",
            SignalType,
            Arity::exactly(4),
            Leaf,
            |cx, args| { Err(signal(cx, args, ErrorKind::WrongType)) },
            "who, argument number, expectation, value: raises the wrong-type condition."
        ),
        plain!(
            "%signal-range",
            SignalRange,
            Arity::exactly(4),
            Leaf,
            |cx, args| { Err(signal(cx, args, ErrorKind::Range)) },
            "who, argument number, expectation, value: raises the range condition."
        ),
        plain!(
            "%signal-unbound",
            SignalUnbound,
            Arity::exactly(1),
            Leaf,
            |cx, args| {
                if !is_kind(args[0], Kind::Cell) {
                    return Err(PrimError::wrong_type(1, "a variable", args[0]));
                }
                cx.node.record_unbound(args[0]);
                Err(taken(cx))
            },
            "Raises the condition for a variable without value."
        ),
        plain!(
            "%signal-uninitialized",
            SignalUninitialized,
            Arity::between(0, 1),
            Leaf,
            |cx, _| {
                cx.node.record_uninitialized();
                Err(taken(cx))
            },
            "Raises the condition for a local variable read before its definition."
        ),
        plain!(
            "%signal-no-frame",
            SignalNoFrame,
            Arity::exactly(1),
            Leaf,
            |cx, args| {
                cx.node.record_no_frame(args[0]);
                Err(taken(cx))
            },
            "Raises the condition for a throw to something that is no frame."
        ),
    ]
}

fn taken(cx: &mut Cx<'_>) -> Raise {
    cx.node
        .error
        .take()
        .unwrap_or_else(|| PrimError::new(ErrorKind::Internal, "an error was lost"))
}

fn error(cx: &mut Cx<'_>, args: &[Value]) -> Result<Flow, Raise> {
    let message = if is_kind(args[0], Kind::String) {
        termite_heap::string_to_rust(args[0])
    } else {
        report::written(cx.node, args[0])
    };
    let mut e = PrimError::new(ErrorKind::Error, message);
    e.who = Some("");
    e.irritants.extend_from_slice(&args[1..]);
    Err(e)
}

fn signal(cx: &mut Cx<'_>, args: &[Value], kind: ErrorKind) -> Raise {
    let who = report::displayed(cx.node, args[0]);
    let expected = report::displayed(cx.node, args[2]);
    let n = report::displayed(cx.node, args[1]);
    let mut e = PrimError::new(
        kind,
        format!("{who}: argument {n} must be {expected}, but is"),
    );
    e.who = Some("");
    e.irritants.push(args[3]);
    e
}

fn uncaught(cx: &mut Cx<'_>, args: &[Value]) -> Result<Flow, Raise> {
    // Whoever is linked to it is told; else somebody else has to be.
    if !cx.node.has_outbound_links() {
        let report = report::uncaught(cx.node, args[0], args[1], args[2]);
        cx.node.flush_output();
        cx.node.log(&report);
    }
    Ok(Flow::End(Ending::Exception(args[0])))
}
