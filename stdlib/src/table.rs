//! The primitive table: the macro that its rows are written in, and a listing of them.
//! The manual takes its texts from here, too.
//!
//! A row is
//!
//! ```text
//! /// `(car pair)` is the first part of `pair`.
//! "car" (1) Leaf => car;
//! ```
//!
//! the doc comment, the Scheme name, the arity (`(1)`, `(1..=2)`, `(0..)`), the effect
//! class, and the body: a path to a function or a closure without captures. The body of
//! a `Block` row answers with a `Flow`, every other with a value. A name that begins
//! with `%` is for `lib-scheme` only; errors name the procedure without it.

use std::fmt::Write;
use termite_abi::prim::Arity;
use termite_vm::Primitive;

macro_rules! arity {
    ($min:literal) => {
        termite_abi::prim::Arity::exactly($min)
    };
    ($min:literal ..) => {
        termite_abi::prim::Arity::at_least($min)
    };
    ($min:literal ..= $max:literal) => {
        termite_abi::prim::Arity::between($min, $max)
    };
}

macro_rules! row {
    ($info:expr, Block, $body:expr) => {{
        fn run(
            cx: &mut termite_vm::Cx<'_>,
            args: &[termite_abi::Value],
        ) -> Result<termite_vm::Flow, termite_vm::Raise> {
            let body: termite_vm::prim::BlockFn = $body;
            body(cx, args).map_err(|mut error| {
                error
                    .who
                    .get_or_insert($crate::table::public_name($info.name));
                error
            })
        }
        termite_vm::Primitive::block($info, run)
    }};
    ($info:expr, $effect:ident, $body:expr) => {{
        enum Row {}
        impl termite_vm::Body for Row {
            const NAME: &'static str = $crate::table::public_name($info.name);
            fn call(
                cx: &mut termite_vm::Cx<'_>,
                args: &[termite_abi::Value],
            ) -> termite_vm::Outcome {
                let body: fn(
                    &mut termite_vm::Cx<'_>,
                    &[termite_abi::Value],
                ) -> termite_vm::Outcome = $body;
                body(cx, args)
            }
        }
        termite_vm::Primitive::plain::<Row>($info)
    }};
}

/// Defines `ROWS`, the primitives of one area; see the module's text.
macro_rules! primitives {
    ($($(#[doc = $doc:literal])+ $name:literal ($($arity:tt)+) $effect:ident => $body:expr;)*) => {
        pub(crate) const ROWS: &[termite_vm::Primitive] = &[$($crate::table::row!(
            termite_abi::prim::PrimInfo {
                name: $name,
                arity: $crate::table::arity!($($arity)+),
                effect: termite_abi::prim::Effect::$effect,
                doc: concat!($($doc, "\n"),+),
            },
            $effect,
            $body
        )),*];
    };
}

pub(crate) use {arity, primitives, row};

pub(crate) use termite_vm::prim::public_name;

/// One line a primitive: name, least and greatest number of arguments (`*`: no bound),
/// effect class.
pub fn listing(table: &[Primitive]) -> String {
    let mut out = String::new();
    for row in table {
        let info = &row.info;
        // Writing to a string does not fail.
        let _ = writeln!(
            out,
            "{} {} {} {:?}",
            info.name,
            info.arity.min,
            most(info.arity),
            info.effect
        );
    }
    out
}

fn most(arity: Arity) -> String {
    if arity.max == Arity::ANY {
        "*".into()
    } else {
        arity.max.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;
    use termite_abi::prim::Effect;

    #[test]
    fn names_are_distinct() {
        let mut seen = HashSet::new();
        for row in crate::table() {
            assert!(seen.insert(row.info.name), "{} has two rows", row.info.name);
        }
    }

    #[test]
    fn operations_have_rows_that_take_their_operands() {
        for op in termite_ir::Op::ALL {
            let Some(name) = op.prim() else { continue };
            let row = crate::table().iter().find(|row| row.info.name == name);
            let row = row.unwrap_or_else(|| panic!("{name} has no row"));
            if let Ok(count) = usize::try_from(op.arg_count()) {
                assert!(
                    row.info.arity.accepts(count),
                    "{name} does not take {count} arguments"
                );
            }
            assert!(row.info.effect != Effect::Block, "{name} may not suspend");
        }
    }

    #[test]
    fn errors_leave_out_the_percent_sign() {
        assert_eq!(public_name("%read-char"), "read-char");
        assert_eq!(public_name("car"), "car");
        assert_eq!(public_name("%"), "%");
    }

    #[test]
    fn every_row_is_documented_by_its_call() {
        for row in crate::table() {
            let call = format!("`({}", row.info.name);
            assert!(
                row.info.doc.trim_start().starts_with(&call),
                "{}: {}",
                row.info.name,
                row.info.doc
            );
        }
    }

    #[test]
    fn the_listing_has_a_line_a_row() {
        assert!(listing(crate::table()).contains("string->number 1 2 Alloc\n"));
    }
}
