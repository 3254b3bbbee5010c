//! What is known at a point of a segment: of each register, and of the reservation.

use super::types::Types;
use cranelift_codegen::ir::Value;
use termite_ir::Reg;

/// What is known of a value, and in which forms it is at hand.
#[derive(Clone, Copy, Debug)]
pub struct Known {
    pub types: Types,
    /// The tagged word.
    pub word: Option<Value>,
    /// A flonum's number.
    pub float: Option<Value>,
    /// A boolean as 0 or 1.
    pub flag: Option<Value>,
    /// The word, when it is a constant.
    pub constant: Option<u64>,
    /// Live value of a return point, not loaded yet.
    pub live: Option<u32>,
    /// Allocated in this pass of the segment: young, so needs no write barrier.
    pub fresh: bool,
    /// An index, and a fixnum, below the length of the object in this word.
    pub inside: Option<Value>,
    /// An instance of the record type in this word, with at least this many fields.
    pub record: Option<(Value, u32)>,
}

impl Known {
    pub const NOTHING: Known = Known {
        types: Types::ANY,
        word: None,
        float: None,
        flag: None,
        constant: None,
        live: None,
        fresh: false,
        inside: None,
        record: None,
    };

    pub fn word(word: Value, types: Types) -> Known {
        Known {
            word: Some(word),
            types,
            ..Known::NOTHING
        }
    }

    pub fn float(float: Value) -> Known {
        Known {
            float: Some(float),
            types: Types::FLONUM,
            ..Known::NOTHING
        }
    }

    pub fn flag(flag: Value) -> Known {
        Known {
            flag: Some(flag),
            types: Types::BOOLEAN,
            ..Known::NOTHING
        }
    }

    pub fn constant(word: u64, types: Types) -> Known {
        Known {
            constant: Some(word),
            types,
            ..Known::NOTHING
        }
    }

    /// The word of `known`, of which `types` hold.
    pub fn word_of(known: &Known, types: Types) -> Known {
        Known {
            word: known.word,
            types,
            ..Known::NOTHING
        }
    }

    /// Whether the tagged word is at hand without allocating.
    pub fn has_word(&self) -> bool {
        self.word.is_some() || self.constant.is_some() || self.live.is_some() || self.flag.is_some()
    }

    /// What was known at the definition, with what was learnt since.
    pub fn with_fact(&self, fact: &Known) -> Known {
        Known {
            types: self.types & fact.types,
            word: fact.word.or(self.word),
            float: fact.float.or(self.float),
            flag: fact.flag.or(self.flag),
            constant: fact.constant.or(self.constant),
            live: fact.live.or(self.live),
            fresh: fact.fresh || self.fresh,
            inside: fact.inside.or(self.inside),
            record: fact.record.or(self.record),
        }
    }

    /// What holds on both of two paths.
    fn meet(&self, other: &Known) -> Known {
        fn same<T: PartialEq>(a: Option<T>, b: Option<T>) -> Option<T> {
            if a == b { a } else { None }
        }
        let record = match (self.record, other.record) {
            (Some((t, n)), Some((u, m))) if t == u => Some((t, n.min(m))),
            _ => None,
        };
        Known {
            types: self.types | other.types,
            word: same(self.word, other.word),
            float: same(self.float, other.float),
            flag: same(self.flag, other.flag),
            constant: same(self.constant, other.constant),
            live: same(self.live, other.live),
            fresh: self.fresh && other.fresh,
            inside: same(self.inside, other.inside),
            record,
        }
    }
}

/// Facts of a path beyond this number are forgotten, the oldest first, so that long
/// segments stay linear.
const MAX_FACTS: usize = 48;

/// The state of the path that is being emitted.
#[derive(Clone, Debug, Default)]
pub struct Path {
    /// What is known better than where the register was defined.
    facts: Vec<(Reg, Known)>,
    /// The reservation has been made.
    pub reserved: bool,
    /// Something was done that must not be done twice.
    pub effects: bool,
    /// A number exists that may have to be boxed.
    pub unboxed: bool,
    /// `ctx.args` no longer holds this segment's own arguments.
    pub args_clobbered: bool,
    /// Bytes allocated since the reservation.
    pub bytes: u32,
    /// Value that the allocation pointer had, while it is known.
    pub base: Option<Value>,
    /// Bytes allocated since `base`.
    pub offset: u32,
    /// `ctx.alloc` is behind.
    pub dirty: bool,
}

impl Path {
    pub fn fact(&self, reg: Reg) -> Option<&Known> {
        self.facts
            .iter()
            .rev()
            .find(|(r, _)| *r == reg)
            .map(|(_, k)| k)
    }

    pub fn learn(&mut self, reg: Reg, known: Known) {
        if let Some(i) = self.facts.iter().position(|(r, _)| *r == reg) {
            self.facts.remove(i);
        } else if self.facts.len() == MAX_FACTS {
            self.facts.remove(0);
        }
        self.facts.push((reg, known));
    }

    /// What holds on all of `paths` (at least one), given what is known of registers at
    /// their definition. The allocation pointer is forgotten unless all agree.
    pub fn meet(paths: &[Path], defined: impl Fn(Reg) -> Known) -> Path {
        let [first, rest @ ..] = paths else {
            return Path::default();
        };
        let mut met = first.clone();
        for other in rest {
            for (reg, known) in &mut met.facts {
                let definition = defined(*reg);
                let theirs = other
                    .fact(*reg)
                    .map_or(definition, |f| definition.with_fact(f));
                *known = known.meet(&theirs);
            }
            met.reserved &= other.reserved;
            met.effects |= other.effects;
            met.unboxed |= other.unboxed;
            met.args_clobbered |= other.args_clobbered;
            met.bytes = met.bytes.max(other.bytes);
            if met.base != other.base || met.offset != other.offset {
                met.base = None;
                met.offset = 0;
            }
        }
        met
    }
}
