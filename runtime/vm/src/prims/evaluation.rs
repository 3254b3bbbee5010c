//! Evaluation through the host, the collector, the end of the program.

use super::{block, plain};
use crate::prim::{Body, Cx, ErrorKind, Flow, Outcome, PrimError, Primitive, Raise};
use crate::process::Ending;
use termite_abi::{Arity, Effect, Kind, PrimInfo, Value};
use termite_heap::is_kind;

pub(super) fn rows() -> Vec<Primitive> {
    vec![
        block!(
            "%compile",
            Arity::exactly(2),
            compile,
            "Compiles a datum for an environment: a list of procedures of no arguments, to be called in order; the last one gives the value."
        ),
        block!(
            "%compile-file",
            Arity::exactly(2),
            compile_file,
            "As `%compile`, for the forms of a file."
        ),
        block!(
            "%compile-text",
            Arity::exactly(1),
            compile_text,
            "As `%compile`, for text in the session's environment; a string, the diagnostics, when it is wrong."
        ),
        block!(
            "%environment",
            Arity::exactly(1),
            environment,
            "The environment made by a list of import sets."
        ),
        block!(
            "module-search-order-add!",
            Arity::exactly(1),
            |cx, args| {
                let directory = string_argument(args)?;
                change_search_order(cx, Some(&directory))
            },
            "`(module-search-order-add! directory)` looks for libraries in this directory first, from now on."
        ),
        block!(
            "module-search-order-reset!",
            Arity::exactly(0),
            |cx, _| change_search_order(cx, None),
            "`(module-search-order-reset!)` looks for libraries in no directory any more: the installed and the built-in ones remain."
        ),
        block!(
            "module-whitelist-add!",
            Arity::exactly(1),
            |cx, args| {
                let source = string_argument(args)?;
                let added = with_host(cx, |host, _| {
                    let added = host.whitelist(&source);
                    added.map_err(|why| PrimError::new(ErrorKind::Error, why))?;
                    Ok(Value::VOID)
                })?;
                Ok(Flow::Value(added))
            },
            "`(module-whitelist-add! prefix)` lets libraries whose names begin so, a host, host/user or more, be installed when an import or a message names them. Raises an error for what is no such name."
        ),
        block!(
            "%exit",
            Arity::exactly(1),
            exit,
            "Ends the OS process with an exit code."
        ),
        block!(
            "%gc",
            Arity::exactly(0),
            |cx, _| {
                let _ = cx.node.collect_with(&[]);
                Ok(Flow::Value(Value::VOID))
            },
            "`(%gc)` collects everything that is unreachable, now."
        ),
        plain!(
            "%gc-statistics",
            GcStatistics,
            Arity::exactly(0),
            Alloc,
            |cx, _| {
                let s = cx.node.heap.stats();
                let n = |v: u64| Value::fixnum((v >> 4) as i64 * 16);
                let counts = [
                    Value::fixnum(s.minor_collections as i64),
                    Value::fixnum(s.full_collections as i64),
                    n(s.allocated),
                ];
                Ok(cx.heap().vector_from(&counts))
            },
            "`(%gc-statistics)` is a vector of minor collections, full collections, and bytes allocated (in steps of 16)."
        ),
    ]
}

fn with_host(
    cx: &mut Cx<'_>,
    f: impl FnOnce(&mut dyn crate::host::Host, &mut crate::node::Node) -> Result<Value, Raise>,
) -> Result<Value, Raise> {
    let Some(mut host) = cx.node.host.take() else {
        return Err(PrimError::new(
            ErrorKind::Error,
            "there is no compiler in this program",
        ));
    };
    let result = f(host.as_mut(), cx.node);
    cx.node.host = Some(host);
    result
}

fn compile(cx: &mut Cx<'_>, args: &[Value]) -> Result<Flow, Raise> {
    Ok(Flow::Value(with_host(cx, |host, node| {
        host.compile(node, args[0], args[1])
    })?))
}

fn compile_text(cx: &mut Cx<'_>, args: &[Value]) -> Result<Flow, Raise> {
    let text = string_argument(args)?;
    Ok(Flow::Value(with_host(cx, |host, node| {
        Ok(match host.compile_text(node, &text) {
            Ok(thunks) => node.heap.list(&thunks),
            Err(diagnostics) => node.heap.string(&diagnostics),
        })
    })?))
}

fn string_argument(args: &[Value]) -> Result<String, Raise> {
    if !is_kind(args[0], Kind::String) {
        return Err(PrimError::wrong_type(1, "a string", args[0]));
    }
    Ok(termite_heap::string_to_rust(args[0]))
}

fn change_search_order(cx: &mut Cx<'_>, directory: Option<&str>) -> Result<Flow, Raise> {
    Ok(Flow::Value(with_host(cx, |host, _| {
        host.search_order(directory);
        Ok(Value::VOID)
    })?))
}

fn compile_file(cx: &mut Cx<'_>, args: &[Value]) -> Result<Flow, Raise> {
    let path = string_argument(args)?;
    Ok(Flow::Value(with_host(cx, |host, node| {
        host.compile_file(node, &path, args[1])
    })?))
}

fn environment(cx: &mut Cx<'_>, args: &[Value]) -> Result<Flow, Raise> {
    Ok(Flow::Value(with_host(cx, |host, node| {
        host.environment(node, args[0])
    })?))
}

/// R7RS 6.14: no argument or #t is success, #f failure, an integer itself.
fn exit(_: &mut Cx<'_>, args: &[Value]) -> Result<Flow, Raise> {
    let code = match args[0] {
        Value::FALSE => 1,
        v if v.is_fixnum() => (v.as_fixnum() & 0xff) as i32,
        _ => 0,
    };
    Ok(Flow::End(Ending::Code(code)))
}
