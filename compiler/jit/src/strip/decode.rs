//! From bytes to instructions, and what an instruction does to control.

use super::Unstrippable;
use iced_x86::{Code, Decoder, DecoderOptions, Instruction, Mnemonic, OpKind};

/// An instruction and its place in the function.
pub struct Decoded {
    pub start: u32,
    pub end: u32,
    pub inst: Instruction,
    /// Offset in the instruction of its memory operand's displacement, 0 if it has none.
    pub displacement: u8,
}

/// Decodes up to the end of the code, which constants may follow: the first
/// unconditional jump or trap behind the last call site that no branch passes.
pub fn decode(code: &[u8], call_ends: &[u32]) -> Result<Vec<Decoded>, Unstrippable> {
    let last_call = call_ends.last().copied().unwrap_or(0);
    let mut decoder = Decoder::with_ip(64, code, 0, DecoderOptions::NONE);
    let mut insts = Vec::with_capacity(code.len() / 4);
    let mut furthest = u64::from(last_call);
    while decoder.can_decode() {
        let inst = decoder.decode();
        if inst.is_invalid() {
            return Err(Unstrippable::Undecodable);
        }
        let end = inst.next_ip();
        if is_branch_within(&inst, call_ends) {
            furthest = furthest.max(inst.near_branch_target() + 1);
        }
        let stops = matches!(flow(&inst), Flow::Jump | Flow::IndirectJump | Flow::Trap);
        insts.push(Decoded {
            start: inst.ip() as u32,
            end: end as u32,
            displacement: decoder.get_constant_offsets(&inst).displacement_offset() as u8,
            inst,
        });
        if stops && end >= furthest {
            break;
        }
    }
    let aligned = |end: &u32| insts.binary_search_by_key(end, |d| d.end).is_ok();
    if call_ends.iter().all(aligned) {
        Ok(insts)
    } else {
        Err(Unstrippable::Undecodable)
    }
}

/// What an instruction does to control and, if that is not allowed, to the stack.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Flow {
    /// Goes on, perhaps after a branch.
    Next,
    Jump,
    IndirectJump,
    Call,
    Trap,
    Forbidden,
}

pub fn flow(inst: &Instruction) -> Flow {
    match inst.mnemonic() {
        Mnemonic::Jmp if inst.op0_kind() == OpKind::NearBranch64 => Flow::Jump,
        Mnemonic::Jmp => Flow::IndirectJump,
        Mnemonic::Call => Flow::Call,
        Mnemonic::Ud2 | Mnemonic::Int3 => Flow::Trap,
        Mnemonic::Push
        | Mnemonic::Pop
        | Mnemonic::Pushfq
        | Mnemonic::Popfq
        | Mnemonic::Enter
        | Mnemonic::Leave
        | Mnemonic::Ret
        | Mnemonic::Retf
        | Mnemonic::Iretq
        | Mnemonic::Syscall
        | Mnemonic::Int
        | Mnemonic::Int1 => Flow::Forbidden,
        _ => Flow::Next,
    }
}

/// A branch whose target is a place of this function, not a relocation.
pub fn is_branch_within(inst: &Instruction, call_ends: &[u32]) -> bool {
    let near = matches!(inst.op0_kind(), OpKind::NearBranch64);
    near && call_ends.binary_search(&(inst.next_ip() as u32)).is_err()
}

pub fn is_tail_jump(d: &Decoded, call_ends: &[u32]) -> bool {
    let jump = matches!(d.inst.code(), Code::Jmp_rel32_64 | Code::Jmp_rm64);
    jump && call_ends.binary_search(&d.end).is_ok()
}
