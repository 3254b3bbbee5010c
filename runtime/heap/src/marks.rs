//! Marks in objects, for one walk over a graph: what has been met before is seen from the
//! object itself.
//!
//! A mark takes the place of an object's first word (a pair's car, a header, the
//! descriptor of a closure or frame): an immediate of class `CLASS_FORWARD`, which is in
//! no heap otherwise, with a number. A log keeps what stood there; it is put back when the
//! walk ends, also by a panic. Meanwhile marked objects are unreadable for everyone else,
//! so nothing else may use the heap: [`Marks`] borrows it, and what walks inside this
//! crate holds it mutably.
//!
//! Never marked are flonums, whose one word is all they have, and static objects, which
//! other threads read at the same time.

use crate::heap::Heap;
use crate::layout;
use crate::mem::{self, WORD};
use termite_abi::object::Header;
use termite_abi::value::{CLASS_FORWARD, TAG_FLONUM, TAG_IMMEDIATE};
use termite_abi::{Descriptor, Kind, Value};

/// Low byte of a mark; its number stands above.
const MARK: u64 = CLASS_FORWARD << 3 | TAG_IMMEDIATE;
const NUMBER_SHIFT: u32 = 8;

/// Entries of the log whose room is kept between walks.
const KEPT: usize = 1 << 16;

/// Whether an object's first word is a mark.
#[inline(always)]
pub(crate) fn is_mark(word: u64) -> bool {
    word & 0xff == MARK
}

/// The number in a mark.
#[inline(always)]
pub(crate) fn number(word: u64) -> u64 {
    word >> NUMBER_SHIFT
}

/// Address and original first word of each marked object, in the order of marking.
#[derive(Default)]
pub(crate) struct MarkLog(Vec<(u64, u64)>);

impl MarkLog {
    /// An empty log in the room that the heap keeps for it.
    pub(crate) fn take(heap: &mut Heap) -> MarkLog {
        MarkLog(std::mem::take(&mut heap.mark_room))
    }

    /// Puts all first words back, and gives the room back.
    pub(crate) fn finish(mut self, heap: &mut Heap) {
        self.restore();
        let mut room = std::mem::take(&mut self.0);
        room.shrink_to(KEPT);
        heap.mark_room = room;
    }

    /// Marks the object at `addr`, whose first word is `word`.
    #[inline(always)]
    pub(crate) fn mark(&mut self, addr: u64, word: u64, number: u64) {
        debug_assert!(!is_mark(word) && number >> (64 - NUMBER_SHIFT) == 0);
        self.0.push((addr, word));
        mem::store(addr, number << NUMBER_SHIFT | MARK);
    }

    fn restore(&mut self) {
        for (addr, word) in self.0.drain(..) {
            mem::store(addr, word);
        }
    }
}

impl Drop for MarkLog {
    fn drop(&mut self) {
        self.restore();
    }
}

/// A walk over the objects of a heap that gives them numbers.
pub struct Marks<'h> {
    heap: &'h mut Heap,
    log: MarkLog,
}

impl<'h> Marks<'h> {
    pub fn new(heap: &'h mut Heap) -> Marks<'h> {
        let log = MarkLog::take(heap);
        Marks { heap, log }
    }

    /// Whether the object behind `v` can be marked.
    #[inline(always)]
    pub fn can_mark(&self, v: Value) -> bool {
        v.is_pointer() && v.tag() != TAG_FLONUM && !self.heap.is_static(v)
    }

    /// The number that was given to the object behind `v`.
    #[inline(always)]
    pub fn number(&self, v: Value) -> Option<u64> {
        if !v.is_pointer() || v.tag() == TAG_FLONUM {
            return None;
        }
        let word = mem::load(v.addr());
        is_mark(word).then(|| number(word))
    }

    /// Gives a number, below 2^56, to an object that has none; the object as it was. `None`
    /// if it cannot be marked.
    #[inline(always)]
    #[track_caller]
    pub fn mark(&mut self, v: Value, number: u64) -> Option<Object> {
        if !self.can_mark(v) {
            return None;
        }
        assert!(number >> (64 - NUMBER_SHIFT) == 0, "number {number}");
        let object = Object::of(v);
        self.log.mark(v.addr(), object.first, number);
        Some(object)
    }

    pub fn heap(&self) -> &Heap {
        self.heap
    }
}

impl Drop for Marks<'_> {
    fn drop(&mut self) {
        std::mem::take(&mut self.log).finish(self.heap);
    }
}

/// An object that is readable after it has been marked. Good as long as the heap is not
/// changed.
#[derive(Clone, Copy, Debug)]
pub struct Object {
    value: Value,
    /// Its first word, as it was before it was marked.
    first: u64,
}

impl Object {
    /// The object behind a pointer, which must not be marked yet.
    #[inline(always)]
    #[track_caller]
    pub fn of(v: Value) -> Object {
        assert!(v.is_pointer(), "pointer expected, got {v:?}");
        let first = mem::load(v.addr());
        assert!(v.tag() == TAG_FLONUM || !is_mark(first), "{v:?} is marked");
        Object { value: v, first }
    }

    /// The car and cdr of a pair.
    #[inline(always)]
    #[track_caller]
    pub fn pair(self) -> (Value, Value) {
        assert!(self.value.is_pair(), "pair expected, got {:?}", self.value);
        let cdr = mem::load(self.value.addr() + WORD);
        (Value(self.first), Value(cdr))
    }

    pub fn value(self) -> Value {
        self.value
    }

    /// The header, unless it is a pair, flonum, closure or frame.
    #[inline]
    pub fn header(self) -> Option<Header> {
        self.value.is_object().then_some(Header(self.first))
    }

    pub fn kind(self) -> Option<Kind> {
        self.header().and_then(Header::kind)
    }

    /// Number of values in it: 2 for a pair, free values of a closure, parent and live
    /// values of a frame, fields of other objects, none for those of bytes.
    #[inline]
    pub fn slot_count(self) -> usize {
        self.extent().slots as usize
    }

    /// Value `index`, in the order of [`Object::slot_count`].
    #[inline]
    #[track_caller]
    pub fn slot(self, index: usize) -> Value {
        let extent = self.extent();
        let count = extent.slots;
        assert!(
            (index as u64) < count,
            "value {index} of an object of {count}"
        );
        if extent.first == self.value.addr() && index == 0 {
            return Value(self.first);
        }
        Value(mem::load(extent.first + index as u64 * WORD))
    }

    /// The bytes of an object of a byte kind, of a flonum none.
    pub fn bytes<'a>(self) -> &'a [u8] {
        match self.header() {
            Some(header) if layout::is_bytes(header) => {
                mem::bytes(self.value.addr() + WORD, header.length())
            }
            _ => &[],
        }
    }

    /// Descriptor of a closure or frame.
    #[track_caller]
    pub fn descriptor(self) -> *const Descriptor {
        let v = self.value;
        assert!(
            v.is_closure() || v.is_frame(),
            "closure or frame expected, got {v:?}"
        );
        std::ptr::with_exposed_provenance(self.first as usize)
    }

    #[inline]
    fn extent(self) -> layout::Extent {
        let addr = self.value.addr();
        match self.header() {
            Some(header) => layout::object_extent(addr, header),
            None if self.value.is_closure() || self.value.is_frame() => {
                layout::code_extent(addr, self.first)
            }
            None => layout::extent(self.value),
        }
    }
}
