//! The primitives that are part of the machine: control, errors, evaluation, processes.
//! Everything else is in `stdlib`. One file an area; a row is a name, an arity, an effect
//! class, a body and a line for the manual.

mod control;
mod errors;
mod evaluation;
mod links;
mod nodes;
mod people;
mod processes;

use crate::prim::{Cx, Primitive};
use termite_abi::{Kind, Value};
use termite_heap::{fields, is_kind, list_elements};

macro_rules! block {
    ($name:literal, $arity:expr, $body:expr, $doc:literal) => {
        Primitive::block(
            PrimInfo {
                name: $name,
                arity: $arity,
                effect: Effect::Block,
                doc: $doc,
            },
            $body,
        )
    };
}

macro_rules! plain {
    ($name:literal, $type:ident, $arity:expr, $effect:ident, $body:expr, $doc:literal) => {{
        struct $type;
        impl Body for $type {
            const NAME: &'static str = $crate::prim::public_name($name);
            fn call(cx: &mut Cx<'_>, args: &[Value]) -> Outcome {
                let body: fn(&mut Cx<'_>, &[Value]) -> Outcome = $body;
                body(cx, args)
            }
        }
        Primitive::plain::<$type>(PrimInfo {
            name: $name,
            arity: $arity,
            effect: Effect::$effect,
            doc: $doc,
        })
    }};
}
use {block, plain};

/// The machine's rows of the primitive table.
pub fn table() -> Vec<Primitive> {
    let mut rows = control::rows();
    rows.extend(errors::rows());
    rows.extend(evaluation::rows());
    rows.extend(processes::rows());
    rows.extend(links::rows());
    rows.extend(nodes::rows());
    rows.extend(people::rows());
    rows
}

fn context<'a>(cx: &'a mut Cx<'_>) -> &'a mut termite_abi::VmContext {
    cx.node.context()
}

/// The fields of a condition record made by the core library, if `v` looks like one.
pub(crate) fn condition_fields(v: Value) -> Option<Vec<Value>> {
    if !is_kind(v, Kind::Record) {
        return None;
    }
    let all: Vec<Value> = fields(v).collect();
    let name = termite_heap::field(*all.first()?, termite_abi::object::RTD_NAME as usize);
    let is_condition = termite_heap::symbols::is_symbol(name)
        && matches!(
            &*termite_heap::symbol_name(name),
            "condition" | "<condition>"
        );
    (is_condition && all.len() >= 6).then(|| all[1..].to_vec())
}

/// The elements of a list value, at most `most`.
pub(crate) fn some_elements(list: Value, most: usize) -> Vec<Value> {
    list_elements(list).take(most).collect()
}
