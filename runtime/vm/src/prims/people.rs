//! What a remote REPL needs: looking at the node, and interrupting a process.

use super::plain;
use crate::node::Node;
use crate::prim::{Body, Cx, Outcome, PrimError, Primitive, Raise};
use crate::process::Pending;
use termite_abi::{Arity, Effect, Kind, PrimInfo, Value};
use termite_heap::{is_kind, string_to_rust};

pub(super) fn rows() -> Vec<Primitive> {
    vec![
        plain!(
            "%inspect",
            Inspect,
            Arity::exactly(2),
            Alloc,
            |cx, args| {
                let (command, argument) = (string(args, 0)?, string(args, 1)?);
                Ok(match cx.node.inspect(&command, &argument) {
                    Some(answer) => cx.heap().string(&answer),
                    None => Value::FALSE,
                })
            },
            "command, argument: does what a command of the REPL says; its answer, or #f when there is no such command."
        ),
        plain!(
            "%set-interrupt!",
            SetInterrupt,
            Arity::exactly(1),
            Leaf,
            |cx, args| {
                if args[0] != Value::FALSE && !args[0].is_closure() {
                    return Err(PrimError::wrong_type(1, "a procedure or #f", args[0]));
                }
                if let Some(p) = cx.node.sched.running() {
                    p.ties().interrupt = Some(args[0]).filter(|&v| v != Value::FALSE);
                }
                Ok(Value::VOID)
            },
            "Sets the procedure of no arguments that the running process calls when another one interrupts it; #f: it cannot be interrupted."
        ),
        plain!(
            "%interrupt",
            Interrupt,
            Arity::exactly(1),
            Leaf,
            |cx, args| interrupt(cx.node, args[0]),
            "Has another process of this node call what it has set for that, in the place of what it is doing; #f when it has set nothing."
        ),
    ]
}

fn string(args: &[Value], i: usize) -> Result<String, Raise> {
    if is_kind(args[i], Kind::String) {
        Ok(string_to_rust(args[i]))
    } else {
        Err(PrimError::wrong_type(i + 1, "a string", args[i]))
    }
}

fn interrupt(node: &mut Node, of: Value) -> Outcome {
    let Some(pid) = node.local_pid(of) else {
        return Err(PrimError::wrong_type(1, "a process of this node", of));
    };
    let slot = node.sched.slot(pid);
    let Some(slot) = slot.filter(|&s| node.sched.current != Some(s)) else {
        return Ok(Value::FALSE);
    };
    let Some(p) = node.sched.at(slot) else {
        return Ok(Value::FALSE);
    };
    let Some(thunk) = p.ties.as_ref().and_then(|t| t.interrupt) else {
        return Ok(Value::FALSE);
    };
    node.abandon_call(pid);
    let Some(p) = node.sched.at(slot) else {
        return Ok(Value::FALSE);
    };
    // The rest of the segment that it was to enter is dropped; its frame is the
    // continuation of the call.
    p.pending = Pending::Thunk(thunk);
    node.sched.touch(slot);
    node.sched.wake(slot);
    Ok(Value::TRUE)
}
