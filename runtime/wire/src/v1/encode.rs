//! Writing a graph: each object in full where it is first met, in depth-first order, and
//! by number from then on.
//!
//! What is still to be written of objects that were begun stands on a list of cursors. A
//! cursor is taken off before its object's last value is written, so lists, chains of
//! frames, and nesting in last place keep the list short.

use super::cursor::{Cursor, holds_more, is_inner, is_interned};
use super::header::{Names, put_object_name};
use super::op;
use super::sharing::{Chain, Marked, Sharing};
use crate::bytes::{put_bytes, put_number, zigzag};
use crate::context::{Code, EncodeContext};
use crate::error::EncodeError;
use crate::limits::Limits;
use crate::names::Place;
use termite_abi::object::{Header, Kind};
use termite_abi::value::{
    TAG_CLOSURE, TAG_FIXNUM, TAG_FLONUM, TAG_FRAME, TAG_IMMEDIATE, TAG_OBJECT, TAG_PAIR,
};
use termite_abi::{Identity, Value};
use termite_heap::{self as heap, Finding, Heap, Object, Unsendable, find_unsendable};

/// Fields of a hash table.
const TABLE_ENTRIES: usize = 0;
const TABLE_USED: usize = 2;
const TABLE_TEST: usize = 6;
/// Words of an entry: key, value, hash.
const STRIDE: usize = 3;

/// Smaller bignums are written again rather than looked up.
const BIG_BIGNUM: usize = 64;

/// Why the walk ended early.
#[derive(Debug)]
pub(super) enum Stop {
    /// It was taken to have no branches, and has.
    Branches,
    Unsendable(Value),
    TooLarge(usize),
}

type Step = Result<(), Stop>;

/// See [`crate::encode`].
pub fn encode(
    heap: &mut Heap,
    roots: &[Value],
    cx: &mut dyn EncodeContext,
    limits: &Limits,
) -> Result<Vec<u8>, EncodeError> {
    let mut outcome = Err(Stop::Branches);
    if roots.iter().filter(|&&root| is_inner(root)).count() <= 1 {
        outcome = Encoder::new(Chain::new(), cx, limits).run(roots);
    }
    if matches!(outcome, Err(Stop::Branches)) {
        outcome = Encoder::new(Marked::new(heap), cx, limits).run(roots);
    }
    let (names, graph) = outcome.map_err(|stop| match stop {
        Stop::Unsendable(v) => EncodeError::Unsendable(locate(roots, v)),
        Stop::TooLarge(limit) => EncodeError::TooLarge(limit),
        Stop::Branches => EncodeError::TooLarge(limits.objects),
    })?;
    names.message(&graph, cx, limits)
}

/// The way to a refused value. A marker that is no object has none.
#[cold]
fn locate(roots: &[Value], refused: Value) -> Unsendable {
    let mut judge = |v| {
        if v == refused {
            Finding::Refused
        } else {
            Finding::Inner
        }
    };
    find_unsendable(roots, &mut judge).unwrap_or(Unsendable {
        value: refused,
        path: Vec::new(),
    })
}

struct Encoder<'a, S> {
    sharing: S,
    cx: &'a mut dyn EncodeContext,
    limits: &'a Limits,
    names: Names,
    out: Vec<u8>,
    /// Objects that have been given a number.
    count: u64,
    cursors: Vec<Cursor>,
    /// Chains: that many cursors have nothing left that could branch.
    bare: usize,
}

impl<'a, S: Sharing> Encoder<'a, S> {
    fn new(sharing: S, cx: &'a mut dyn EncodeContext, limits: &'a Limits) -> Encoder<'a, S> {
        Encoder {
            sharing,
            cx,
            limits,
            names: Names::default(),
            out: Vec::with_capacity(64),
            count: 0,
            cursors: Vec::new(),
            bare: 0,
        }
    }

    /// The names in the graph and the graph.
    fn run(mut self, roots: &[Value]) -> Result<(Names, Vec<u8>), Stop> {
        put_number(&mut self.out, roots.len() as u64);
        for &root in roots {
            self.value(root)?;
            while let Some(cursor) = self.cursors.pop() {
                self.advance(cursor)?;
            }
        }
        Ok((self.names, self.out))
    }

    #[inline(always)]
    fn op(&mut self, op: u8) {
        self.out.push(op);
    }

    fn op_number(&mut self, op: u8, n: u64) {
        self.op(op);
        put_number(&mut self.out, n);
    }

    #[inline(always)]
    fn fixnum(&mut self, n: i64) {
        let z = zigzag(n);
        if z < op::INTS_1 {
            self.op(z as u8);
        } else if z < op::INTS_2 {
            let z = z - op::INTS_1;
            self.out.extend([op::TWO_BYTES | (z >> 8) as u8, z as u8]);
        } else {
            self.op_number(op::INT, z - op::INTS_2);
        }
    }

    /// Goes on with an object, putting a cursor back for what remains after the next
    /// value.
    fn advance(&mut self, cursor: Cursor) -> Step {
        if self.out.len() > self.limits.bytes {
            return Err(Stop::TooLarge(self.limits.bytes));
        }
        match cursor {
            Cursor::Pair(pair) => self.pairs(pair),
            Cursor::Cdr(pair) => match self.cdr(pair.pair().1)? {
                Some(next) => self.pairs(next),
                None => Ok(()),
            },
            Cursor::Slots { object, next, end } => {
                let next = self.plain_slots(object, next, end);
                if next == end {
                    return Ok(());
                }
                if next + 1 < end {
                    let next = next + 1;
                    self.cursors.push(Cursor::Slots { object, next, end });
                }
                self.value(object.slot(next))
            }
            Cursor::Frame { object, next, end } => {
                let next = self.plain_slots(object, next, end);
                if next == end {
                    return self.value(object.slot(0));
                }
                let v = object.slot(next);
                let next = next + 1;
                self.cursors.push(Cursor::Frame { object, next, end });
                self.value(v)
            }
            Cursor::Table { entries, next, end } => self.table_word(entries, next, end),
        }
    }

    /// Writes fixnums and immediates from `next` on: where others begin.
    fn plain_slots(&mut self, object: Object, mut next: usize, end: usize) -> usize {
        while next < end {
            let v = object.slot(next);
            if !v.is_fixnum() {
                break;
            }
            self.fixnum(v.as_fixnum());
            next += 1;
        }
        next
    }

    /// Writes a word of a table's entries; hashes are left out, as are deleted entries.
    fn table_word(&mut self, entries: Object, mut next: usize, end: usize) -> Step {
        while next < end && next.is_multiple_of(STRIDE) && entries.slot(next) == Value::TOMBSTONE {
            next += STRIDE;
        }
        if next >= end {
            return Ok(());
        }
        let v = entries.slot(next);
        let step = if next.is_multiple_of(STRIDE) {
            1
        } else {
            STRIDE - 1
        };
        let next = next + step;
        self.cursors.push(Cursor::Table { entries, next, end });
        self.value(v)
    }

    /// Writes the cars of pairs up to one that takes longer, or the end of the list.
    #[inline]
    fn pairs(&mut self, mut pair: Object) -> Step {
        loop {
            if self.out.len() > self.limits.bytes {
                return Err(Stop::TooLarge(self.limits.bytes));
            }
            let (car, cdr) = pair.pair();
            if !car.is_fixnum() {
                self.cursors.push(Cursor::Cdr(pair));
                return self.value(car);
            }
            self.fixnum(car.as_fixnum());
            match self.cdr(cdr)? {
                Some(next) => pair = next,
                None => return Ok(()),
            }
        }
    }

    /// Writes a list's end; or the next pair.
    #[inline(always)]
    fn cdr(&mut self, cdr: Value) -> Result<Option<Object>, Stop> {
        if cdr == Value::NULL {
            self.op(op::END);
            return Ok(None);
        }
        if cdr.is_pair() && self.sharing.number(cdr).is_none() {
            return self.meet(cdr).map(Some);
        }
        self.op(op::DOT);
        self.value(cdr)?;
        Ok(None)
    }

    /// Gives an object the next number.
    #[inline(always)]
    fn meet(&mut self, v: Value) -> Result<Object, Stop> {
        let number = self.next_number()?;
        self.sharing.meet(v, number)
    }

    #[inline(always)]
    fn next_number(&mut self) -> Result<u64, Stop> {
        if self.count >= self.limits.objects as u64 {
            return Err(Stop::TooLarge(self.limits.objects));
        }
        self.count += 1;
        Ok(self.count - 1)
    }

    /// Begins an object that is no further pair of a list.
    fn begin(&mut self, v: Value) -> Result<Object, Stop> {
        if S::IS_CHAIN && self.cursors.len() > self.bare {
            if self.cursors.last().is_some_and(holds_more) {
                return Err(Stop::Branches);
            }
            self.bare = self.cursors.len();
        }
        self.meet(v)
    }

    /// Writes a value, but for the values in it.
    #[inline]
    fn value(&mut self, v: Value) -> Step {
        match v.tag() {
            TAG_FIXNUM => {
                self.fixnum(v.as_fixnum());
                Ok(())
            }
            TAG_IMMEDIATE => self.immediate(v),
            TAG_FLONUM => {
                self.flonum(v);
                Ok(())
            }
            TAG_PAIR | TAG_OBJECT | TAG_CLOSURE | TAG_FRAME => {
                if let Some(number) = self.sharing.number(v) {
                    self.op_number(op::REF, number);
                    return Ok(());
                }
                self.object(v)
            }
            _ => Err(Stop::Unsendable(v)),
        }
    }

    fn immediate(&mut self, v: Value) -> Step {
        if let Some(c) = v.as_char() {
            self.op_number(op::CHAR, u64::from(c));
        } else if let Some(pid) = v.as_pid() {
            self.identity(op::PID, pid);
        } else if let Some(tag) = v.as_unique_tag() {
            self.identity(op::TAG, tag);
        } else if let Some(node) = v.as_node() {
            let number = self.names.nodes.number(u64::from(node));
            self.op_number(op::NODE, number as u64);
        } else if let Some(&(op, _)) = op::CONSTANTS.iter().find(|(_, constant)| *constant == v) {
            self.op(op);
        } else {
            return Err(Stop::Unsendable(v));
        }
        Ok(())
    }

    fn identity(&mut self, op: u8, id: Identity) {
        let origin = self.names.origins.number(u64::from(id.origin));
        self.op_number(op, origin as u64);
        put_number(&mut self.out, id.serial);
    }

    fn flonum(&mut self, v: Value) {
        self.op(op::FLONUM);
        let bits = heap::flonum_value(v).to_bits();
        self.out.extend(bits.to_le_bytes());
    }

    /// Writes the beginning of an object that has no number.
    fn object(&mut self, v: Value) -> Step {
        match v.tag() {
            TAG_PAIR => {
                let pair = self.begin(v)?;
                self.op(op::LIST);
                self.cursors.push(Cursor::Pair(pair));
                Ok(())
            }
            TAG_CLOSURE => self.closure(v),
            TAG_FRAME => self.frame(v),
            _ => match Object::of(v).header() {
                Some(header) => self.headed(v, header),
                None => Err(Stop::Unsendable(v)),
            },
        }
    }

    fn headed(&mut self, v: Value, header: Header) -> Step {
        let Some(kind) = header.kind() else {
            return Err(Stop::Unsendable(v));
        };
        let constant = header.has(Header::FLAG_IMMUTABLE);
        let pick = |if_constant, otherwise| if constant { if_constant } else { otherwise };
        match kind {
            Kind::Symbol => self.symbol(v),
            Kind::String => self.string(v, pick(op::CONST_STRING, op::STRING)),
            Kind::Bytevector => {
                let bytes = self.begin(v)?.bytes();
                self.sized(pick(op::CONST_BYTES, op::BYTES), bytes)
            }
            Kind::Vector => {
                let object = self.begin(v)?;
                let end = object.slot_count();
                self.op_number(pick(op::CONST_VECTOR, op::VECTOR), end as u64);
                self.slots(object, 0, end)
            }
            Kind::Box => {
                let object = self.begin(v)?;
                self.op(op::BOX);
                self.slots(object, 0, 1)
            }
            Kind::Bignum => self.bignum(v),
            Kind::Ratnum | Kind::Compnum => self.number_of_parts(v, kind),
            Kind::Record => self.record(v),
            Kind::RecordType => {
                let number = self.names.record_type(v);
                self.op_number(op::TYPE, number as u64);
                Ok(())
            }
            Kind::HashTable => self.table(v),
            Kind::Port => match self.cx.port(v) {
                Some(number) => {
                    self.op_number(op::PORT, number);
                    Ok(())
                }
                None => Err(Stop::Unsendable(v)),
            },
            Kind::Chars | Kind::Cell | Kind::Opaque => Err(Stop::Unsendable(v)),
        }
    }

    fn slots(&mut self, object: Object, next: usize, end: usize) -> Step {
        if next < end {
            self.cursors.push(Cursor::Slots { object, next, end });
        }
        Ok(())
    }

    /// Writes bytes with their size.
    fn sized(&mut self, op: u8, bytes: &[u8]) -> Step {
        if bytes.len() > self.limits.string {
            return Err(Stop::TooLarge(self.limits.string));
        }
        self.op(op);
        put_bytes(&mut self.out, bytes);
        Ok(())
    }

    fn symbol(&mut self, v: Value) -> Step {
        if is_interned(v) {
            let number = self.names.symbols.number(v.0);
            self.op_number(op::SYMBOL, number as u64);
            return Ok(());
        }
        let name = heap::symbol_name(v);
        if name.len() > self.limits.name {
            return Err(Stop::TooLarge(self.limits.name));
        }
        self.begin(v)?;
        self.sized(op::GENSYM, name.as_bytes())
    }

    fn string(&mut self, v: Value, op: u8) -> Step {
        let text = heap::string_text(v);
        self.begin(v)?;
        match text.latin1() {
            Some(bytes) if bytes.is_ascii() => self.sized(op, bytes),
            _ => {
                let utf8: String = text.chars().collect();
                self.sized(op, utf8.as_bytes())
            }
        }
    }

    /// Bignums are never marked, for they may be parts of other numbers.
    fn bignum(&mut self, v: Value) -> Step {
        let number = self.next_number()?;
        if heap::bignum_limbs(v).len() * 8 >= BIG_BIGNUM
            && let Some(known) = self.sharing.meet_unmarked(v, number)
        {
            self.count -= 1;
            self.op_number(op::REF, known);
            return Ok(());
        }
        self.limbs(v)
    }

    fn limbs(&mut self, v: Value) -> Step {
        let limbs = heap::bignum_limbs(v);
        let negative = heap::bignum_is_negative(v);
        self.op_number(
            if negative { op::NEGATIVE } else { op::BIGNUM },
            limbs.len() as u64,
        );
        self.out.extend(limbs.iter().flat_map(|l| l.to_le_bytes()));
        if self.out.len() > self.limits.bytes {
            return Err(Stop::TooLarge(self.limits.bytes));
        }
        Ok(())
    }

    /// A rational or complex number; its parts are written at once and have no numbers.
    fn number_of_parts(&mut self, v: Value, kind: Kind) -> Step {
        let op = if kind == Kind::Ratnum {
            op::RATIO
        } else {
            op::COMPLEX
        };
        self.op(op);
        heap::fields(v).try_for_each(|part| match heap::kind(part) {
            Some(Kind::Bignum) => self.limbs(part),
            Some(Kind::Ratnum) if kind == Kind::Compnum => self.number_of_parts(part, Kind::Ratnum),
            None if part.is_fixnum() || part.is_flonum() => self.value(part),
            _ => Err(Stop::Unsendable(v)),
        })
    }

    fn record(&mut self, v: Value) -> Step {
        let record_type = heap::field(v, 0);
        if !heap::is_kind(record_type, Kind::RecordType) {
            return Err(Stop::Unsendable(v));
        }
        let identity = self.cx.identity(v);
        let number = self.names.record_type(record_type);
        let object = self.begin(v)?;
        self.op_number(
            if identity.is_some() {
                op::NAMED
            } else {
                op::RECORD
            },
            number as u64,
        );
        if let Some(identity) = &identity {
            put_object_name(&mut self.out, identity);
        }
        self.slots(object, 1, object.slot_count())
    }

    fn table(&mut self, v: Value) -> Step {
        let object = self.begin(v)?;
        let word = |index| object.slot(index).as_fixnum() as u64;
        let (end, test) = (word(TABLE_USED) as usize * STRIDE, word(TABLE_TEST));
        let entries = Object::of(object.slot(TABLE_ENTRIES));
        let keys = (0..end).step_by(STRIDE).map(|i| entries.slot(i));
        let live = keys.filter(|&key| key != Value::TOMBSTONE).count();
        self.op_number(op::TABLE, test);
        put_number(&mut self.out, live as u64);
        let next = 0;
        self.cursors.push(Cursor::Table { entries, next, end });
        Ok(())
    }

    fn closure(&mut self, v: Value) -> Step {
        let object = Object::of(v);
        let count = object.slot_count();
        match self.cx.code(object.descriptor()) {
            Some(Code::Point { unit, place }) if count == 0 => {
                self.place(op::PROCEDURE, unit, place);
                Ok(())
            }
            Some(Code::Point { unit, place }) => {
                self.begin(v)?;
                self.place(op::CLOSURE, unit, place);
                put_number(&mut self.out, count as u64);
                self.slots(object, 0, count)
            }
            Some(Code::Builtin(name)) => {
                let descriptor = object.descriptor() as u64;
                let number = self.names.builtin(descriptor, name);
                self.op_number(op::BUILTIN, number as u64);
                Ok(())
            }
            Some(Code::Base) | None => Err(Stop::Unsendable(v)),
        }
    }

    fn frame(&mut self, v: Value) -> Step {
        let object = Object::of(v);
        match self.cx.code(object.descriptor()) {
            Some(Code::Point { unit, place }) => {
                self.begin(v)?;
                self.place(op::FRAME, unit, place);
                let end = object.slot_count();
                put_number(&mut self.out, end as u64 - 1);
                self.cursors.push(Cursor::Frame {
                    object,
                    next: 1,
                    end,
                });
                Ok(())
            }
            Some(Code::Base) => {
                self.op(op::BASE);
                Ok(())
            }
            Some(Code::Builtin(_)) | None => Err(Stop::Unsendable(v)),
        }
    }

    fn place(&mut self, op: u8, unit: u32, place: Place) {
        let unit = self.names.units.number(u64::from(unit));
        self.op_number(op, unit as u64);
        put_number(&mut self.out, u64::from(place.proc));
        put_number(&mut self.out, u64::from(place.id));
    }
}
