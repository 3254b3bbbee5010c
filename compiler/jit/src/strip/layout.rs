//! Lays the instructions that are kept out anew: without gaps, branches in their short
//! form where they reach, and the overflow of an addition branched on directly.
//!
//! An overflow flag is used by nothing but one branch (see `segment::arith`), for which
//! Cranelift makes `seto r; test r, r; jne`; the flag is still there when `jne` runs, so
//! `jo` does for all three.

use super::decode::{Decoded, Flow, flow, is_branch_within};
use super::frame::Tail;
use super::{Stripped, Unstrippable};
use iced_x86::{Code, Instruction, OpKind};

/// Alignment that constants behind the code keep.
const CONSTANT_ALIGN: usize = 32;

/// An instruction that is kept.
struct Item {
    /// Its bytes in the old code.
    start: u32,
    end: u32,
    form: Form,
    /// Offset and length in the new code.
    at: u32,
    length: u32,
}

#[derive(Clone, Copy)]
enum Form {
    /// Copied.
    Plain,
    /// Copied, with a displacement at this offset that goes to a constant.
    Constant { displacement: u32, target: u32 },
    /// Encoded anew: a jump to the item `target`, under a condition code unless `None`.
    Branch { condition: Option<u8>, target: usize },
}

const SHORT: u32 = 2;

pub fn lay_out(
    code: &[u8],
    body: &[Decoded],
    tails: &[Tail],
    call_ends: &[u32],
    relocs: &mut [u32],
) -> Result<Stripped, Unstrippable> {
    let mut items = keep(body, tails, call_ends);
    resolve_targets(&mut items)?;
    let code_end = place(&mut items);
    let old_end = body.last().map_or(0, |d| d.end) as usize;
    let has_constants = items.iter().any(|i| matches!(i.form, Form::Constant { .. }));
    let constants_at = (code_end as usize).next_multiple_of(CONSTANT_ALIGN) + old_end % CONSTANT_ALIGN;
    let mut out = Vec::with_capacity(code.len());
    for item in &items {
        item.emit(code, &items, constants_at as i64 - old_end as i64, &mut out);
    }
    if has_constants {
        out.resize(constants_at, INT3);
        out.extend_from_slice(&code[old_end..]);
    }
    for reloc in relocs {
        *reloc = moved(&items, *reloc)?;
    }
    Ok(Stripped { code: out, has_constants })
}

const INT3: u8 = 0xcc;

/// The instructions that stay; targets of branches are old offsets as yet.
fn keep(body: &[Decoded], tails: &[Tail], call_ends: &[u32]) -> Vec<Item> {
    let mut targets: Vec<u32> = Vec::new();
    for d in body {
        if is_branch_within(&d.inst, call_ends) {
            targets.push(d.inst.near_branch_target() as u32);
        }
    }
    targets.sort_unstable();
    let mut items = Vec::with_capacity(body.len());
    let mut tails = tails.iter().peekable();
    let mut i = 0;
    while i < body.len() {
        if let Some(tail) = tails.next_if(|t| t.first == i) {
            i = tail.jump;
        }
        let overflow = overflow_branch(&body[i..], &targets);
        let d = if overflow.is_some() { &body[i + 2] } else { &body[i] };
        let form = match overflow {
            Some(condition) => Form::Branch { condition: Some(condition), target: target(&d.inst) },
            None => form(d, call_ends),
        };
        items.push(Item { start: body[i].start, end: d.end, form, at: 0, length: d.end - d.start });
        i += if overflow.is_some() { 3 } else { 1 };
    }
    items
}

fn target(inst: &Instruction) -> usize {
    inst.near_branch_target() as usize
}

fn form(d: &Decoded, call_ends: &[u32]) -> Form {
    let inst = &d.inst;
    if inst.is_ip_rel_memory_operand() {
        let target = inst.ip_rel_memory_address() as u32;
        return Form::Constant { displacement: u32::from(d.displacement), target };
    }
    if !is_branch_within(inst, call_ends) {
        return Form::Plain;
    }
    let condition = (flow(inst) != Flow::Jump).then(|| condition_code(inst));
    Form::Branch { condition, target: target(inst) }
}

/// The four bits that stand for a conditional branch's condition.
fn condition_code(inst: &Instruction) -> u8 {
    inst.condition_code() as u8
}
