//! Allocation by Rust code.
//!
//! Nothing here collects. When the nursery is full, or an object is big, it is allocated
//! old instead; if it holds young values then, it is remembered as a whole.
//! Sizes must be reasonable: a caller that takes a size from a program asks
//! [`Heap::room_for`] first.

use crate::collect::MAX_OBJECT;
use crate::heap::Heap;
use crate::mem::{self, WORD};
use crate::text::Width;
use std::sync::atomic::{AtomicU64, Ordering};
use termite_abi::object::{FLONUM_BYTES, FRAME_HEADER_WORDS, Header, Kind, PAIR_BYTES, Payload};
use termite_abi::value::{TAG_CLOSURE, TAG_FLONUM, TAG_FRAME, TAG_OBJECT, TAG_PAIR};
use termite_abi::{Descriptor, Value};

impl Heap {
    #[inline]
    pub fn pair(&mut self, car: Value, cdr: Value) -> Value {
        let at = self.allocate(PAIR_BYTES);
        mem::store(at, car.0);
        mem::store(at + WORD, cdr.0);
        self.born(Value::pointer(at, TAG_PAIR), &[car, cdr])
    }

    #[inline]
    pub fn flonum(&mut self, x: f64) -> Value {
        let at = self.allocate(FLONUM_BYTES);
        mem::store(at, x.to_bits());
        Value::pointer(at, TAG_FLONUM)
    }

    /// The elements as a proper list.
    pub fn list(&mut self, elements: &[Value]) -> Value {
        elements
            .iter()
            .rev()
            .fold(Value::NULL, |rest, &first| self.pair(first, rest))
    }

    /// A vector of `length` elements, each `fill`.
    pub fn vector(&mut self, length: usize, fill: Value) -> Value {
        self.object_filled(Kind::Vector, length, fill)
    }

    pub fn vector_from(&mut self, elements: &[Value]) -> Value {
        self.object(Kind::Vector, elements)
    }

    pub fn bytevector(&mut self, content: &[u8]) -> Value {
        let v = self.raw_bytes(Kind::Bytevector, 0, content.len());
        mem::bytes_mut(v.addr() + WORD, content.len() as u64).copy_from_slice(content);
        v
    }

    /// An object of a byte kind with `length` zero bytes.
    pub fn bytes(&mut self, kind: Kind, length: usize) -> Value {
        self.bytes_with(kind, 0, length)
    }

    /// As [`Heap::bytes`], with header flags.
    pub fn bytes_with(&mut self, kind: Kind, flags: u64, length: usize) -> Value {
        let v = self.raw_bytes(kind, flags, length);
        mem::zero(v.addr() + WORD, length as u64);
        v
    }

    /// A bignum. Leading zero limbs are dropped; the caller has seen to it that the
    /// number is no fixnum.
    pub fn bignum(&mut self, negative: bool, limbs: &[u64]) -> Value {
        let length = limbs.iter().rposition(|&l| l != 0).map_or(0, |i| i + 1);
        let flags = if negative { Header::FLAG_NEGATIVE } else { 0 };
        let v = self.raw_bytes(Kind::Bignum, flags, length * 8);
        mem::store_all(v.addr() + WORD, &limbs[..length]);
        v
    }

    /// A record: its type, then its fields.
    pub fn record(&mut self, rtd: Value, fields: &[Value]) -> Value {
        let at = self.allocate((2 + fields.len() as u64) * WORD);
        mem::store(at, Header::new(Kind::Record, 1 + fields.len() as u64, 0).0);
        mem::store(at + WORD, rtd.0);
        store_values(at + 2 * WORD, fields);
        let v = self.born(Value::pointer(at, TAG_OBJECT), fields);
        self.born(v, &[rtd])
    }

    pub fn boxed(&mut self, content: Value) -> Value {
        self.object(Kind::Box, &[content])
    }

    /// A toplevel variable: old at once, so that it never moves.
    pub fn cell(&mut self, content: Value, name: Value) -> Value {
        let at = self.allocate_old(3 * WORD);
        mem::store(at, Header::new(Kind::Cell, 2, 0).0);
        store_values(at + WORD, &[content, name]);
        self.born(Value::pointer(at, TAG_OBJECT), &[content, name])
    }

    /// A closure of the control point `descriptor` over `free` values, as many as the
    /// descriptor's size says.
    pub fn closure(&mut self, descriptor: *const Descriptor, free: &[Value]) -> Value {
        self.code_object(TAG_CLOSURE, descriptor, None, free)
    }

    /// A frame of the return point `descriptor`, with its parent and `live` values, as
    /// many as the descriptor's size says.
    pub fn frame(&mut self, descriptor: *const Descriptor, parent: Value, live: &[Value]) -> Value {
        self.code_object(TAG_FRAME, descriptor, Some(parent), live)
    }

    fn code_object(
        &mut self,
        tag: u64,
        descriptor: *const Descriptor,
        parent: Option<Value>,
        rest: &[Value],
    ) -> Value {
        let header = if parent.is_some() {
            FRAME_HEADER_WORDS
        } else {
            1
        };
        let words = header + rest.len() as u64;
        let descriptor = descriptor.expose_provenance() as u64;
        assert_eq!(
            mem::descriptor_words(descriptor),
            words,
            "size differs from the descriptor's"
        );
        let at = self.allocate(words * WORD);
        mem::store(at, descriptor);
        if let Some(parent) = parent {
            mem::store(at + WORD, parent.0);
        }
        store_values(at + header * WORD, rest);
        let v = self.born(Value::pointer(at, tag), rest);
        self.born(v, parent.as_slice())
    }

    /// An object of a word kind with these fields.
    pub fn object(&mut self, kind: Kind, fields: &[Value]) -> Value {
        self.object_with(kind, 0, fields)
    }

    /// As [`Heap::object`], with header flags.
    pub fn object_with(&mut self, kind: Kind, flags: u64, fields: &[Value]) -> Value {
        assert_eq!(
            kind.payload(),
            Payload::Words,
            "a {} holds bytes",
            kind.name()
        );
        let length = checked(fields.len());
        let at = self.allocate((1 + length) * WORD);
        mem::store(at, Header::new(kind, length, flags).0);
        store_values(at + WORD, fields);
        self.born(Value::pointer(at, TAG_OBJECT), fields)
    }

    /// An object of a word kind with `length` fields, each `fill`.
    pub fn object_filled(&mut self, kind: Kind, length: usize, fill: Value) -> Value {
        assert_eq!(
            kind.payload(),
            Payload::Words,
            "a {} holds bytes",
            kind.name()
        );
        let length = checked(length);
        let at = self.allocate((1 + length) * WORD);
        mem::store(at, Header::new(kind, length, 0).0);
        mem::fill(at + WORD, length, fill.0);
        self.born(Value::pointer(at, TAG_OBJECT), &[fill])
    }

    /// An uninterned symbol that can be collected, unlike those of
    /// [`uninterned`](crate::uninterned). Its hash is a fresh number.
    pub fn uninterned_symbol(&mut self, name: &str) -> Value {
        static COUNTER: AtomicU64 = AtomicU64::new(0);
        let name = self.string(name);
        let hash = crate::symbols::scramble(COUNTER.fetch_add(1, Ordering::Relaxed));
        self.object(
            Kind::Symbol,
            &[name, Value::fixnum(hash), Value::fixnum(-1)],
        )
    }

    pub fn string(&mut self, content: &str) -> Value {
        if content.is_ascii() {
            let (string, storage) = self.raw_string(Width::Latin1, content.len());
            storage.copy_from_slice(content.as_bytes());
            return string;
        }
        let width = Width::of(content.chars());
        let length = content.chars().count();
        let (string, storage) = self.raw_string(width, length);
        width.fill(storage, content.chars());
        string
    }

    pub fn string_from_chars(&mut self, content: &[char]) -> Value {
        let width = Width::of(content.iter().copied());
        let (string, storage) = self.raw_string(width, content.len());
        width.fill(storage, content.iter().copied());
        string
    }

    /// A string of `length` times `fill`.
    pub fn string_filled(&mut self, length: usize, fill: char) -> Value {
        let width = Width::of([fill]);
        let (string, storage) = self.raw_string(width, length);
        width.fill(storage, std::iter::repeat_n(fill, length));
        string
    }

    /// A string with room for `length` characters of `width`, content arbitrary; and its
    /// storage's bytes.
    fn raw_string<'a>(&mut self, width: Width, length: usize) -> (Value, &'a mut [u8]) {
        let storage = self.raw_chars(width, length);
        let string = self.object(Kind::String, &[storage, Value::fixnum(length as i64)]);
        (
            string,
            mem::bytes_mut(storage.addr() + WORD, (length * width.bytes()) as u64),
        )
    }

    /// Character storage with arbitrary content.
    pub(crate) fn raw_chars(&mut self, width: Width, length: usize) -> Value {
        self.raw_bytes(
            Kind::Chars,
            width.flag(),
            checked(length) as usize * width.bytes(),
        )
    }

    /// A byte object with arbitrary content but for its padding, which is zero.
    fn raw_bytes(&mut self, kind: Kind, flags: u64, length: usize) -> Value {
        assert_eq!(
            kind.payload(),
            Payload::Bytes,
            "a {} holds values",
            kind.name()
        );
        let header = Header::new(kind, checked(length), flags);
        let bytes = header.object_bytes(Payload::Bytes);
        let at = self.allocate(bytes);
        mem::store(at + bytes - WORD, 0);
        mem::store(at, header.0);
        Value::pointer(at, TAG_OBJECT)
    }

    /// Ends the making of `v`: if it is old and `content` has young values, remembers it.
    #[inline(always)]
    fn born(&mut self, v: Value, content: &[Value]) -> Value {
        if !self.is_young_addr(v.addr()) && content.iter().any(|&c| self.is_young(c)) {
            self.remembered.object(v);
        }
        v
    }
}

/// A length that a header can hold and whose size in bytes does not overflow.
fn checked(length: usize) -> u64 {
    assert!((length as u64) < MAX_OBJECT, "object of length {length}");
    length as u64
}

fn store_values(addr: u64, values: &[Value]) {
    for (i, v) in values.iter().enumerate() {
        mem::store(addr + i as u64 * WORD, v.0);
    }
}
