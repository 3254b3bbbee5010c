//! Takes the frame set-up out of a finished x86-64 function.
//!
//! Cranelift wraps each function in
//!
//! ```text
//! push rbp; mov rbp, rsp; [sub rsp, N]; [mov [rsp+d], callee-saved]...
//! [mov callee-saved, [rsp+d]]...; [add rsp, N]; mov rsp, rbp; pop rbp; jmp target
//! ```
//!
//! Generated code never nests and its trampoline has saved every register, so none of it
//! is needed: without it `[rsp+d]` falls into the scratch area that the trampoline keeps
//! above `rsp` (see [`crate::machine`]). The entry moves behind the prologue and each
//! tail jump to the start of its epilogue, so nothing is executed in their place.
//!
//! Whole instructions are decoded, from the function's start, never bytes searched; a
//! tail jump is known by the call-site offsets that Cranelift reports. A function that
//! has any other form, or that uses `rbp` or moves `rsp` elsewhere, is refused.

use crate::machine::SCRATCH_BYTES;
use iced_x86::{Code, Decoder, DecoderOptions, Instruction, Mnemonic, OpKind, Register};

/// Why a function keeps its frame set-up, and thus is not used.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Unstrippable {
    Prologue,
    /// More spilled registers than the scratch area holds.
    TooManySpills,
    /// An instruction that does not decode, or a call site between two instructions.
    Undecodable,
    /// `rbp` or `rsp` used otherwise than for spill slots.
    StackUse,
    Epilogue,
    /// A branch into the middle of an epilogue.
    BranchIntoEpilogue,
}

/// A function's code after the pass.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Stripped {
    /// Offset of the first instruction to execute.
    pub entry: u32,
    /// Whether the code refers to constants behind it, which are aligned relative to the
    /// function's start.
    pub has_constants: bool,
}

struct Decoded {
    start: u32,
    end: u32,
    inst: Instruction,
}

/// Strips `code` in place. `call_ends` are the offsets behind each call and tail jump,
/// ascending; `moved(from, to)` is told where the four displacement bytes of a direct
/// tail jump went.
pub fn strip(
    code: &mut [u8],
    call_ends: &[u32],
    mut moved: impl FnMut(u32, u32),
) -> Result<Stripped, Unstrippable> {
    let insts = decode(code, call_ends)?;
    let prologue = Prologue::parse(&insts)?;
    let body = &insts[prologue.length..];
    let entry = body.first().ok_or(Unstrippable::Prologue)?.start;
    let mut tails = Vec::new();
    for (i, d) in body.iter().enumerate() {
        if is_tail_jump(d, call_ends) {
            tails.push(prologue.match_epilogue(body, i)?);
        }
    }
    check_body(body, &tails, &prologue, call_ends)?;
    for tail in &tails {
        move_jump(code, &body[tail.jump], body[tail.first].start, &mut moved);
    }
    code[..entry as usize].fill(INT3);
    Ok(Stripped {
        entry,
        has_constants: body.iter().any(|d| d.inst.is_ip_rel_memory_operand()),
    })
}

const INT3: u8 = 0xcc;

/// Decodes up to the end of the code, which constants may follow: the first
/// unconditional jump or trap behind the last call site that no branch passes.
fn decode(code: &[u8], call_ends: &[u32]) -> Result<Vec<Decoded>, Unstrippable> {
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
enum Flow {
    /// Goes on, perhaps after a branch.
    Next,
    Jump,
    IndirectJump,
    Call,
    Trap,
    Forbidden,
}

fn flow(inst: &Instruction) -> Flow {
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
fn is_branch_within(inst: &Instruction, call_ends: &[u32]) -> bool {
    let near = matches!(inst.op0_kind(), OpKind::NearBranch64);
    near && call_ends.binary_search(&(inst.next_ip() as u32)).is_err()
}

fn is_tail_jump(d: &Decoded, call_ends: &[u32]) -> bool {
    let jump = matches!(d.inst.code(), Code::Jmp_rel32_64 | Code::Jmp_rm64);
    jump && call_ends.binary_search(&d.end).is_ok()
}

/// A register saved at an offset from `rsp`.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Save {
    register: Register,
    offset: u64,
}

struct Prologue {
    /// Number of instructions.
    length: usize,
    /// What `sub rsp` takes off.
    bytes: u32,
    saves: Vec<Save>,
}

/// Indices in the body: an epilogue's first instruction, and the jump behind it.
struct Tail {
    first: usize,
    jump: usize,
}

impl Prologue {
    fn parse(insts: &[Decoded]) -> Result<Prologue, Unstrippable> {
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
    fn match_epilogue(&self, body: &[Decoded], jump: usize) -> Result<Tail, Unstrippable> {
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
fn check_body(
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

fn move_jump(code: &mut [u8], jump: &Decoded, to: u32, moved: &mut impl FnMut(u32, u32)) {
    let (start, end) = (jump.start as usize, jump.end as usize);
    code.copy_within(start..end, to as usize);
    let length = jump.end - jump.start;
    code[(to + length) as usize..end].fill(INT3);
    if jump.inst.code() == Code::Jmp_rel32_64 {
        moved(jump.end - 4, to + length - 4);
    }
}
