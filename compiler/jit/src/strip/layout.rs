//! Lays the instructions that are kept out anew: without gaps, branches in their short
//! form where they reach, and the overflow of an addition branched on directly.
//!
//! An overflow flag is used by nothing but one branch (see `segment::arith`; Cranelift
//! merges no instructions that have several results), for which it makes `seto r;
//! test r, r; jne`. The flag is still there when `jne` runs, so `jo` does for all three.

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
    Branch {
        condition: Option<u8>,
        target: usize,
    },
}

const SHORT: u32 = 2;

pub fn lay_out(
    code: &[u8],
    body: &[Decoded],
    tails: &[Tail],
    call_ends: &[u32],
    relocs: &mut [u32],
) -> Result<Stripped, Unstrippable> {
    let mut items = keep(code, body, tails, call_ends)?;
    resolve_targets(&mut items)?;
    let code_end = place(&mut items);
    let old_end = body.last().map_or(0, |d| d.end) as usize;
    let has_constants = items
        .iter()
        .any(|i| matches!(i.form, Form::Constant { .. }));
    let constants_at =
        (code_end as usize).next_multiple_of(CONSTANT_ALIGN) + old_end % CONSTANT_ALIGN;
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
    Ok(Stripped {
        code: out,
        has_constants,
    })
}

const INT3: u8 = 0xcc;

/// The instructions that stay; targets of branches are old offsets as yet.
fn keep(
    code: &[u8],
    body: &[Decoded],
    tails: &[Tail],
    call_ends: &[u32],
) -> Result<Vec<Item>, Unstrippable> {
    let within = |d: &&Decoded| is_branch_within(&d.inst, call_ends);
    let mut targets: Vec<u32> = body
        .iter()
        .filter(within)
        .map(|d| target(&d.inst))
        .collect();
    targets.sort_unstable();
    let mut items = Vec::with_capacity(body.len());
    let mut tails = tails.iter().peekable();
    let mut i = 0;
    while i < body.len() {
        if let Some(tail) = tails.next_if(|t| t.first == i) {
            i = tail.jump;
        }
        let (form, taken) = match overflow_branch(&body[i..], &targets) {
            Some(branch) => (branch, 3),
            None => (form(code, &body[i], call_ends)?, 1),
        };
        let (start, end) = (body[i].start, body[i + taken - 1].end);
        items.push(Item {
            start,
            end,
            form,
            at: 0,
            length: end - start,
        });
        i += taken;
    }
    Ok(items)
}

fn target(inst: &Instruction) -> u32 {
    inst.near_branch_target() as u32
}

fn form(code: &[u8], d: &Decoded, call_ends: &[u32]) -> Result<Form, Unstrippable> {
    if d.inst.is_ip_rel_memory_operand() {
        let target = d.inst.ip_rel_memory_address() as u32;
        return Ok(Form::Constant {
            displacement: u32::from(d.displacement),
            target,
        });
    }
    if !is_branch_within(&d.inst, call_ends) {
        return Ok(Form::Plain);
    }
    let target = target(&d.inst) as usize;
    if flow(&d.inst) == Flow::Jump {
        return Ok(Form::Branch {
            condition: None,
            target,
        });
    }
    let condition = match code[d.start as usize..] {
        [0x0f, op @ 0x80..=0x8f, ..] | [op @ 0x70..=0x7f, ..] => op & 0xf,
        _ => return Err(Unstrippable::Undecodable),
    };
    Ok(Form::Branch {
        condition: Some(condition),
        target,
    })
}

const OVERFLOW: u8 = 0;

/// `jo`, if the instructions begin with `seto r; test r, r; jne` and nothing else jumps
/// to the latter two.
fn overflow_branch(insts: &[Decoded], targets: &[u32]) -> Option<Form> {
    let [set, test, jump, ..] = insts else {
        return None;
    };
    let flag = set.inst.op0_register();
    let matches = set.inst.code() == Code::Seto_rm8
        && set.inst.op0_kind() == OpKind::Register
        && test.inst.code() == Code::Test_rm8_r8
        && test.inst.op0_kind() == OpKind::Register
        && test.inst.op0_register() == flag
        && test.inst.op1_register() == flag
        && matches!(jump.inst.code(), Code::Jne_rel32_64 | Code::Jne_rel8_64);
    let entered = |d: &Decoded| targets.binary_search(&d.start).is_ok();
    if !matches || entered(test) || entered(jump) {
        return None;
    }
    Some(Form::Branch {
        condition: Some(OVERFLOW),
        target: target(&jump.inst) as usize,
    })
}

/// Turns the branches' old offsets into items. A branch to an epilogue goes to its jump.
fn resolve_targets(items: &mut [Item]) -> Result<(), Unstrippable> {
    for i in 0..items.len() {
        let Form::Branch { condition, target } = items[i].form else {
            continue;
        };
        let target = items.partition_point(|item| (item.start as usize) < target);
        if target == items.len() {
            return Err(Unstrippable::Undecodable);
        }
        items[i].form = Form::Branch { condition, target };
    }
    Ok(())
}

/// Gives every item its place: all branches short at first, those that do not reach made
/// long until all do. Returns the end of the code.
fn place(items: &mut [Item]) -> u32 {
    for item in items.iter_mut() {
        if let Form::Branch { .. } = item.form {
            item.length = SHORT;
        }
    }
    loop {
        let mut at = 0;
        for item in items.iter_mut() {
            item.at = at;
            at += item.length;
        }
        if !lengthen(items) {
            return at;
        }
    }
}

/// Makes the short branches long that do not reach; whether there were any.
fn lengthen(items: &mut [Item]) -> bool {
    let mut changed = false;
    for i in 0..items.len() {
        let Form::Branch { condition, .. } = items[i].form else {
            continue;
        };
        if items[i].length == SHORT && i8::try_from(items[i].distance(items)).is_err() {
            items[i].length = if condition.is_some() { 6 } else { 5 };
            changed = true;
        }
    }
    changed
}

/// The new offset of a field of an instruction.
fn moved(items: &[Item], offset: u32) -> Result<u32, Unstrippable> {
    let after = items.partition_point(|item| item.start <= offset);
    let item = after.checked_sub(1).map(|i| &items[i]);
    match item {
        Some(item) if offset < item.end => Ok(item.at + offset - item.start),
        _ => Err(Unstrippable::Undecodable),
    }
}

impl Item {
    /// From the end of a branch to its target.
    fn distance(&self, items: &[Item]) -> i64 {
        match self.form {
            Form::Branch { target, .. } => {
                i64::from(items[target].at) - i64::from(self.at + self.length)
            }
            Form::Plain | Form::Constant { .. } => 0,
        }
    }

    /// Appends the instruction; constants have moved by `constants_moved`.
    fn emit(&self, code: &[u8], items: &[Item], constants_moved: i64, out: &mut Vec<u8>) {
        let old = &code[self.start as usize..self.end as usize];
        match self.form {
            Form::Plain => out.extend_from_slice(old),
            Form::Constant {
                displacement,
                target,
            } => {
                let from = out.len();
                out.extend_from_slice(old);
                let distance =
                    i64::from(target) + constants_moved - i64::from(self.at + self.length);
                let field = from + displacement as usize;
                out[field..field + 4].copy_from_slice(&(distance as i32).to_le_bytes());
            }
            Form::Branch { condition, .. } => {
                self.emit_branch(condition, self.distance(items), out)
            }
        }
    }

    fn emit_branch(&self, condition: Option<u8>, distance: i64, out: &mut Vec<u8>) {
        match (self.length == SHORT, condition) {
            (true, None) => out.push(0xeb),
            (true, Some(cc)) => out.push(0x70 | cc),
            (false, None) => out.push(0xe9),
            (false, Some(cc)) => out.extend([0x0f, 0x80 | cc]),
        }
        if self.length == SHORT {
            out.push(distance as i8 as u8);
        } else {
            out.extend((distance as i32).to_le_bytes());
        }
    }
}
