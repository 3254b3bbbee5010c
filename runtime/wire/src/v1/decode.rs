//! Reading a graph.
//!
//! Objects are numbered as they are made, in the order in which the encoder met them. All
//! of them are complete when the last byte has been read; then closures and frames are
//! shown to the context, chains of frames are checked to end, and records with an identity
//! are made known. Until then nothing of the message is seen by anyone.

use super::build::{Builder, Builders, STRIDE};
use super::op;
use super::tables::{Tables, ask, object_name};
use crate::bytes::{Reader, Result};
use crate::context::{CodePoint, DecodeContext};
use crate::error::{DecodeError, Fault};
use crate::limits::Limits;
use crate::names::{CodeClass, ObjectName, Place};
use std::collections::{HashMap, HashSet};
use termite_abi::object::{Header, Kind};
use termite_abi::value::SERIAL_BITS;
use termite_abi::{Identity, Value};
use termite_heap::{self as heap, Heap};

/// Larger objects are only made when the heap has room for them.
const LARGE: usize = 64 << 10;
/// Values of closures and frames for which a placeholder stands ready.
const FEW: usize = 16;
/// Tests of hash tables: `eq?`, `eqv?`, `equal?`, `string=?`.
const TESTS: u64 = 4;

/// See [`crate::decode`].
pub fn decode(
    bytes: &[u8],
    heap: &mut Heap,
    cx: &mut dyn DecodeContext,
    limits: &Limits,
) -> std::result::Result<Vec<Value>, DecodeError> {
    let mut r = Reader::new(bytes);
    let tables = Tables::read(&mut r, heap, cx, limits)?;
    let mut decoder = Decoder {
        r,
        heap,
        cx,
        limits,
        tables,
        objects: Vec::new(),
        builders: Builders::default(),
        code: Vec::new(),
        named: HashMap::new(),
        parents_by_number: false,
    };
    decoder.graph()?;
    decoder.finish()
}

pub(super) struct Decoder<'a> {
    pub(super) r: Reader<'a>,
    pub(super) heap: &'a mut Heap,
    cx: &'a mut dyn DecodeContext,
    pub(super) limits: &'a Limits,
    tables: Tables,
    /// By number.
    objects: Vec<Value>,
    builders: Builders,
    /// Closures and frames.
    code: Vec<Value>,
    /// New records with an identity.
    named: HashMap<ObjectName, Value>,
    /// A frame's parent was given by number, so that frames may go round.
    parents_by_number: bool,
}

impl Decoder<'_> {
    fn graph(&mut self) -> Result<()> {
        let count = self.r.count("roots", 1, self.limits.objects)?;
        while self.builders.roots.len() < count || !self.builders.list.is_empty() {
            let op = self.r.byte()?;
            match self.builders.list.last_mut() {
                Some(Builder::Cdr(pair)) => {
                    let pair = *pair;
                    self.element(pair, op)?;
                }
                Some(Builder::Slots { object, next, end }) if op < op::FIRST => {
                    let (object, next, end) = (*object, *next, *end);
                    self.short_ints(object, next, end, op)?;
                }
                _ => self.value(op)?,
            }
        }
        self.r.end()
    }

    /// Values `next` to `end` of an object, as long as they are short integers.
    fn short_ints(&mut self, object: Value, mut next: usize, end: usize, mut op: u8) -> Result<()> {
        loop {
            let n = self.short_int(op)?;
            self.heap.init_slot(object, next, n);
            next += 1;
            if next == end {
                self.builders.list.pop();
                return Ok(());
            }
            match self.r.peek() {
                Some(byte) if byte < op::FIRST => op = byte,
                _ => break,
            }
            self.r.at += 1;
        }
        self.replace_top(Builder::Slots { object, next, end });
        Ok(())
    }

    /// What follows an element of a list whose last pair so far is `last`.
    #[inline]
    fn element(&mut self, mut last: Value, mut op: u8) -> Result<()> {
        loop {
            match op {
                op::END => {
                    self.builders.list.pop();
                    return Ok(());
                }
                op::DOT => {
                    self.replace_top(Builder::Tail(last));
                    return Ok(());
                }
                op if op >= op::FIRST => {
                    let pair = self.append(last, Value::FALSE)?;
                    self.replace_top(Builder::Car(pair));
                    return self.value(op);
                }
                op => {
                    let n = self.short_int(op)?;
                    last = self.append(last, n)?;
                    self.replace_top(Builder::Cdr(last));
                }
            }
            op = self.r.byte()?;
        }
    }

    #[inline(always)]
    fn append(&mut self, last: Value, car: Value) -> Result<Value> {
        let pair = self.heap.pair(car, Value::NULL);
        self.heap.set_cdr(last, pair);
        self.number(pair)?;
        Ok(pair)
    }

    #[inline(always)]
    fn replace_top(&mut self, builder: Builder) {
        if let Some(top) = self.builders.list.last_mut() {
            *top = builder;
        }
    }

    /// Gives a new object the next number.
    #[inline(always)]
    fn number(&mut self, v: Value) -> Result<()> {
        if self.objects.len() >= self.limits.objects {
            return self.r.error(Fault::Limit("objects", self.limits.objects));
        }
        self.objects.push(v);
        Ok(())
    }

    #[inline(always)]
    fn deliver(&mut self, v: Value) -> Result<()> {
        match self.builders.deliver(self.heap, v) {
            Ok(()) => Ok(()),
            Err(what) => self.r.error(Fault::Misplaced(what)),
        }
    }

    /// Numbers a new object and hands it over.
    fn made(&mut self, v: Value) -> Result<()> {
        self.number(v)?;
        self.deliver(v)
    }

    /// A new object whose values `next` to `end` follow.
    fn made_with(&mut self, v: Value, next: usize, end: usize) -> Result<()> {
        self.made(v)?;
        self.builders.slots(v, next, end);
        Ok(())
    }

    /// Whether a new object of `bytes` bytes may be made.
    pub(super) fn check_room(&self, bytes: usize) -> Result<()> {
        if bytes > LARGE && !self.heap.room_for(bytes as u64) {
            return self.r.error(Fault::NoRoom);
        }
        Ok(())
    }

    /// Reads a value that begins with `op`: one line an operation.
    fn value(&mut self, op: u8) -> Result<()> {
        if op < op::FIRST {
            let n = self.short_int(op)?;
            return self.deliver(n);
        }
        match op {
            op::INT | op::FLONUM | op::RATIO | op::COMPLEX => {
                let n = self.number_value(op)?;
                self.deliver(n)
            }
            op::BIGNUM | op::NEGATIVE => {
                let n = self.number_value(op)?;
                self.made(n)
            }
            op::FALSE..=op::KEY => {
                let constant = op::CONSTANTS[usize::from(op - op::FALSE)].1;
                self.deliver(constant)
            }
            op::CHAR => self.char(),
            op::PID => self.identity().and_then(|id| self.deliver(Value::pid(id))),
            op::TAG => self
                .identity()
                .and_then(|id| self.deliver(Value::unique_tag(id))),
            op::NODE => {
                let index = self.r.index("node", self.tables.nodes.len())?;
                self.deliver(Value::node(self.tables.nodes[index]))
            }
            op::SYMBOL => {
                let index = self.r.index("symbol", self.tables.symbols.len())?;
                self.deliver(self.tables.symbols[index])
            }
            op::REF => {
                let index = self.r.index("object", self.objects.len())?;
                self.parents_by_number |= self.builders.wants_parent();
                self.deliver(self.objects[index])
            }
            op::LIST => {
                let pair = self.heap.pair(Value::FALSE, Value::NULL);
                self.made(pair)?;
                self.builders.list.push(Builder::Car(pair));
                Ok(())
            }
            op::VECTOR => self.vector(0),
            op::CONST_VECTOR => self.vector(Header::FLAG_IMMUTABLE),
            op::BYTES => self.bytes(0),
            op::CONST_BYTES => self.bytes(Header::FLAG_IMMUTABLE),
            op::STRING => self.string(0),
            op::CONST_STRING => self.string(Header::FLAG_IMMUTABLE),
            op::GENSYM => {
                let name = self.r.text("bytes of a symbol", self.limits.name)?;
                let symbol = self.heap.uninterned_symbol(name);
                self.made(symbol)
            }
            op::TYPE => {
                let index = self.r.index("record type", self.tables.types.len())?;
                self.deliver(self.tables.types[index].value)
            }
            op::RECORD => self.record(false),
            op::NAMED => self.record(true),
            op::BOX => {
                let content = self.heap.boxed(Value::FALSE);
                self.made_with(content, 0, 1)
            }
            op::TABLE => self.table(),
            op::CLOSURE => self.closure(),
            op::PROCEDURE => self.procedure(),
            op::BUILTIN => {
                let index = self.r.index("primitive", self.tables.builtins.len())?;
                self.deliver(self.tables.builtins[index])
            }
            op::FRAME => self.frame(),
            op::BASE => {
                let frame = self.cx.base_frame(self.heap);
                self.deliver(frame)
            }
            op::PORT => {
                let number = self.r.number()?;
                let port = ask(&self.r, self.cx.port(number))?;
                self.deliver(port)
            }
            other => self.r.error(Fault::Unknown("operation", u64::from(other))),
        }
    }

    fn char(&mut self) -> Result<()> {
        match char::from_u32(self.r.small()?) {
            Some(c) => self.deliver(Value::char(c)),
            None => self.r.error(Fault::Number),
        }
    }

    fn identity(&mut self) -> Result<Identity> {
        let index = self.r.index("origin", self.tables.origins.len())?;
        let serial = self.r.number()?;
        if serial >> SERIAL_BITS != 0 {
            return self.r.error(Fault::Number);
        }
        let origin = self.tables.origins[index];
        Ok(Identity { origin, serial })
    }

    fn vector(&mut self, flags: u64) -> Result<()> {
        let count = self.r.count("elements", 1, self.limits.objects)?;
        self.check_room(8 * count)?;
        let vector = self.heap.vector(count, Value::FALSE);
        if flags != 0 {
            self.heap.set_flags(vector, flags);
        }
        self.made_with(vector, 0, count)
    }

    fn bytes(&mut self, flags: u64) -> Result<()> {
        let content = self.r.sized("bytes of a byte string", self.limits.string)?;
        self.check_room(content.len())?;
        let v = self.heap.bytevector(content);
        if flags != 0 {
            self.heap.set_flags(v, flags);
        }
        self.made(v)
    }

    fn string(&mut self, flags: u64) -> Result<()> {
        let text = self.r.text("bytes of a string", self.limits.string)?;
        // Four bytes a character at most.
        self.check_room(4 * text.len())?;
        let v = self.heap.string(text);
        if flags != 0 {
            self.heap.set_flags(v, flags);
        }
        self.made(v)
    }

    fn record(&mut self, is_named: bool) -> Result<()> {
        let index = self.r.index("record type", self.tables.types.len())?;
        let record_type = self.tables.types[index];
        let name = if is_named {
            Some(object_name(&mut self.r, self.limits)?)
        } else {
            None
        };
        if record_type.count > self.r.left() {
            return self.r.error(Fault::Truncated);
        }
        let end = record_type.count + 1;
        let record = self.heap.object_filled(Kind::Record, end, Value::FALSE);
        self.heap.init_slot(record, 0, record_type.value);
        let Some(name) = name else {
            return self.made_with(record, 1, end);
        };
        // One that is here already stands for the one that came, whose fields are read
        // all the same.
        match self.known(&name, record_type.value)? {
            Some(known) => self.made(known)?,
            None => {
                self.named.insert(name, record);
                self.made(record)?;
            }
        }
        self.builders.slots(record, 1, end);
        Ok(())
    }

    fn known(&mut self, name: &ObjectName, record_type: Value) -> Result<Option<Value>> {
        let in_message = self.named.get(name).copied();
        let known = in_message.or_else(|| self.cx.identified(name));
        let fits = |v| heap::is_kind(v, Kind::Record) && heap::field(v, 0) == record_type;
        if known.is_some_and(|v| !fits(v)) {
            return self.r.error(Fault::Misplaced(
                "a record of another type than the one here",
            ));
        }
        Ok(known)
    }

    fn table(&mut self) -> Result<()> {
        let test = self.r.number()?;
        if test >= TESTS {
            return self.r.error(Fault::Unknown("test of hash tables", test));
        }
        let count = self.r.count("entries", 2, self.limits.objects)?;
        self.check_room(8 * STRIDE * count)?;
        // A table needs room for an entry to be able to grow.
        let entries = self.heap.vector(STRIDE * count.max(1), Value::FALSE);
        let number = |n: usize| Value::fixnum(n as i64);
        // The index and all hashes are made at the first use.
        let fields = [
            entries,
            Value::FALSE,
            number(count),
            number(count),
            number(0),
            number(0),
            number(test as usize),
            Value::FALSE,
        ];
        (0..count).for_each(|i| {
            self.heap
                .init_slot(entries, i * STRIDE + STRIDE - 1, number(0));
        });
        let table = self.heap.object(Kind::HashTable, &fields);
        self.made(table)?;
        if count > 0 {
            self.builders.list.push(Builder::Table {
                entries,
                next: 0,
                end: count * STRIDE,
                test,
            });
        }
        Ok(())
    }

    fn code_point(&mut self, class: CodeClass) -> Result<CodePoint> {
        let unit = self.r.index("unit", self.tables.units.len())?;
        let place = Place {
            proc: self.r.small()?,
            id: self.r.small()?,
        };
        let answer = self.cx.code(self.tables.units[unit], class, place);
        ask(&self.r, answer)
    }

    /// The number of values that follow, which must be that of the control point.
    fn value_count(&mut self, point: CodePoint) -> Result<usize> {
        let count = self.r.count("values", 1, self.limits.objects)?;
        if count != point.values {
            return self.r.error(Fault::Misplaced(
                "another number of values than the code has",
            ));
        }
        Ok(count)
    }

    fn closure(&mut self) -> Result<()> {
        let point = self.code_point(CodeClass::Closure)?;
        let count = self.value_count(point)?;
        if count == 0 {
            return self.r.error(Fault::Misplaced("a closure without values"));
        }
        let closure =
            with_placeholders(count, |values| self.heap.closure(point.descriptor, values));
        self.code.push(closure);
        match self.known_procedure(point, count)? {
            Some(known) => self.made(known)?,
            None => self.made(closure)?,
        }
        self.builders.slots(closure, 0, count);
        Ok(())
    }

    /// The procedure that is here already, if what follows is the only value of a closure
    /// and a record that has one of the same code.
    fn known_procedure(&mut self, point: CodePoint, count: usize) -> Result<Option<Value>> {
        if count != 1 || !matches!(self.r.peek(), Some(op::NAMED | op::REF)) {
            return Ok(None);
        }
        let start = self.r.at;
        let record = self.record_ahead();
        self.r.at = start;
        let found = record?.and_then(|record| self.cx.procedure_of(record));
        Ok(found.filter(|p| p.is_closure() && heap::descriptor(*p) == point.descriptor))
    }

    /// The record that is here and that the next value refers to or stands for.
    fn record_ahead(&mut self) -> Result<Option<Value>> {
        if self.r.byte()? == op::REF {
            let index = self.r.index("object", self.objects.len())?;
            let found = self.objects[index];
            return Ok(heap::is_kind(found, Kind::Record).then_some(found));
        }
        self.r.index("record type", self.tables.types.len())?;
        let name = object_name(&mut self.r, self.limits)?;
        Ok(self.cx.identified(&name))
    }

    fn procedure(&mut self) -> Result<()> {
        let point = self.code_point(CodeClass::Closure)?;
        if point.values != 0 {
            return self.r.error(Fault::Misplaced(
                "another number of values than the code has",
            ));
        }
        let procedure = self.cx.procedure(self.heap, point);
        self.deliver(procedure)
    }

    fn frame(&mut self) -> Result<()> {
        let point = self.code_point(CodeClass::Frame)?;
        let count = self.value_count(point)?;
        let frame = with_placeholders(count, |values| {
            self.heap.frame(point.descriptor, Value::NO_FRAME, values)
        });
        self.code.push(frame);
        self.made(frame)?;
        self.builders.list.push(Builder::Frame {
            frame,
            next: 1,
            end: count + 1,
        });
        Ok(())
    }

    /// Checks what could not be checked before all was there.
    fn finish(self) -> std::result::Result<Vec<Value>, DecodeError> {
        if self.parents_by_number && !chains_end(&self.code) {
            return self.r.error(Fault::Misplaced("a frame below itself"));
        }
        for &object in &self.code {
            ask(&self.r, self.cx.check(object))?;
        }
        for (name, record) in self.named {
            self.cx.define(name, record);
        }
        Ok(self.builders.roots)
    }
}

fn with_placeholders(count: usize, make: impl FnOnce(&[Value]) -> Value) -> Value {
    if count <= FEW {
        make(&[Value::FALSE; FEW][..count])
    } else {
        make(&vec![Value::FALSE; count])
    }
}

/// Whether the frames below each frame come to an end: each is walked down to one that is
/// known to.
fn chains_end(code: &[Value]) -> bool {
    let mut ends: HashSet<Value> = HashSet::new();
    for &frame in code.iter().filter(|v| v.is_frame()) {
        let mut chain = HashSet::new();
        let mut at = frame;
        while at.is_frame() && !ends.contains(&at) {
            if !chain.insert(at) {
                return false;
            }
            at = heap::frame_parent(at);
        }
        ends.extend(chain);
    }
    true
}
