//! The interpreter's loop over one segment: a flat dispatch, an arm an instruction.
//!
//! Unsafe here: see the head of the module `interp`.

use super::Stop;
use super::objects::*;
use super::run::{Run, call_value, op_address, record_slow, return_many, return_one};
use crate::node::Node;
use crate::segment;
use termite_abi::object::Kind;
use termite_abi::value::{TAG_CLOSURE, TAG_FLONUM, TAG_FRAME, TAG_OBJECT, TAG_PAIR};
use termite_abi::{Descriptor, Header, Value};
use termite_ir::Op;

/// Interprets one segment. `None`: `ctx.cp`, `ctx.k` and the arguments say what is next.
#[inline(always)]
pub(super) fn segment_loop(mut r: Run<'_>) -> Option<Stop> {
    /// Result of a slow path into a register, or out.
    macro_rules! slow {
        ($op:expr, $n:expr) => {{
            let v = r.op_prim($op, 2, $n);
            if v == Value::ERROR.0 {
                return Some(r.raise());
            }
            r.set(1, v);
        }};
    }
    /// Slow path of an operation without result, whose operands start at word `$from`.
    macro_rules! slow_effect {
        ($address:expr, $from:expr, $n:expr) => {{
            let v = r.prim($address, $from, $n);
            if v == Value::ERROR.0 {
                return Some(r.raise());
            }
        }};
    }
    macro_rules! test {
        ($n:expr, $e:expr) => {{
            let v = Value::bool($e).0;
            r.set(1, v);
            r.pc += 2 + $n;
        }};
    }
    macro_rules! compare {
        ($op:expr, $rel:tt) => {{
            let (a, b) = (r.val(2), r.val(3));
            if both_fixnums(a, b) {
                let v = Value::bool((a as i64) $rel (b as i64)).0;
                r.set(1, v);
            } else if both_flonums(a, b) {
                let v = Value::bool(float(a) $rel float(b)).0;
                r.set(1, v);
            } else {
                slow!($op, 2);
            }
            r.pc += 4;
        }};
    }
    macro_rules! compare_branch {
        ($op:expr, $rel:tt) => {{
            let (a, b) = (r.val(1), r.val(2));
            let yes = if both_fixnums(a, b) {
                (a as i64) $rel (b as i64)
            } else if both_flonums(a, b) {
                float(a) $rel float(b)
            } else {
                let v = r.op_prim($op, 1, 2);
                if v == Value::ERROR.0 {
                    return Some(r.raise());
                }
                v != Value::FALSE.0
            };
            r.pc = if yes { r.pc + 4 } else { r.word(3) as usize };
        }};
    }
    macro_rules! branch {
        ($n:expr, $e:expr) => {{
            let yes = $e;
            r.pc = if yes { r.pc + 2 + $n } else { r.word(1 + $n) as usize };
        }};
    }
    macro_rules! arith {
        ($op:expr, $checked:ident, $rel:tt) => {{
            let (a, b) = (r.val(2), r.val(3));
            if both_fixnums(a, b) && let Some(v) = (a as i64).$checked(b as i64) {
                r.set(1, v as u64);
            } else if both_flonums(a, b) {
                let v = r.flonum(float(a) $rel float(b));
                r.set(1, v);
            } else {
                slow!($op, 2);
            }
            r.pc += 4;
        }};
    }
    macro_rules! divide {
        ($op:expr, |$a:ident, $b:ident| $e:expr) => {{
            let (a, b) = (r.val(2), r.val(3));
            // Dividing by zero is an error, the smallest fixnum by -1 a bignum.
            if both_fixnums(a, b) && b != 0 && b != Value::fixnum(-1).0 {
                let ($a, $b) = (Value(a).as_fixnum(), Value(b).as_fixnum());
                r.set(1, Value::fixnum($e).0);
            } else {
                slow!($op, 2);
            }
            r.pc += 4;
        }};
    }
    macro_rules! bits {
        ($op:expr, $rel:tt) => {{
            let (a, b) = (r.val(2), r.val(3));
            if both_fixnums(a, b) {
                r.set(1, a $rel b);
            } else {
                slow!($op, 2);
            }
            r.pc += 4;
        }};
    }
    macro_rules! fl_arith {
        ($op:expr, $rel:tt) => {{
            let (a, b) = (r.val(2), r.val(3));
            if both_flonums(a, b) {
                let v = r.flonum(float(a) $rel float(b));
                r.set(1, v);
            } else {
                slow!($op, 2);
            }
            r.pc += 4;
        }};
    }
    macro_rules! fl_compare {
        ($op:expr, $rel:tt) => {{
            let (a, b) = (r.val(2), r.val(3));
            if both_flonums(a, b) {
                let v = Value::bool(float(a) $rel float(b)).0;
                r.set(1, v);
            } else {
                slow!($op, 2);
            }
            r.pc += 4;
        }};
    }
    macro_rules! length_of {
        ($op:expr, $kind:expr) => {{
            let a = r.val(2);
            if is_kind(a, $kind) {
                r.set(1, length(a) << 3);
            } else {
                slow!($op, 1);
            }
            r.pc += 3;
        }};
    }
    const fn c(op: Op) -> u32 {
        op as u32
    }
    macro_rules! dispatch {
        ($code:expr, $($op:ident => $body:block)* ; $($ctl:ident => $cbody:block)*) => {
            match $code {
                $(x if x == c(Op::$op) => $body)*
                $(segment::$ctl => $cbody)*
                _ => unreachable!("instruction codes come from segment::decode"),
            }
        };
    }
    // SAFETY (for the unsafe blocks below that touch objects): operand kinds were
    // checked in the same arm, or proved by the verifier (boxes, closures, cells);
    // fresh memory comes from `bump`.
    loop {
        let code = r.word(0);
        dispatch! { code,
        MakeClosure => {
            let n = r.word(3) as usize;
            let at = r.bump(8 + 8 * n as u64);
            // SAFETY: see above.
            unsafe {
                write(at, r.constant(2));
                for i in 0..n {
                    write(at + 8 + 8 * i as u64, r.val(4 + i));
                }
            }
            r.set(1, at | TAG_CLOSURE);
            r.pc += 4 + n;
        }
        InitFree => {
            let at = r.val(3) - TAG_CLOSURE + 8 + 8 * r.word(2) as u64;
            // SAFETY: a closure made in this segment, hence young: no barrier.
            unsafe { write(at, r.val(4)) };
            r.pc += 5;
        }
        FreeRef => {
            // SAFETY: see above.
            let v = unsafe { read(r.val(3) - TAG_CLOSURE + 8 + 8 * r.word(2) as u64) };
            r.set(1, v);
            r.pc += 4;
        }
        MakeBox => {
            let at = r.bump(16);
            // SAFETY: see above.
            unsafe {
                write(at, Header::new(Kind::Box, 1, 0).0);
                write(at + 8, r.val(2));
            }
            r.set(1, at | TAG_OBJECT);
            r.pc += 3;
        }
        BoxRef => {
            // SAFETY: see above.
            let v = unsafe { read(r.val(2) - TAG_OBJECT + 8) };
            r.set(1, v);
            r.pc += 3;
        }
        BoxRefChecked => {
            // SAFETY: see above.
            let v = unsafe { read(r.val(2) - TAG_OBJECT + 8) };
            if v == Value::UNBOUND.0 {
                // SAFETY: the node is live.
                let node = unsafe { &mut *(*r.ctx).owner.cast::<Node>() };
                node.record_uninitialized();
                return Some(r.raise());
            }
            r.set(1, v);
            r.pc += 3;
        }
        BoxSet => {
            let b = r.val(2);
            let v = r.val(3);
            r.store(b, b - TAG_OBJECT + 8, v);
            r.pc += 4;
        }
        CellRef => {
            // SAFETY: cells are old objects that live as long as their node.
            let v = unsafe { read(r.constant(2) - TAG_OBJECT + 8) };
            r.set(1, v);
            r.pc += 3;
        }
        CellRefChecked => {
            let cell = r.constant(2);
            // SAFETY: as above.
            let v = unsafe { read(cell - TAG_OBJECT + 8) };
            if v == Value::UNBOUND.0 {
                // SAFETY: the node is live.
                unsafe { (*(*r.ctx).owner.cast::<Node>()).record_unbound(Value(cell)) };
                return Some(r.raise());
            }
            r.set(1, v);
            r.pc += 3;
        }
        CellSet => {
            let cell = r.constant(2);
            let v = r.val(3);
            // SAFETY: as above.
            if unsafe { read(cell - TAG_OBJECT + 8) } == Value::UNBOUND.0 {
                // SAFETY: the node is live.
                unsafe { (*(*r.ctx).owner.cast::<Node>()).record_unbound(Value(cell)) };
                return Some(r.raise());
            }
            r.store(cell, cell - TAG_OBJECT + 8, v);
            r.pc += 4;
        }
        CellDefine => {
            let cell = r.constant(2);
            let v = r.val(3);
            r.store(cell, cell - TAG_OBJECT + 8, v);
            r.pc += 4;
        }
        Capture => {
            let k = r.k;
            r.set(1, k);
            r.pc += 2;
        }
        DynEnv => {
            // SAFETY: a field of the context.
            let v = unsafe { (*r.ctx).dynenv };
            r.set(1, v);
            r.pc += 2;
        }
        SetDynEnv => {
            // SAFETY: a field of the context.
            unsafe { (*r.ctx).dynenv = r.val(2) };
            r.pc += 3;
        }
        Prim => {
            let n = r.word(3) as usize;
            let v = r.prim(r.constant(2), 4, n);
            if v == Value::ERROR.0 {
                return Some(r.raise());
            }
            r.set(1, v);
            r.pc += 4 + n;
        }
        Eq => { test!(2, r.val(2) == r.val(3)) }
        Not => { test!(1, r.val(2) == Value::FALSE.0) }
        IsNull => { test!(1, r.val(2) == Value::NULL.0) }
        IsPair => { test!(1, r.val(2) & 7 == TAG_PAIR) }
        IsFixnum => { test!(1, r.val(2) & 7 == 0) }
        IsFlonum => { test!(1, r.val(2) & 7 == TAG_FLONUM) }
        IsChar => { test!(1, Value(r.val(2)).is_char()) }
        IsBoolean => { test!(1, r.val(2) == Value::TRUE.0 || r.val(2) == Value::FALSE.0) }
        IsSymbol => { test!(1, is_kind(r.val(2), Kind::Symbol)) }
        IsString => { test!(1, is_kind(r.val(2), Kind::String)) }
        IsVector => { test!(1, is_kind(r.val(2), Kind::Vector)) }
        IsBytevector => { test!(1, is_kind(r.val(2), Kind::Bytevector)) }
        IsProcedure => { test!(1, r.val(2) & 7 == TAG_CLOSURE) }
        IsEof => { test!(1, r.val(2) == Value::EOF.0) }
        IsDefault => { test!(1, r.val(2) == Value::DEFAULT.0) }
        Cons => {
            let at = r.bump(16);
            // SAFETY: see above.
            unsafe {
                write(at, r.val(2));
                write(at + 8, r.val(3));
            }
            r.set(1, at | TAG_PAIR);
            r.pc += 4;
        }
        Car => {
            let a = r.val(2);
            if a & 7 == TAG_PAIR {
                // SAFETY: a pair.
                let v = unsafe { read(a - TAG_PAIR) };
                r.set(1, v);
            } else {
                slow!(Op::Car, 1);
            }
            r.pc += 3;
        }
        Cdr => {
            let a = r.val(2);
            if a & 7 == TAG_PAIR {
                // SAFETY: a pair.
                let v = unsafe { read(a - TAG_PAIR + 8) };
                r.set(1, v);
            } else {
                slow!(Op::Cdr, 1);
            }
            r.pc += 3;
        }
        SetCar => {
            let (p, v) = (r.val(2), r.val(3));
            if p & 7 == TAG_PAIR && r.is_young(p) {
                // SAFETY: a young pair: no barrier, and no literal.
                unsafe { write(p - TAG_PAIR, v) };
            } else {
                let address = op_address(&r, Op::SetCar);
                slow_effect!(address, 2, 2);
            }
            r.pc += 4;
        }
        SetCdr => {
            let (p, v) = (r.val(2), r.val(3));
            if p & 7 == TAG_PAIR && r.is_young(p) {
                // SAFETY: a young pair: no barrier, and no literal.
                unsafe { write(p - TAG_PAIR + 8, v) };
            } else {
                let address = op_address(&r, Op::SetCdr);
                slow_effect!(address, 2, 2);
            }
            r.pc += 4;
        }
        Add => { arith!(Op::Add, checked_add, +) }
        Sub => { arith!(Op::Sub, checked_sub, -) }
        Mul => {
            let (a, b) = (r.val(2), r.val(3));
            if both_fixnums(a, b)
                && let Some(v) = Value(a).as_fixnum().checked_mul(b as i64)
            {
                r.set(1, v as u64);
            } else if both_flonums(a, b) {
                let v = r.flonum(float(a) * float(b));
                r.set(1, v);
            } else {
                slow!(Op::Mul, 2);
            }
            r.pc += 4;
        }
        Div => {
            let (a, b) = (r.val(2), r.val(3));
            if both_flonums(a, b) {
                let v = r.flonum(float(a) / float(b));
                r.set(1, v);
            } else {
                slow!(Op::Div, 2);
            }
            r.pc += 4;
        }
        Quotient => { divide!(Op::Quotient, |x, y| x / y) }
        Remainder => { divide!(Op::Remainder, |x, y| x % y) }
        Modulo => { divide!(Op::Modulo, |x, y| ((x % y) + y) % y) }
        NumEq => { compare!(Op::NumEq, ==) }
        Lt => { compare!(Op::Lt, <) }
        Gt => { compare!(Op::Gt, >) }
        Le => { compare!(Op::Le, <=) }
        Ge => { compare!(Op::Ge, >=) }
        BitAnd => { bits!(Op::BitAnd, &) }
        BitOr => { bits!(Op::BitOr, |) }
        BitXor => { bits!(Op::BitXor, ^) }
        FlAdd => { fl_arith!(Op::FlAdd, +) }
        FlSub => { fl_arith!(Op::FlSub, -) }
        FlMul => { fl_arith!(Op::FlMul, *) }
        FlDiv => { fl_arith!(Op::FlDiv, /) }
        FlEq => { fl_compare!(Op::FlEq, ==) }
        FlLt => { fl_compare!(Op::FlLt, <) }
        FlGt => { fl_compare!(Op::FlGt, >) }
        FlLe => { fl_compare!(Op::FlLe, <=) }
        FlGe => { fl_compare!(Op::FlGe, >=) }
        CharToInteger => {
            let a = Value(r.val(2));
            if a.is_char() {
                r.set(1, (a.0 >> 8) << 3);
            } else {
                slow!(Op::CharToInteger, 1);
            }
            r.pc += 3;
        }
        IntegerToChar => {
            slow!(Op::IntegerToChar, 1);
            r.pc += 3;
        }
        VectorRef => {
            let (v, i) = (r.val(2), r.val(3));
            if is_kind(v, Kind::Vector) && i & 7 == 0 && i >> 3 < length(v) {
                // SAFETY: the index, unsigned, is below the length.
                let x = unsafe { read(v - TAG_OBJECT + 8 + i) };
                r.set(1, x);
            } else {
                slow!(Op::VectorRef, 2);
            }
            r.pc += 4;
        }
        VectorSet => {
            let (v, i, x) = (r.val(2), r.val(3), r.val(4));
            if is_mutable(v, Kind::Vector) && i & 7 == 0 && i >> 3 < length(v) {
                r.store(v, v - TAG_OBJECT + 8 + i, x);
            } else {
                let address = op_address(&r, Op::VectorSet);
                slow_effect!(address, 2, 3);
            }
            r.pc += 5;
        }
        VectorLength => { length_of!(Op::VectorLength, Kind::Vector) }
        StringRef => {
            let (s, i) = (r.val(2), r.val(3));
            match string_char(s, i) {
                Some(ch) => r.set(1, Value::char(ch).0),
                None => slow!(Op::StringRef, 2),
            }
            r.pc += 4;
        }
        StringLength => {
            let s = r.val(2);
            if is_kind(s, Kind::String) {
                // SAFETY: a string's second field is its length as a fixnum.
                let n = unsafe { read(s - TAG_OBJECT + 16) };
                r.set(1, n);
            } else {
                slow!(Op::StringLength, 1);
            }
            r.pc += 3;
        }
        ByteRef => {
            let (v, i) = (r.val(2), r.val(3));
            if is_kind(v, Kind::Bytevector) && i & 7 == 0 && i >> 3 < length(v) {
                // SAFETY: the index is below the length in bytes.
                let x = unsafe { *((v - TAG_OBJECT + 8 + (i >> 3)) as *const u8) };
                r.set(1, (x as u64) << 3);
            } else {
                slow!(Op::ByteRef, 2);
            }
            r.pc += 4;
        }
        ByteSet => {
            let address = op_address(&r, Op::ByteSet);
            slow_effect!(address, 2, 3);
            r.pc += 5;
        }
        ByteLength => { length_of!(Op::ByteLength, Kind::Bytevector) }
        MakeRecord => {
            // [op, dst, n, type, fields...]
            let n = r.word(2) as usize;
            let address = op_address(&r, Op::MakeRecord);
            let v = r.prim(address, 3, n);
            if v == Value::ERROR.0 {
                return Some(r.raise());
            }
            r.set(1, v);
            r.pc += 3 + n;
        }
        IsRecord => {
            let (a, t) = (r.val(2), r.val(3));
            if is_record_of(a, t) {
                r.set(1, Value::TRUE.0);
            } else {
                slow!(Op::IsRecord, 2);
            }
            r.pc += 4;
        }
        RecordRef => {
            // [op, dst, index, object, type, who]
            let (a, t, i) = (r.val(3), r.val(4), r.word(2) as u64);
            if is_record_of(a, t) && i + 1 < length(a) {
                // SAFETY: a record, whose length was checked.
                let v = unsafe { read(a - TAG_OBJECT + 16 + 8 * i) };
                r.set(1, v);
            } else {
                let v = record_slow(&mut r, true);
                if v == Value::ERROR.0 {
                    return Some(r.raise());
                }
                r.set(1, v);
            }
            r.pc += 6;
        }
        RecordSet => {
            // [op, 0, index, object, type, who, value]
            let (a, t, i) = (r.val(3), r.val(4), r.word(2) as u64);
            if is_mutable(a, Kind::Record) && is_record_of(a, t) && i + 1 < length(a) {
                let v = r.val(6);
                r.store(a, a - TAG_OBJECT + 16 + 8 * i, v);
            } else if record_slow(&mut r, false) == Value::ERROR.0 {
                return Some(r.raise());
            }
            r.pc += 7;
        }
        ;
        RETURN => {
            let v = r.val(1);
            return return_one(&mut r, v);
        }
        RETURN_N => {
            let n = r.word(1) as usize;
            r.gather(2, n, 0);
            return return_many(&mut r, n);
        }
        THROW => {
            let frame = r.val(1);
            let n = r.word(2) as usize;
            if frame & 7 != TAG_FRAME {
                // SAFETY: the node is live.
                unsafe { (*(*r.ctx).owner.cast::<Node>()).record_no_frame(Value(frame)) };
                return Some(r.raise());
            }
            if n == 1 {
                let v = r.val(3);
                r.k = frame;
                return return_one(&mut r, v);
            }
            r.gather(3, n, 0);
            r.k = frame;
            return return_many(&mut r, n);
        }
        GOTO => { r.pc = r.word(1) as usize; }
        MOVE => {
            let v = r.val(2);
            r.set(1, v);
            r.pc += 3;
        }
        BRANCH => { branch!(1, r.val(1) != Value::FALSE.0) }
        JUMP => {
            let n = r.word(2) as usize;
            let desc = r.constant(1);
            r.gather(3, n, 0);
            // SAFETY: plain stores into the context.
            unsafe {
                (*r.ctx).cp = desc as *const Descriptor;
                (*r.ctx).k = r.k;
            }
            return None;
        }
        JUMP_SELF => {
            let n = r.word(1) as usize;
            r.gather(2, n, 0);
            // SAFETY: plain stores into the context; `cp` is still this segment's.
            unsafe { (*r.ctx).k = r.k };
            return None;
        }
        CALL_VALUE => {
            let f = r.val(1);
            let n = r.word(2) as usize;
            r.gather(3, n, 1);
            r.arg(0, f);
            return call_value(&mut r, f, n);
        }
        CALL_DIRECT => {
            let n = r.word(2) as usize;
            let desc = r.constant(1);
            r.gather(3, n, 0);
            // SAFETY: plain stores into the context.
            unsafe {
                (*r.ctx).cp = desc as *const Descriptor;
                (*r.ctx).k = r.k;
            }
            return None;
        }
        PUSH => {
            let n = r.word(2) as usize;
            let at = r.bump(16 + 8 * n as u64);
            // SAFETY: fresh nursery memory.
            unsafe {
                write(at, r.constant(1));
                write(at + 8, r.k);
                for i in 0..n {
                    write(at + 16 + 8 * i as u64, r.val(3 + i));
                }
            }
            r.k = at | TAG_FRAME;
            r.pc += 3 + n;
        }
        BR_LT => { compare_branch!(Op::Lt, <) }
        BR_GT => { compare_branch!(Op::Gt, >) }
        BR_LE => { compare_branch!(Op::Le, <=) }
        BR_GE => { compare_branch!(Op::Ge, >=) }
        BR_NUM_EQ => { compare_branch!(Op::NumEq, ==) }
        BR_EQ => { branch!(2, r.val(1) == r.val(2)) }
        BR_NULL => { branch!(1, r.val(1) == Value::NULL.0) }
        BR_PAIR => { branch!(1, r.val(1) & 7 == TAG_PAIR) }
        BR_NOT => { branch!(1, r.val(1) == Value::FALSE.0) }
        }
    }
}
