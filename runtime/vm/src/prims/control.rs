//! Procedure calls, values, continuations, the dynamic environment.

use super::{block, context, plain};
use crate::prim::{Body, Cx, Flow, Outcome, PrimError, Primitive, Raise};
use termite_abi::{Arity, Effect, PrimInfo, Value};
use termite_heap::cdr;

pub(super) fn rows() -> Vec<Primitive> {
    vec![
        block!(
            "apply",
            Arity::at_least(2),
            apply,
            "`(apply procedure argument ... list)` calls the procedure with the arguments and the elements of the list (R7RS 6.10). Raises `wrong-type` when the last argument is no list, `not-a-procedure` when there is nothing to call."
        ),
        block!(
            "values",
            Arity::at_least(0),
            |_, args| Ok(Flow::Values(args.to_vec())),
            "`(values object ...)` returns its arguments as several values (R7RS 6.10)."
        ),
        block!(
            "%throw",
            Arity::at_least(1),
            throw,
            "Returns the values to a frame."
        ),
        block!(
            "%throw-list",
            Arity::exactly(2),
            throw_list,
            "Returns the values in a list to a frame."
        ),
        plain!(
            "%capture",
            Capture,
            Arity::exactly(0),
            Leaf,
            |cx, _| Ok(Value(context(cx).k)),
            "The current continuation's frame. Compiled inline; as a value it is of no use."
        ),
        plain!(
            "%dynenv",
            DynEnv,
            Arity::exactly(0),
            Leaf,
            |cx, _| Ok(Value(context(cx).dynenv)),
            "The dynamic environment."
        ),
        plain!(
            "%set-dynenv!",
            SetDynEnv,
            Arity::exactly(1),
            Leaf,
            |cx, args| {
                context(cx).dynenv = args[0].0;
                Ok(Value::VOID)
            },
            "Replaces the dynamic environment."
        ),
        plain!(
            "%set-base-dynenv!",
            SetBase,
            Arity::exactly(1),
            Leaf,
            |cx, args| {
                cx.node.base_dynenv = args[0];
                Ok(Value::VOID)
            },
            "Sets the dynamic environment that new processes start with."
        ),
        plain!(
            "procedure-name",
            ProcedureName,
            Arity::exactly(1),
            Alloc,
            |cx, args| {
                if !args[0].is_closure() {
                    return Err(PrimError::wrong_type(1, "a procedure", args[0]));
                }
                let name = cx.node.procedure_name(args[0]);
                Ok(if name.is_empty() {
                    Value::FALSE
                } else {
                    termite_heap::intern(&name)
                })
            },
            "`(procedure-name procedure)` is the procedure's name as a symbol, or `#f`."
        ),
    ]
}

fn apply(_: &mut Cx<'_>, args: &[Value]) -> Result<Flow, Raise> {
    let last = args[args.len() - 1];
    let mut call = args[1..args.len() - 1].to_vec();
    spread(&mut call, last, args.len())?;
    Ok(Flow::Call(args[0], call))
}

/// Appends the elements of a proper list, `arg` being its number in a message.
fn spread(onto: &mut Vec<Value>, list: Value, arg: usize) -> Result<(), Raise> {
    let mut rest = list;
    // A circular list ends in an error of its own: no call takes so many arguments.
    while rest.is_pair() && onto.len() <= termite_abi::MAX_ARGS {
        onto.push(termite_heap::car(rest));
        rest = cdr(rest);
    }
    if rest.is_pair() || rest == Value::NULL {
        return Ok(());
    }
    Err(PrimError::wrong_type(arg, "a list", list))
}

fn throw(_: &mut Cx<'_>, args: &[Value]) -> Result<Flow, Raise> {
    throw_values(args[0], args[1..].to_vec())
}

fn throw_list(_: &mut Cx<'_>, args: &[Value]) -> Result<Flow, Raise> {
    let mut values = Vec::new();
    spread(&mut values, args[1], 2)?;
    throw_values(args[0], values)
}

fn throw_values(frame: Value, values: Vec<Value>) -> Result<Flow, Raise> {
    if !frame.is_frame() {
        return Err(PrimError::wrong_type(1, "a continuation", frame));
    }
    Ok(Flow::Throw { frame, values })
}
