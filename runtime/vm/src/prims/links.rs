//! Links, monitors, and the node's registry of services.

use super::plain;
use crate::prim::{Body, Cx, Outcome, PrimError, Primitive, Raise};
use termite_abi::{Arity, Effect, PrimInfo, Value};
use termite_heap::symbols::is_symbol;

pub(super) fn rows() -> Vec<Primitive> {
    vec![
        plain!(
            "%link",
            Link,
            Arity::exactly(2),
            Alloc,
            |cx, args| {
                pids(args)?;
                cx.node.link(args[0], args[1]);
                Ok(Value::VOID)
            },
            "from, to: the exception that ends the first is sent to the second."
        ),
        plain!(
            "%unlink",
            Unlink,
            Arity::exactly(2),
            Alloc,
            |cx, args| {
                pids(args)?;
                cx.node.unlink(args[0], args[1]);
                cx.node.unlink(args[1], args[0]);
                Ok(Value::VOID)
            },
            "Removes the links between two processes, both ways."
        ),
        plain!(
            "%monitor",
            Monitor,
            Arity::exactly(1),
            Alloc,
            |cx, args| {
                pids(args)?;
                let reference = cx.node.make_tag();
                cx.node.monitor(args[0], reference);
                Ok(reference)
            },
            "`(%monitor pid)` has the running process told of another's end, by a message `(DOWN reference pid reason)`; it returns the reference."
        ),
        plain!(
            "%demonitor",
            Demonitor,
            Arity::exactly(1),
            Alloc,
            |cx, args| {
                if args[0].as_unique_tag().is_none() {
                    return Err(PrimError::wrong_type(1, "a monitor's reference", args[0]));
                }
                cx.node.demonitor(args[0]);
                Ok(Value::VOID)
            },
            "`(%demonitor reference)` takes a monitor back."
        ),
        plain!(
            "%set-signal-hook!",
            SetSignalHook,
            Arity::exactly(1),
            Leaf,
            |cx, args| {
                cx.node.set_signal_hook(args[0]);
                Ok(Value::VOID)
            },
            "Sets the procedure of no arguments that raises what has come along a link, in a process that waits for input or output."
        ),
        plain!(
            "%publish",
            Publish,
            Arity::exactly(2),
            Leaf,
            |cx, args| {
                name(args)?;
                let Some(pid) = cx.node.local_pid(args[1]) else {
                    return Err(PrimError::wrong_type(2, "a process of this node", args[1]));
                };
                cx.node.services.insert(args[0], pid);
                Ok(Value::VOID)
            },
            "name, pid: publishes a process of this node under a name."
        ),
        plain!(
            "%unpublish",
            Unpublish,
            Arity::exactly(1),
            Leaf,
            |cx, args| {
                name(args)?;
                cx.node.services.remove(&args[0]);
                Ok(Value::VOID)
            },
            "Removes a name from the node's services."
        ),
        plain!(
            "%resolve",
            Resolve,
            Arity::exactly(1),
            Leaf,
            |cx, args| {
                name(args)?;
                Ok(match cx.node.service(args[0]) {
                    Some(pid) => cx.node.pid_value(pid),
                    None => Value::FALSE,
                })
            },
            "The live process published under the name, or #f."
        ),
        plain!(
            "%services",
            Services,
            Arity::exactly(0),
            Alloc,
            |cx, _| {
                let mut names: Vec<Value> = cx.node.services.keys().copied().collect();
                names.sort_by_key(|&n| termite_heap::symbol_name(n).to_string());
                Ok(cx.heap().list(&names))
            },
            "The names of the node's services."
        ),
    ]
}

/// Checks that all arguments are pids.
fn pids(args: &[Value]) -> Result<(), Raise> {
    match args.iter().position(|a| a.as_pid().is_none()) {
        Some(i) => Err(PrimError::wrong_type(i + 1, "a process", args[i])),
        None => Ok(()),
    }
}

fn name(args: &[Value]) -> Result<(), Raise> {
    if is_symbol(args[0]) {
        Ok(())
    } else {
        Err(PrimError::wrong_type(1, "a symbol", args[0]))
    }
}
