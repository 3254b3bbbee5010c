//! Snapshots: copies of messages within one heap.
//!
//! A snapshot of some roots has the same shape as the graph behind them: sharing and
//! cycles among all of them are kept, and nothing that a program could change is common
//! to both. Shared instead of copied are immediates, static objects, symbols, numbers,
//! record types and toplevel variables (by identity), immutable strings and byte strings,
//! closures that captured only such things, and what the caller says ([`Shares`]).
//!
//! A graph without branches (a list of numbers, a string, a chain of frames) needs no
//! notes about what has been met: `chain` copies it in one pass. Others are copied with
//! marks ([`crate::marks`]): the mark of an object holds the address of its copy. Neither
//! recurs. Copies are born as all objects are; those that are born old and hold young
//! values are remembered slot by slot.

pub(crate) mod chain;
mod share;

use crate::heap::Heap;
use crate::layout::{self, Extent};
use crate::marks::{self, MarkLog};
use crate::mem::{self, WORD};
use crate::scavenge::Work;
use crate::unsendable::{Finding, Unsendable, find_unsendable};
use chain::Chain;
use share::Fate;
use termite_abi::Value;
use termite_abi::object::{Header, Kind, PAIR_BYTES, STRING_STORAGE};
use termite_abi::value::{TAG_CLOSURE, TAG_FRAME, TAG_OBJECT, TAG_PAIR};

/// Asked of records, ports and internal objects: whether original and copy are to refer
/// to the same one. A record that is not shared is copied; a port or internal object that
/// is not shared cannot be sent. The fields of the object may be read, but not what they
/// refer to, which may be marked; record types never are.
pub type Shares<'a> = &'a dyn Fn(Value) -> bool;

/// Field of a hash table that holds its index, and is `#f` in a copy: keys have other
/// addresses there.
const TABLE_INDEX: u64 = 1;

impl Heap {
    /// Replaces each root by a copy of the graph behind it. On failure the roots and their
    /// graph are as they were.
    pub fn snapshot(&mut self, roots: &mut [Value], shares: Shares<'_>) -> Result<(), Unsendable> {
        let mut only = None;
        let mut copied = 0;
        for (i, &root) in roots.iter().enumerate().filter(|(_, r)| r.is_pointer()) {
            match self.fate(root, shares) {
                Fate::Shared => {}
                Fate::Copied => (only, copied) = (Some(i), copied + 1),
                Fate::Refused => return Err(self.refusal(roots, shares)),
            }
        }
        if let (Some(i), 1) = (only, copied) {
            match self.copy_chain(roots[i], shares) {
                Chain::Copied(copy) => {
                    roots[i] = copy;
                    return Ok(());
                }
                Chain::Refused => return Err(self.refusal(roots, shares)),
                Chain::Branches => {}
            }
        }
        if copied > 0 && !self.copy_graph(roots, shares) {
            return Err(self.refusal(roots, shares));
        }
        Ok(())
    }

    /// Copies any graph; `false`, and the roots unchanged, if a part of it is refused.
    fn copy_graph(&mut self, roots: &mut [Value], shares: Shares<'_>) -> bool {
        let log = MarkLog::take(self);
        let work = std::mem::take(&mut self.work);
        let mut copier = Copier {
            heap: self,
            log,
            work,
            shares,
            refused: false,
        };
        let mut copies: Vec<Value> = Vec::with_capacity(roots.len());
        copies.extend(roots.iter().map(|&root| copier.forward(root)));
        copier.drain();
        let refused = copier.refused;
        let Copier {
            heap, log, work, ..
        } = copier;
        log.finish(heap);
        heap.work = work;
        heap.work.clear();
        heap.work.trim();
        if !refused {
            roots.copy_from_slice(&copies);
        }
        !refused
    }

    #[cold]
    fn refusal(&self, roots: &[Value], shares: Shares<'_>) -> Unsendable {
        let mut judge = |v| match self.fate(v, shares) {
            Fate::Shared => Finding::Leaf,
            Fate::Copied => Finding::Inner,
            Fate::Refused => Finding::Refused,
        };
        // The copy met a refused value, so the search does.
        find_unsendable(roots, &mut judge).unwrap_or(Unsendable {
            value: Value::FALSE,
            path: Vec::new(),
        })
    }

    /// Copies a string with its storage, which no other string uses.
    fn copy_string(&mut self, string: Value, header: Header) -> Value {
        let storage = Value(mem::load(string.addr() + WORD + STRING_STORAGE * WORD));
        let storage = self.copy_object(storage, layout::extent(storage));
        let copy = self.copy_object(string, layout::object_extent(string.addr(), header));
        self.write(copy, copy.addr() + WORD + STRING_STORAGE * WORD, storage);
        copy
    }

    /// Copies the words of an unmarked object.
    #[inline(always)]
    fn copy_object(&mut self, v: Value, extent: Extent) -> Value {
        let to = self.allocate(extent.bytes);
        mem::copy(v.addr(), to, extent.bytes);
        Value::pointer(to, v.tag())
    }

    /// Remembers the slots of a copy that was born old and holds young values as it
    /// stands.
    fn remember_young(&mut self, extent: Extent) {
        for slot in (0..extent.slots).map(|i| extent.first + i * WORD) {
            if self.is_young(Value(mem::load(slot))) {
                self.remember(slot);
            }
        }
    }
}

struct Copier<'h> {
    heap: &'h mut Heap,
    log: MarkLog,
    /// Copies whose slots still hold originals.
    work: Work,
    shares: Shares<'h>,
    refused: bool,
}

impl Copier<'_> {
    fn drain(&mut self) {
        while !self.refused {
            if let Some(copy) = self.work.objects.pop() {
                self.scan(copy);
            } else if let Some((first, slots)) = self.work.next_stretch() {
                (0..slots).for_each(|i| self.visit(first + i * WORD));
            } else {
                return;
            }
        }
    }

    /// The slot visited last is scanned first: see `scavenge` for why.
    #[inline(always)]
    fn scan(&mut self, copy: Value) {
        if copy.is_pair() {
            self.visit(copy.addr() + WORD);
            self.visit(copy.addr());
            return;
        }
        let extent = layout::extent(copy);
        for i in 0..self.work.stretch(extent) {
            self.visit(extent.first + i * WORD);
        }
    }

    #[inline(always)]
    fn visit(&mut self, slot: u64) {
        let v = Value(mem::load(slot));
        if !v.is_pointer() {
            return;
        }
        let copy = self.forward(v);
        mem::store(slot, copy.0);
        if !self.heap.is_young_addr(slot) && self.heap.is_young(copy) {
            self.heap.remember(slot);
        }
    }

    /// The copy of a value, which is made if it has none yet; or itself.
    #[inline(always)]
    fn forward(&mut self, v: Value) -> Value {
        match v.tag() {
            TAG_PAIR => self.forward_pair(v),
            TAG_OBJECT => self.forward_object(v),
            TAG_CLOSURE | TAG_FRAME => self.forward_code(v),
            _ => v,
        }
    }

    /// Marks an original, its copy being made.
    #[inline(always)]
    fn mark(&mut self, original: Value, word: u64, copy: Value) {
        self.log.mark(original.addr(), word, copy.addr() / WORD);
    }

    #[inline(always)]
    fn forward_pair(&mut self, v: Value) -> Value {
        let from = v.addr();
        if self.heap.is_static_addr(from) {
            return v;
        }
        let car = mem::load(from);
        if marks::is_mark(car) {
            return marked_copy(car, v.tag());
        }
        let to = self.heap.allocate(PAIR_BYTES);
        mem::store(to, car);
        mem::store(to + WORD, mem::load(from + WORD));
        let copy = Value::pointer(to, TAG_PAIR);
        self.mark(v, car, copy);
        self.work.objects.push(copy);
        copy
    }

    #[inline]
    fn forward_object(&mut self, v: Value) -> Value {
        if self.heap.is_static_addr(v.addr()) {
            return v;
        }
        let word = mem::load(v.addr());
        if marks::is_mark(word) {
            return marked_copy(word, v.tag());
        }
        match share::object_fate(v, Header(word), self.shares) {
            Fate::Shared => v,
            Fate::Copied => self.copy_headed(v, Header(word)),
            Fate::Refused => {
                self.refused = true;
                v
            }
        }
    }

    fn copy_headed(&mut self, v: Value, header: Header) -> Value {
        let copy = if header.is(Kind::String) {
            self.heap.copy_string(v, header)
        } else {
            let extent = layout::object_extent(v.addr(), header);
            let copy = self.heap.copy_object(v, extent);
            if header.is(Kind::HashTable) {
                mem::store(copy.addr() + WORD + TABLE_INDEX * WORD, Value::FALSE.0);
            }
            if extent.slots > 0 {
                self.work.objects.push(copy);
            }
            copy
        };
        self.mark(v, header.0, copy);
        copy
    }

    fn forward_code(&mut self, v: Value) -> Value {
        let from = v.addr();
        if self.heap.is_static_addr(from) {
            return v;
        }
        let word = mem::load(from);
        if marks::is_mark(word) {
            return marked_copy(word, v.tag());
        }
        if v.is_closure() && self.heap.is_immutable_closure(v, self.shares) {
            return v;
        }
        let copy = self.heap.copy_object(v, layout::code_extent(from, word));
        self.mark(v, word, copy);
        self.work.objects.push(copy);
        copy
    }
}

/// The copy that a mark leads to.
#[inline(always)]
fn marked_copy(mark: u64, tag: u64) -> Value {
    Value::pointer(marks::number(mark) * WORD, tag)
}
