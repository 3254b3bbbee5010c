//! What a codec asks the node that it works for.
//!
//! Neither side may collect while it answers, nor change an object of the message.

use crate::names::{CodeClass, NodeName, ObjectName, Origin, Place, UnitRef};
use std::borrow::Cow;
use termite_abi::object::Kind;
use termite_abi::{Descriptor, Value};
use termite_heap::Heap;

/// What a descriptor stands for.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Code {
    /// A control point. `unit` is any number that the context knows the unit by.
    Point { unit: u32, place: Place },
    /// A primitive as a procedure.
    Builtin(Cow<'static, str>),
    /// The end of a process: the descriptor of base frames.
    Base,
}

/// Answers for encoding. Objects behind the values that it is given may be marked
/// ([`termite_heap::Marks`]): only what each method names may be looked into.
pub trait EncodeContext {
    /// The origin with this number in the node's table.
    fn origin(&mut self, index: u32) -> Origin;

    /// The node with this number in the node's table.
    fn node(&mut self, index: u32) -> NodeName;

    /// What a closure's or frame's descriptor stands for; `None` if it cannot be sent.
    fn code(&mut self, descriptor: *const Descriptor) -> Option<Code>;

    /// The unit that [`Code::Point`] gave this number.
    fn unit(&mut self, number: u32) -> UnitRef;

    /// The identity of a record type, which may be looked into.
    fn record_type(&mut self, record_type: Value) -> ObjectName;

    /// The identity of a record, if it has one beside its content. Its fields may be
    /// read.
    fn identity(&mut self, record: Value) -> Option<ObjectName>;

    /// The number by which a port is known on every node; `None` if it cannot be sent.
    fn port(&mut self, port: Value) -> Option<u64>;
}

/// Why a context refuses what a message holds: a sentence.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Refusal(pub String);

/// A control point that closures or frames are to be made of.
#[derive(Clone, Copy, Debug)]
pub struct CodePoint {
    pub descriptor: *const Descriptor,
    /// Number of free or live values.
    pub values: usize,
}

/// A record type as it arrives.
#[derive(Clone, Copy, Debug)]
pub struct TypeDescriptor<'a> {
    pub identity: &'a ObjectName,
    /// A symbol.
    pub name: Value,
    /// Symbols: the type's own fields.
    pub fields: &'a [Value],
    pub parent: Option<Value>,
    /// Number of fields, the parent's included.
    pub count: usize,
    pub flags: i64,
}

impl TypeDescriptor<'_> {
    /// A new record type like this, with a uid (or `#f`) of the context's choice.
    pub fn make(&self, heap: &mut Heap, uid: Value) -> Value {
        let words = [
            self.name,
            heap.vector_from(self.fields),
            uid,
            self.parent.unwrap_or(Value::FALSE),
            Value::fixnum(self.count as i64),
            Value::fixnum(self.flags),
        ];
        heap.object(Kind::RecordType, &words)
    }
}

/// Answers for decoding. Numbers that it gives are only given back to it.
pub trait DecodeContext {
    /// Number of an origin in the node's table; below 2^20.
    fn origin(&mut self, origin: &Origin) -> Result<u32, Refusal>;

    /// Number of a node in the node's table.
    fn node(&mut self, name: &NodeName) -> Result<u32, Refusal>;

    /// A number for a unit, whose code must be there and fit its instance.
    fn unit(&mut self, unit: &UnitRef) -> Result<u32, Refusal>;

    /// The symbol with this name; a new one counts against the sender.
    fn symbol(&mut self, name: &str) -> Result<Value, Refusal>;

    /// The procedure of a primitive.
    fn builtin(&mut self, name: &str) -> Result<Value, Refusal>;

    /// A record type that is here already, checked to be like this one, or a new one that
    /// is found under its identity from now on.
    fn record_type(
        &mut self,
        heap: &mut Heap,
        descriptor: &TypeDescriptor<'_>,
    ) -> Result<Value, Refusal>;

    /// The record with this identity, if it is here.
    fn identified(&mut self, identity: &ObjectName) -> Option<Value>;

    /// The procedure that stands for a record with an identity, if it has one: it is what a
    /// procedure of the same code that captured only this record stands for too.
    fn procedure_of(&mut self, _record: Value) -> Option<Value> {
        None
    }

    /// A record that came with this identity, which was not here. All of the message has
    /// been found sound.
    fn define(&mut self, identity: ObjectName, record: Value);

    /// The control point at a place that may be anything.
    fn code(&mut self, unit: u32, class: CodeClass, place: Place) -> Result<CodePoint, Refusal>;

    /// The procedure of an entry that has no free values.
    fn procedure(&mut self, heap: &mut Heap, point: CodePoint) -> Value;

    /// Whether a closure or frame holds values of the kinds that its code relies on. All
    /// objects of the message are complete.
    fn check(&mut self, object: Value) -> Result<(), Refusal>;

    /// A base frame.
    fn base_frame(&mut self, heap: &mut Heap) -> Value;

    /// The port with this number.
    fn port(&mut self, number: u64) -> Result<Value, Refusal>;
}
