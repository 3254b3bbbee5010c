//! Helpers for the tests of crates that build on this one.
//!
//! Unsafe here: calls primitives with raw pointers.

use crate::node::{NodeOptions, Tier, Vm};
use crate::prim::{Cx, Outcome, PrimCode, Primitive};
use termite_abi::Value;

/// A node with these primitives, the machine's own, and nothing else.
pub fn node(prims: &[Primitive]) -> Vm {
    let mut all = crate::prims::table();
    all.extend_from_slice(prims);
    Vm::new(
        all,
        None,
        NodeOptions {
            tier: Tier::Interp,
            ..NodeOptions::default()
        },
    )
}

/// Calls a plain primitive by name, as compiled code would.
pub fn call(vm: &mut Vm, name: &str, args: &[Value]) -> Outcome {
    let code = vm
        .code
        .primitives()
        .iter()
        .find(|p| p.info.name == name)
        .map(|p| p.code);
    match code {
        Some(PrimCode::Plain(f)) => {
            let ctx = vm.ctx();
            // SAFETY: the node is live and not borrowed; the arguments are a slice.
            let v = unsafe { f(ctx, args.as_ptr().cast(), args.len()) };
            match vm.error.take() {
                Some(error) => Err(error),
                None => Ok(Value(v)),
            }
        }
        Some(PrimCode::Block(body)) => {
            let mut cx = Cx { node: vm };
            match body(&mut cx, args)? {
                crate::prim::Flow::Value(v) => Ok(v),
                _ => Ok(Value::VOID),
            }
        }
        None => panic!("no primitive {name}"),
    }
}
