//! Calls of primitives that become operations of the IR.
//!
//! An operation means exactly what its primitive means for that number of arguments;
//! what has no operation is called by `Op::Prim`, unless it may suspend. A call with a
//! wrong number of arguments is a call of the primitive's value, which fails when it
//! runs.

use super::{Convert, internal};
use crate::env::Result;
use crate::flow::Arg;
use crate::resolve::{MAX_ARGS, Primitive};
use std::collections::HashMap;
use std::sync::LazyLock;
use termite_abi::{Effect, PrimInfo};
use termite_expand::core::{Expr, ExprKind};
use termite_ir::Op;
use termite_syntax::{Diagnostic, Span};

/// Operations by the primitive that they are the inline form of.
static OPS: LazyLock<HashMap<&'static str, Op>> = LazyLock::new(|| {
    Op::ALL
        .iter()
        .filter_map(|&op| op.prim().map(|name| (name, op)))
        .collect()
});

/// The operation for a primitive called with so many arguments.
pub(super) fn op_for(name: &str, count: usize) -> Option<Op> {
    let op = *OPS.get(name)?;
    match op.arg_count() {
        n if n < 0 => (count > 0).then_some(op),
        n => (n as usize == count).then_some(op),
    }
}

impl<'a> Convert<'a> {
    /// A primitive as a value.
    pub(super) fn primitive_value(&mut self, p: &Primitive, span: Span) -> Result<Arg> {
        let no_value =
            || Diagnostic::new("no-value", format!("{} can only be called", p.name), span);
        let info = p.info.ok_or_else(no_value)?;
        Ok(Arg::Prim(self.program.tables.prim(info.name, info.effect)))
    }

    /// The value of a call that becomes operations in the current block. `None`, having
    /// done nothing, when it is a call that leaves.
    pub(super) fn inline_call(
        &mut self,
        callee: &'a Expr,
        args: &'a [Expr],
        span: Span,
    ) -> Result<Option<Arg>> {
        let Some(p) = self.as_primitive(callee) else {
            return Ok(None);
        };
        if let Some(value) = self.special(&p, args, span)? {
            return Ok(Some(value));
        }
        let Some(info) = p
            .info
            .filter(|i| i.effect != Effect::Block || op_for(i.name, args.len()).is_some())
        else {
            return Ok(None);
        };
        if matches!(p.name, "values" | "%throw")
            || !info.arity.accepts(args.len())
            || args.len() > MAX_ARGS
        {
            return Ok(None);
        }
        let args = self.operands(args, span)?;
        if let Some(value) = self.expand(&info, &args, span) {
            return Ok(Some(value));
        }
        Ok(Some(self.primitive(&info, args, span)))
    }

    /// One operation, or one call of the primitive.
    pub(super) fn primitive(&mut self, info: &PrimInfo, args: Vec<Arg>, span: Span) -> Arg {
        match op_for(info.name, args.len()) {
            Some(op) => self.op(op, args, 0, span),
            None => {
                let prim = self.program.tables.prim(info.name, info.effect);
                self.op(Op::Prim, args, prim.0, span)
            }
        }
    }

    /// The names that lowering itself knows.
    fn special(&mut self, p: &Primitive, args: &'a [Expr], span: Span) -> Result<Option<Arg>> {
        let value = match (p.name, args) {
            ("%capture", []) => {
                self.fun_mut().captures = true;
                self.op(Op::Capture, Vec::new(), 0, span)
            }
            ("%dynenv", []) => self.op(Op::DynEnv, Vec::new(), 0, span),
            ("%unspecified", []) => Arg::VOID,
            ("%set-dynenv!", [value]) => {
                let value = self.value(value)?;
                self.op(Op::SetDynEnv, vec![value], 0, span)
            }
            ("%record-ref", [object, kind, who, index]) => {
                let field = field(index)?;
                let args = self.operand_list([object, kind, who])?;
                self.op(Op::RecordRef, args, field, span)
            }
            ("%record-set!", [object, kind, who, index, value]) => {
                let field = field(index)?;
                let args = self.operand_list([object, kind, who, value])?;
                self.op(Op::RecordSet, args, field, span)
            }
            _ => return Ok(None),
        };
        Ok(Some(value))
    }

    fn operand_list<const N: usize>(&mut self, args: [&'a Expr; N]) -> Result<Vec<Arg>> {
        args.into_iter().map(|a| self.value(a)).collect()
    }
}

/// The index of a record's field, which stands in the code.
fn field(index: &Expr) -> Result<u32> {
    let ExprKind::Quote(datum) = &index.kind else {
        return Err(internal("a field index is no constant", index.span));
    };
    let n = datum.as_number().and_then(|n| n.as_fixnum());
    n.and_then(|n| u32::try_from(n).ok())
        .ok_or_else(|| internal("a field index is no index", index.span))
}
