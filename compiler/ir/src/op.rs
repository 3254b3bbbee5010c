//! The operations table: one row an operation.
//!
//! An operation runs inside a segment, never collects, never suspends. Those with a
//! `prim` are inline forms of the primitive of that name: their slow path (wrong type,
//! bignums, rationals...) calls it, and it decides result or error; so an operation
//! means exactly what its primitive means for that number of arguments.

/// Kind of result of an operation.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Res {
    /// Defines no register.
    None,
    Any,
    Bool,
    Fixnum,
    Flonum,
    Char,
    Pair,
    Box,
    /// A closure of the control point in `imm`.
    Closure,
}

/// What an operation does besides computing.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Does {
    /// Depends on its operands alone and cannot fail.
    Pure,
    /// Depends on its operands alone; may fail.
    Check,
    /// Reads mutable state; cannot fail.
    Read,
    /// Reads mutable state; may fail.
    ReadCheck,
    /// Writes mutable state; may fail.
    Write,
    /// Allocates a new object; cannot fail.
    Make,
}

/// Meaning of `Inst::imm`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Imm {
    None,
    /// Index of a free value of the closure.
    Free,
    /// Index of a toplevel variable of the unit.
    Var,
    /// A control point (an entry).
    Cp,
    /// Index in the unit's table of primitives.
    Prim,
    /// Index of a record field, from 0.
    Field,
}

macro_rules! ops {
    ($($(#[$doc:meta])* $name:ident $text:literal $args:literal $res:ident $does:ident $imm:ident alloc $alloc:literal prim $prim:literal;)*) => {
        /// An operation; see its row.
        #[derive(Clone, Copy, PartialEq, Eq, Debug, Hash)]
        #[repr(u8)]
        pub enum Op { $($(#[$doc])* $name,)* }

        impl Op {
            pub const ALL: &'static [Op] = &[$(Op::$name),*];

            /// Its name in the text form.
            pub const fn text(self) -> &'static str {
                match self { $(Op::$name => $text,)* }
            }

            /// Number of operands; -1: any number.
            pub const fn arg_count(self) -> i8 {
                match self { $(Op::$name => $args,)* }
            }

            pub const fn result(self) -> Res {
                match self { $(Op::$name => Res::$res,)* }
            }

            pub const fn does(self) -> Does {
                match self { $(Op::$name => Does::$does,)* }
            }

            pub const fn imm(self) -> Imm {
                match self { $(Op::$name => Imm::$imm,)* }
            }

            /// Bytes that its inline form may allocate, not counting 8 an operand for
            /// operations with any number of them.
            pub const fn alloc_bytes(self) -> u32 {
                match self { $(Op::$name => $alloc,)* }
            }

            /// The primitive that it is the inline form of.
            pub const fn prim(self) -> Option<&'static str> {
                match self { $(Op::$name => { const P: &str = $prim; if P.is_empty() { None } else { Some(P) } })* }
            }
        }
    };
}

ops! {
    // -- closures, boxes, variables, control --
    /// A closure of entry `imm` over the operands (at least one); `Operand::Hole`
    /// leaves a place for `InitFree`.
    MakeClosure "make-closure" -1 Closure Make Cp alloc 8 prim "";
    /// Fills hole `imm` of a closure made in this block: closure, value.
    InitFree "init-free" 2 None Write Free alloc 0 prim "";
    /// Free value `imm` of a closure of known entry.
    FreeRef "free-ref" 1 Any Pure Free alloc 0 prim "";
    MakeBox "make-box" 1 Box Make None alloc 16 prim "";
    BoxRef "box-ref" 1 Any Read None alloc 0 prim "";
    BoxSet "box-set!" 2 None Write None alloc 0 prim "";
    /// Like `BoxRef`, but a variable read before its initialisation is an error.
    BoxRefChecked "box-ref-checked" 1 Any ReadCheck None alloc 0 prim "";
    /// Toplevel variable; the unbound marker when it has no value.
    CellRef "cell-ref" 0 Any Read Var alloc 0 prim "";
    CellRefChecked "cell-ref-checked" 0 Any ReadCheck Var alloc 0 prim "";
    /// Assigns a variable that must have a value already.
    CellSet "cell-set!" 1 None Write Var alloc 0 prim "";
    /// Gives a variable its value, defined before or not.
    CellDefine "cell-define!" 1 None Write Var alloc 0 prim "";
    /// The current continuation's frame, as a value.
    Capture "capture" 0 Any Read None alloc 0 prim "";
    DynEnv "dynamic-environment" 0 Any Read None alloc 0 prim "";
    SetDynEnv "set-dynamic-environment!" 1 None Write None alloc 0 prim "";
    /// Calls leaf or alloc primitive `imm`.
    Prim "prim" -1 Any Write Prim alloc 0 prim "";
    // -- predicates --
    Eq "eq?" 2 Bool Pure None alloc 0 prim "eq?";
    Not "not" 1 Bool Pure None alloc 0 prim "not";
    IsNull "null?" 1 Bool Pure None alloc 0 prim "null?";
    IsPair "pair?" 1 Bool Pure None alloc 0 prim "pair?";
    IsFixnum "fixnum?" 1 Bool Pure None alloc 0 prim "fixnum?";
    IsFlonum "flonum?" 1 Bool Pure None alloc 0 prim "flonum?";
    IsChar "char?" 1 Bool Pure None alloc 0 prim "char?";
    IsBoolean "boolean?" 1 Bool Pure None alloc 0 prim "boolean?";
    IsSymbol "symbol?" 1 Bool Pure None alloc 0 prim "symbol?";
    IsString "string?" 1 Bool Pure None alloc 0 prim "string?";
    IsVector "vector?" 1 Bool Pure None alloc 0 prim "vector?";
    IsBytevector "bytevector?" 1 Bool Pure None alloc 0 prim "bytevector?";
    IsProcedure "procedure?" 1 Bool Pure None alloc 0 prim "procedure?";
    IsEof "eof-object?" 1 Bool Pure None alloc 0 prim "eof-object?";
    /// Whether the operand is `#!default`, an optional argument not given.
    IsDefault "default-object?" 1 Bool Pure None alloc 0 prim "%default-object?";
    // -- pairs --
    Cons "cons" 2 Pair Make None alloc 16 prim "cons";
    Car "car" 1 Any ReadCheck None alloc 0 prim "car";
    Cdr "cdr" 1 Any ReadCheck None alloc 0 prim "cdr";
    SetCar "set-car!" 2 None Write None alloc 0 prim "set-car!";
    SetCdr "set-cdr!" 2 None Write None alloc 0 prim "set-cdr!";
    // -- generic arithmetic --
    Add "+" 2 Any Check None alloc 8 prim "+";
    Sub "-" 2 Any Check None alloc 8 prim "-";
    Mul "*" 2 Any Check None alloc 8 prim "*";
    Div "/" 2 Any Check None alloc 8 prim "/";
    Quotient "quotient" 2 Any Check None alloc 0 prim "quotient";
    Remainder "remainder" 2 Any Check None alloc 0 prim "remainder";
    Modulo "modulo" 2 Any Check None alloc 0 prim "modulo";
    NumEq "=" 2 Bool Check None alloc 0 prim "=";
    Lt "<" 2 Bool Check None alloc 0 prim "<";
    Gt ">" 2 Bool Check None alloc 0 prim ">";
    Le "<=" 2 Bool Check None alloc 0 prim "<=";
    Ge ">=" 2 Bool Check None alloc 0 prim ">=";
    BitAnd "bitwise-and" 2 Any Check None alloc 0 prim "bitwise-and";
    BitOr "bitwise-ior" 2 Any Check None alloc 0 prim "bitwise-ior";
    BitXor "bitwise-xor" 2 Any Check None alloc 0 prim "bitwise-xor";
    // -- flonum arithmetic: both operands must be flonums --
    FlAdd "fl+" 2 Flonum Check None alloc 8 prim "fl+";
    FlSub "fl-" 2 Flonum Check None alloc 8 prim "fl-";
    FlMul "fl*" 2 Flonum Check None alloc 8 prim "fl*";
    FlDiv "fl/" 2 Flonum Check None alloc 8 prim "fl/";
    FlEq "fl=" 2 Bool Check None alloc 0 prim "fl=";
    FlLt "fl<" 2 Bool Check None alloc 0 prim "fl<";
    FlGt "fl>" 2 Bool Check None alloc 0 prim "fl>";
    FlLe "fl<=" 2 Bool Check None alloc 0 prim "fl<=";
    FlGe "fl>=" 2 Bool Check None alloc 0 prim "fl>=";
    // -- characters --
    CharToInteger "char->integer" 1 Fixnum Check None alloc 0 prim "char->integer";
    IntegerToChar "integer->char" 1 Char Check None alloc 0 prim "integer->char";
    // -- vectors, strings, bytevectors --
    VectorRef "vector-ref" 2 Any ReadCheck None alloc 0 prim "vector-ref";
    VectorSet "vector-set!" 3 None Write None alloc 0 prim "vector-set!";
    VectorLength "vector-length" 1 Fixnum Check None alloc 0 prim "vector-length";
    StringRef "string-ref" 2 Char ReadCheck None alloc 0 prim "string-ref";
    StringLength "string-length" 1 Fixnum Check None alloc 0 prim "string-length";
    ByteRef "bytevector-u8-ref" 2 Fixnum ReadCheck None alloc 0 prim "bytevector-u8-ref";
    ByteSet "bytevector-u8-set!" 3 None Write None alloc 0 prim "bytevector-u8-set!";
    ByteLength "bytevector-length" 1 Fixnum Check None alloc 0 prim "bytevector-length";
    // -- records --
    /// A record of the type in operand 0 (a record type, else an error) with exactly
    /// the given fields (their count must be the type's).
    MakeRecord "%make-record" -1 Any Check None alloc 8 prim "%make-record";
    /// object, type: whether the object is a record of that very type or of one
    /// derived from it.
    IsRecord "%record?" 2 Bool Read None alloc 0 prim "%record?";
    /// object, type, procedure name (a symbol, for the message): field `imm`, bounded
    /// by the object's own length.
    RecordRef "%record-ref" 3 Any ReadCheck Field alloc 0 prim "";
    /// object, type, procedure name, value.
    RecordSet "%record-set!" 4 None Write Field alloc 0 prim "";
}

impl Op {
    /// Whether it can raise, and so needs a site.
    pub const fn may_fail(self) -> bool {
        match self.does() {
            Does::Check | Does::ReadCheck => true,
            Does::Write => !matches!(
                self,
                Op::InitFree | Op::BoxSet | Op::CellDefine | Op::SetDynEnv
            ),
            Does::Pure | Does::Read | Does::Make => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_distinct() {
        for (i, a) in Op::ALL.iter().enumerate() {
            assert_eq!(*a as usize, i);
            assert!(Op::ALL[i + 1..].iter().all(|b| a.text() != b.text()));
        }
    }
}
