//! The frame set-up, matched instruction by instruction, and the uses of the stack that
//! are left when it is gone.

use super::Unstrippable;
use super::decode::{Decoded, Flow, flow, is_branch_within};
use crate::machine::SCRATCH_BYTES;
use iced_x86::{Code, Instruction, OpKind, Register};

/// A register saved at an offset from `rsp`.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Save {
    register: Register,
    offset: u64,
}

pub struct Prologue {
    /// Number of instructions.
    pub length: usize,
    /// What `sub rsp` takes off.
    bytes: u32,
    saves: Vec<Save>,
}

/// Indices in the body: an epilogue's first instruction, and the jump behind it.
pub struct Tail {
    pub first: usize,
    pub jump: usize,
}

impl Prologue {
    pub fn parse(insts: &[Decoded]) -> Result<Prologue, Unstrippable> {
        let [push, mov, rest @ ..] = insts else {
            return Err(Unstrippable::Prologue);
        };
        if push.inst.code() != Code::Push_r64
            || push.inst.op0_register() != Register::RBP
            || !is_move(&mov.inst, Register::RBP, Register::RSP)
        {
            return Err(Unstrippable::Prologue);
        }
        let Some(bytes) = rest.first().and_then(|d| adjustment(&d.inst, SUB)) else {
            return Ok(Prologue {
                length: 2,
                bytes: 0,
                saves: Vec::new(),
            });
        };
        if bytes > SCRATCH_BYTES {
            return Err(Unstrippable::TooManySpills);
        }
        let saves = parse_saves(&rest[1..]);
        Ok(Prologue {
            length: 3 + saves.len(),
            bytes,
            saves,
        })
    }

    /// Matches the epilogue before the jump `body[jump]`.
    pub fn match_epilogue(&self, body: &[Decoded], jump: usize) -> Result<Tail, Unstrippable> {
        let length = 2 + usize::from(self.bytes > 0) + self.saves.len();
        let first = jump.checked_sub(length).ok_or(Unstrippable::Epilogue)?;
        let (restores, rest) = body[first..jump].split_at(self.saves.len());
        let restored = restores
            .iter()
            .zip(&self.saves)
            .all(|(d, save)| restore_of(&d.inst) == Some(*save));
        let rest = match self.bytes {
            0 => rest,
            n if adjustment(&rest[0].inst, ADD) == Some(n) => &rest[1..],
            _ => return Err(Unstrippable::Epilogue),
        };
        let unwound = is_move(&rest[0].inst, Register::RSP, Register::RBP)
            && rest[1].inst.code() == Code::Pop_r64
            && rest[1].inst.op0_register() == Register::RBP;
        if restored && unwound {
            Ok(Tail { first, jump })
        } else {
            Err(Unstrippable::Epilogue)
        }
    }
}

/// The leading stores of callee-saved registers: since none of them holds anything of
/// the segment's yet, they can be nothing but the prologue's.
fn parse_saves(insts: &[Decoded]) -> Vec<Save> {
    let mut saves: Vec<Save> = Vec::new();
    for d in insts {
        let Some(save) = save_of(&d.inst) else { break };
        if saves
            .iter()
            .any(|s| s.register == save.register || s.offset >= save.offset)
        {
            break;
        }
        saves.push(save);
    }
    saves
}

fn is_move(inst: &Instruction, to: Register, from: Register) -> bool {
    matches!(inst.code(), Code::Mov_rm64_r64 | Code::Mov_r64_rm64)
        && inst.op0_kind() == OpKind::Register
        && inst.op1_kind() == OpKind::Register
        && inst.op0_register() == to
        && inst.op1_register() == from
}

const SUB: [Code; 2] = [Code::Sub_rm64_imm8, Code::Sub_rm64_imm32];
const ADD: [Code; 2] = [Code::Add_rm64_imm8, Code::Add_rm64_imm32];

/// The amount of a `sub rsp, n` or `add rsp, n`.
fn adjustment(inst: &Instruction, codes: [Code; 2]) -> Option<u32> {
    let matches = codes.contains(&inst.code())
        && inst.op0_kind() == OpKind::Register
        && inst.op0_register() == Register::RSP;
    if matches {
        u32::try_from(inst.immediate(1)).ok()
    } else {
        None
    }
}

fn save_of(inst: &Instruction) -> Option<Save> {
    let store = inst.code() == Code::Mov_rm64_r64 && is_spill_slot(inst, 0);
    callee_saved(store, inst.op1_register(), inst)
}

fn restore_of(inst: &Instruction) -> Option<Save> {
    let load = inst.code() == Code::Mov_r64_rm64 && is_spill_slot(inst, 1);
    callee_saved(load, inst.op0_register(), inst)
}

fn callee_saved(matches: bool, register: Register, inst: &Instruction) -> Option<Save> {
    let saved = matches!(
        register,
        Register::RBX | Register::R12 | Register::R13 | Register::R14
    );
    (matches && saved).then(|| Save {
        register,
        offset: inst.memory_displacement64(),
    })
}

/// Whether operand `n` is `[rsp + displacement]`.
fn is_spill_slot(inst: &Instruction, n: u32) -> bool {
    inst.op_kind(n) == OpKind::Memory
        && inst.memory_base() == Register::RSP
        && inst.memory_index() == Register::None
}

/// Holds the body to what stripping assumes, outside of its epilogues.
pub fn check_body(
    body: &[Decoded],
    tails: &[Tail],
    prologue: &Prologue,
    call_ends: &[u32],
) -> Result<(), Unstrippable> {
    let mut tails_left = tails.iter().peekable();
    let mut i = 0;
    while i < body.len() {
        if let Some(tail) = tails_left.next_if(|t| t.first == i) {
            i = tail.jump;
        }
        check_stack_use(&body[i], prologue.bytes, call_ends)?;
        check_target(&body[i].inst, body, tails, call_ends)?;
        i += 1;
    }
    Ok(())
}

fn check_stack_use(d: &Decoded, frame: u32, call_ends: &[u32]) -> Result<(), Unstrippable> {
    let inst = &d.inst;
    let ends_at_call_site = call_ends.binary_search(&d.end).is_ok();
    let allowed = match flow(inst) {
        Flow::Next | Flow::Jump | Flow::Trap => true,
        Flow::Call | Flow::IndirectJump => ends_at_call_site,
        Flow::Forbidden => false,
    };
    let registers = (0..inst.op_count())
        .filter(|&n| inst.op_kind(n) == OpKind::Register)
        .any(|n| is_stack_register(inst.op_register(n)));
    let in_frame =
        || inst.memory_index() == Register::None && inst.memory_displacement64() < u64::from(frame);
    let memory = match inst.memory_base() {
        Register::RSP => in_frame(),
        base => !is_stack_register(base) && !is_stack_register(inst.memory_index()),
    };
    if allowed && !registers && memory {
        Ok(())
    } else {
        Err(Unstrippable::StackUse)
    }
}

fn is_stack_register(r: Register) -> bool {
    matches!(
        r,
        Register::RSP
            | Register::ESP
            | Register::SP
            | Register::SPL
            | Register::RBP
            | Register::EBP
            | Register::BP
            | Register::BPL
    )
}

/// A branch goes to an instruction of the body, and into no epilogue but at its start.
fn check_target(
    inst: &Instruction,
    body: &[Decoded],
    tails: &[Tail],
    call_ends: &[u32],
) -> Result<(), Unstrippable> {
    if !is_branch_within(inst, call_ends) {
        return Ok(());
    }
    let target = inst.near_branch_target() as u32;
    let Ok(at) = body.binary_search_by_key(&target, |d| d.start) else {
        return Err(Unstrippable::Undecodable);
    };
    let tail = tails.partition_point(|t| t.jump < at);
    match tails.get(tail) {
        Some(t) if t.first < at => Err(Unstrippable::BranchIntoEpilogue),
        _ => Ok(()),
    }
}
