//! The assembly for x86-64 on Linux.
//!
//! Registers of generated code: `r15` the context; a segment is entered with `rdi` the
//! frame and `rsi rdx rcx r8 r9` the arguments. Stubs that "preserve all registers" do so
//! for every one but the flags (of vector registers the low 128 bits: generated code uses
//! them as scalars).
//!
//! This module contains `unsafe` code: the assembly's entry points.

use super::{SCRATCH_ARG, SCRATCH_BYTES, SLOW_OPERANDS, Stub};
use std::arch::global_asm;
use termite_abi::context::*;
use termite_abi::descriptor::{DESC_ENTRY, DESC_EXACT, DESC_LEAST, DESC_MOST, DESC_PLAIN};
use termite_abi::value::{TAG_CLOSURE, TAG_FRAME};
use termite_abi::{ExitReason, Value, VmContext};

/// Offset of the word of the context that holds the [`super::RememberFn`].
const REMEMBER_FN: i32 = std::mem::offset_of!(VmContext, reserved) as i32;

unsafe extern "C" {
    fn termite_jit_enter(ctx: *mut VmContext);
    fn termite_jit_enter_exact(ctx: *mut VmContext);
}

pub unsafe fn enter(ctx: *mut VmContext) {
    // SAFETY: passed on to the caller, see `super::enter`.
    unsafe { termite_jit_enter(ctx) }
}

pub unsafe fn enter_exact(ctx: *mut VmContext) {
    // SAFETY: passed on to the caller, see `super::enter`.
    unsafe { termite_jit_enter_exact(ctx) }
}

macro_rules! stubs {
    ($($name:ident = $symbol:ident;)*) => {
        unsafe extern "C" { $(fn $symbol();)* }

        pub fn stub_address(stub: Stub) -> u64 {
            match stub { $(Stub::$name => $symbol as *const () as u64,)* }
        }
    };
}

stubs! {
    Exit = termite_jit_exit;
    Slow1 = termite_jit_slow1;
    Slow2 = termite_jit_slow2;
    Slow3 = termite_jit_slow3;
    SlowN = termite_jit_slow_n;
    Remember = termite_jit_remember;
    Add = termite_jit_add;
    Sub = termite_jit_sub;
    Mul = termite_jit_mul;
    Div = termite_jit_div;
    NumEq = termite_jit_num_eq;
    Lt = termite_jit_lt;
    Gt = termite_jit_gt;
    Le = termite_jit_le;
    Ge = termite_jit_ge;
    Interpret = termite_jit_interpret;
    Builtin = termite_jit_builtin;
    Halt = termite_jit_halt;
    ReturnOne = termite_jit_return_one;
    CallGeneric = termite_jit_call_generic;
}

// Entering and leaving. The probes touch each page of the scratch area from above, so
// that a thread near the end of its stack hits the guard page and not what lies behind.
global_asm!(r#"
    .text
    .p2align 4
    .globl termite_jit_enter
    .hidden termite_jit_enter
termite_jit_enter:
    mov rax, [rdi + {cp}]
    mov rax, [rax + {entry}]
    jmp .Ltermite_jit_start

    .p2align 4
    .globl termite_jit_enter_exact
    .hidden termite_jit_enter_exact
termite_jit_enter_exact:
    mov rax, [rdi + {cp}]
    mov rax, [rax + {exact}]

.Ltermite_jit_start:
    push rbp
    push rbx
    push r12
    push r13
    push r14
    push r15
    mov r15, rdi
    mov [r15 + {driver_sp}], rsp
    test byte ptr [rsp - 4096], 0
    test byte ptr [rsp - 8192], 0
    test byte ptr [rsp - 12288], 0
    sub rsp, {scratch} + 8
    test byte ptr [rsp - 64], 0
    mov rdi, [r15 + {k}]
    mov rsi, [r15 + {args}]
    mov rdx, [r15 + {args} + 8]
    mov rcx, [r15 + {args} + 16]
    mov r8, [r15 + {args} + 24]
    mov r9, [r15 + {args} + 32]
    jmp rax

    .p2align 4
    .globl termite_jit_interpret
    .hidden termite_jit_interpret
termite_jit_interpret:
    mov [r15 + {cp}], rax
    mov qword ptr [r15 + {reason}], {interpret}
    jmp termite_jit_exit

    .globl termite_jit_builtin
    .hidden termite_jit_builtin
termite_jit_builtin:
    mov [r15 + {cp}], rax
    mov qword ptr [r15 + {reason}], {builtin}
    jmp termite_jit_exit

    .globl termite_jit_halt
    .hidden termite_jit_halt
termite_jit_halt:
    mov [r15 + {cp}], rax
    mov qword ptr [r15 + {reason}], {halt}
    jmp termite_jit_exit

    .globl termite_jit_return_one
    .hidden termite_jit_return_one
termite_jit_return_one:
    mov qword ptr [r15 + {nargs}], 1
    mov qword ptr [r15 + {reason}], {return_generic}

    .p2align 4
    .globl termite_jit_exit
    .hidden termite_jit_exit
termite_jit_exit:
    mov [r15 + {args}], rsi
    mov [r15 + {args} + 8], rdx
    mov [r15 + {args} + 16], rcx
    mov [r15 + {args} + 24], r8
    mov [r15 + {args} + 32], r9
.Ltermite_jit_leave:
    mov [r15 + {k}], rdi
    mov rsp, [r15 + {driver_sp}]
    pop r15
    pop r14
    pop r13
    pop r12
    pop rbx
    pop rbp
    ret
"#,
    cp = const CTX_CP,
    entry = const DESC_ENTRY,
    exact = const DESC_EXACT,
    driver_sp = const CTX_DRIVER_SP,
    scratch = const SCRATCH_BYTES,
    k = const CTX_K,
    args = const CTX_ARGS,
    reason = const CTX_REASON,
    nargs = const CTX_NARGS,
    interpret = const ExitReason::Interpret as u32,
    builtin = const ExitReason::Builtin as u32,
    halt = const ExitReason::Halt as u32,
    return_generic = const ExitReason::ReturnGeneric as u32,
);

// Calls of values that are no code for so many arguments. A plain primitive neither
// collects nor captures, so that its frame is where it was; rsp is 0 modulo 16 in segments.
global_asm!(r#"
    .p2align 4
    .globl termite_jit_call_generic
    .hidden termite_jit_call_generic
termite_jit_call_generic:
    lea eax, [rsi - {closure}]
    test al, 7
    jne 1f
    mov rax, [rsi - {closure}]
    mov r10, [rax + {plain}]
    test r10, r10
    je 1f
    mov r11, [r15 + {nargs}]
    cmp r11w, [rax + {least}]
    jb 1f
    cmp r11w, [rax + {most}]
    ja 1f
    mov [r15 + {cp}], rax
    mov [r15 + {k}], rdi
    mov [r15 + {args}], rsi
    mov [r15 + {args} + 8], rdx
    mov [r15 + {args} + 16], rcx
    mov [r15 + {args} + 24], r8
    mov [r15 + {args} + 32], r9
    mov rdi, r15
    lea rsi, [r15 + {args} + 8]
    mov rdx, r11
    call r10
    mov rdi, [r15 + {k}]
    cmp rax, {error}
    je 2f
    mov rsi, rax
    mov rax, [rdi - {frame}]
    jmp [rax + {entry}]
2:
    mov qword ptr [r15 + {reason}], {raise}
    jmp .Ltermite_jit_leave
1:
    mov qword ptr [r15 + {reason}], {call_generic}
    jmp termite_jit_exit
"#,
    closure = const TAG_CLOSURE,
    frame = const TAG_FRAME,
    plain = const DESC_PLAIN,
    least = const DESC_LEAST,
    most = const DESC_MOST,
    entry = const DESC_ENTRY,
    nargs = const CTX_NARGS,
    cp = const CTX_CP,
    k = const CTX_K,
    args = const CTX_ARGS,
    reason = const CTX_REASON,
    error = const Value::ERROR.0,
    raise = const ExitReason::Raise as u32,
    call_generic = const ExitReason::CallGeneric as u32,
);

// Slow paths, entered by way of a chunk's own stub (see `crate::arena`), which has pushed
// r11 and the unit's index and put the primitive into r11. The segment has stored k, the
// site, and up to three operands where `super::SLOW_OPERANDS` says; of more than three
// operands, their count, and the operands in scratch memory. With eight registers pushed
// and eight bytes on top, rsp is 0 modulo 16 at the call.
global_asm!(r#"
    .macro termite_jit_save
    push rax
    push rcx
    push rdx
    push rsi
    push rdi
    push r8
    push r9
    push r10
    sub rsp, 264
    movups [rsp], xmm0
    movups [rsp + 16], xmm1
    movups [rsp + 32], xmm2
    movups [rsp + 48], xmm3
    movups [rsp + 64], xmm4
    movups [rsp + 80], xmm5
    movups [rsp + 96], xmm6
    movups [rsp + 112], xmm7
    movups [rsp + 128], xmm8
    movups [rsp + 144], xmm9
    movups [rsp + 160], xmm10
    movups [rsp + 176], xmm11
    movups [rsp + 192], xmm12
    movups [rsp + 208], xmm13
    movups [rsp + 224], xmm14
    movups [rsp + 240], xmm15
    .endm

    .macro termite_jit_restore
    movups xmm0, [rsp]
    movups xmm1, [rsp + 16]
    movups xmm2, [rsp + 32]
    movups xmm3, [rsp + 48]
    movups xmm4, [rsp + 64]
    movups xmm5, [rsp + 80]
    movups xmm6, [rsp + 96]
    movups xmm7, [rsp + 112]
    movups xmm8, [rsp + 128]
    movups xmm9, [rsp + 144]
    movups xmm10, [rsp + 160]
    movups xmm11, [rsp + 176]
    movups xmm12, [rsp + 192]
    movups xmm13, [rsp + 208]
    movups xmm14, [rsp + 224]
    movups xmm15, [rsp + 240]
    add rsp, 264
    pop r10
    pop r9
    pop r8
    pop rdi
    pop rsi
    pop rdx
    pop rcx
    pop rax
    .endm

    .macro termite_jit_slow name, count
    .p2align 4
    .globl termite_jit_\name
    .hidden termite_jit_\name
termite_jit_\name:
    termite_jit_save
    mov rax, [r15 + {a}]
    mov rcx, [r15 + {b}]
    mov rsi, [r15 + {c}]
    mov [r15 + {operands}], rax
    mov [r15 + {operands} + 8], rcx
    mov [r15 + {operands} + 16], rsi
    mov edx, \count
    jmp .Ltermite_jit_slow
    .endm

    termite_jit_slow slow1, 1
    termite_jit_slow slow2, 2
    termite_jit_slow slow3, 3

    .p2align 4
    .globl termite_jit_slow_n
    .hidden termite_jit_slow_n
termite_jit_slow_n:
    termite_jit_save
    mov rdx, [r15 + {b}]

.Ltermite_jit_slow:
    mov rdi, r15
    lea rsi, [r15 + {operands}]
    call r11
    cmp rax, {error}
    je .Ltermite_jit_raise
    mov [r15 + {ret}], rax
    termite_jit_restore
    add rsp, 8
    pop r11
    ret

.Ltermite_jit_raise:
    mov eax, [rsp + 264 + 8 * 8]
    mov [r15 + {site} + 4], eax
    mov qword ptr [r15 + {reason}], {raise}
    mov rdi, [r15 + {k}]
    jmp .Ltermite_jit_leave

    .p2align 4
    .globl termite_jit_remember
    .hidden termite_jit_remember
termite_jit_remember:
    push r11
    push r11
    termite_jit_save
    mov rsi, rdi
    mov rdi, r15
    call [r15 + {remember_fn}]
    termite_jit_restore
    pop r11
    pop r11
    ret
"#,
    operands = const CTX_ARGS as usize + 8 * SCRATCH_ARG,
    a = const SLOW_OPERANDS[0],
    b = const SLOW_OPERANDS[1],
    c = const SLOW_OPERANDS[2],
    k = const CTX_K,
    ret = const CTX_RET,
    site = const CTX_SITE,
    reason = const CTX_REASON,
    error = const Value::ERROR.0,
    raise = const ExitReason::Raise as u32,
    remember_fn = const REMEMBER_FN,
);

// Arithmetic and comparison of two flonums, before the general slow path. The result of
// arithmetic is allocated when the nursery has room: a limit of 0, which asks for
// attention, just takes the long way. The primitive in r11 is kept on the stack meanwhile.
global_asm!(r#"
    .macro termite_jit_both_flonums
    push r11
    push rax
    mov rax, [r15 + {a}]
    lea r11d, [rax - {tag}]
    test r11b, 7
    jne 1f
    mov r11, [r15 + {b}]
    sub r11, {tag}
    test r11b, 7
    jne 1f
    .endm

    .macro termite_jit_return
    movups xmm0, [rsp]
    mov rax, [rsp + 16]
    add rsp, 40
    pop r11
    ret
1:
    pop rax
    pop r11
    jmp termite_jit_slow2
    .endm

    .macro termite_jit_arithmetic name, instruction
    .p2align 4
    .globl termite_jit_\name
    .hidden termite_jit_\name
termite_jit_\name:
    termite_jit_both_flonums
    sub rsp, 16
    movups [rsp], xmm0
    movsd xmm0, qword ptr [rax - {tag}]
    mov rax, [r15 + {alloc}]
    add rax, 8
    cmp rax, [r15 + {limit}]
    ja 2f
    \instruction xmm0, qword ptr [r11]
    movsd qword ptr [rax - 8], xmm0
    mov [r15 + {alloc}], rax
    add rax, {tag} - 8
    mov [r15 + {ret}], rax
    termite_jit_return
2:
    movups xmm0, [rsp]
    add rsp, 16
    jmp 1b
    .endm

    .macro termite_jit_comparison name, condition
    .p2align 4
    .globl termite_jit_\name
    .hidden termite_jit_\name
termite_jit_\name:
    termite_jit_both_flonums
    sub rsp, 16
    movups [rsp], xmm0
    \condition
    shl eax, 8
    or eax, {false_}
    mov [r15 + {ret}], rax
    termite_jit_return
    .endm

    // These leave 0 or 1 in eax; unordered operands give 0. [rax] a, [r11] b.
    .macro termite_jit_above
    movsd xmm0, qword ptr [rax - {tag}]
    xor eax, eax
    ucomisd xmm0, qword ptr [r11]
    seta al
    .endm

    .macro termite_jit_not_below
    movsd xmm0, qword ptr [rax - {tag}]
    xor eax, eax
    ucomisd xmm0, qword ptr [r11]
    setae al
    .endm

    .macro termite_jit_below
    movsd xmm0, qword ptr [r11]
    ucomisd xmm0, qword ptr [rax - {tag}]
    mov eax, 0
    seta al
    .endm

    .macro termite_jit_not_above
    movsd xmm0, qword ptr [r11]
    ucomisd xmm0, qword ptr [rax - {tag}]
    mov eax, 0
    setae al
    .endm

    .macro termite_jit_equal
    movsd xmm0, qword ptr [rax - {tag}]
    ucomisd xmm0, qword ptr [r11]
    setnp al
    sete r11b
    and al, r11b
    movzx eax, al
    .endm

    termite_jit_arithmetic add, addsd
    termite_jit_arithmetic sub, subsd
    termite_jit_arithmetic mul, mulsd
    termite_jit_arithmetic div, divsd
    termite_jit_comparison num_eq, termite_jit_equal
    termite_jit_comparison lt, termite_jit_below
    termite_jit_comparison gt, termite_jit_above
    termite_jit_comparison le, termite_jit_not_above
    termite_jit_comparison ge, termite_jit_not_below
"#,
    tag = const termite_abi::value::TAG_FLONUM,
    a = const SLOW_OPERANDS[0],
    b = const SLOW_OPERANDS[1],
    alloc = const CTX_ALLOC,
    limit = const CTX_LIMIT,
    ret = const CTX_RET,
    false_ = const Value::FALSE.0,
);
