//! The hash table itself: an insertion-ordered table of open addressing.
//!
//! The object's fields (kind `HashTable`):
//!
//! | field | holds |
//! |---|---|
//! | entries | a vector of key, value, hash an entry, in the order of insertion; a deleted one has the key `Value::TOMBSTONE` |
//! | index | a bytevector of slots of 4 bytes, a power of two of them: 0, or one more than the number of an entry. Or `#f`: to be made, and all hashes with it |
//! | used | entries taken, deleted ones included |
//! | live | entries with a key |
//! | young | entries before this one have hashes that no collection changes |
//! | epoch | [`Heap::epoch`] when the other hashes were made |
//! | test | a [`Test`] as a fixnum |
//! | spare | `#f` |
//!
//! A hash made from the address of a young object is wrong after the next collection, so
//! the entries from `young` on are hashed anew then: they are the youngest ones, and each
//! is hashed anew once. Whoever copies a table elsewhere, where keys have other
//! addresses, copies the entries and leaves the index `#f`.
//!
//! Slots are probed linearly. Deleting moves later slots up, so that there are no marks
//! of deletion among them; at least half of the slots are free.

use super::hash::{Source, hash_key};
use crate::args::{check_room, out_of_memory};
use crate::equality::{is_equal, is_eqv, same_text};
use termite_abi::{Kind, Value};
use termite_heap::{self as heap, Heap};
use termite_vm::Raise;

const ENTRIES: usize = 0;
const INDEX: usize = 1;
const USED: usize = 2;
const LIVE: usize = 3;
const YOUNG: usize = 4;
const EPOCH: usize = 5;
const TEST: usize = 6;

/// Words an entry.
const STRIDE: usize = 3;
/// Entries of the smallest table.
const SMALLEST: usize = 4;
/// Entries are numbered in 4 bytes.
const LARGEST: usize = 1 << 30;

/// How keys are compared.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Test {
    Eq,
    Eqv,
    Equal,
    String,
}

impl Test {
    pub const ALL: [Test; 4] = [Test::Eq, Test::Eqv, Test::Equal, Test::String];

    /// The name of the procedure that compares so.
    pub const fn name(self) -> &'static str {
        match self {
            Test::Eq => "eq?",
            Test::Eqv => "eqv?",
            Test::Equal => "equal?",
            Test::String => "string=?",
        }
    }

    fn same(self, a: Value, b: Value) -> bool {
        match self {
            Test::Eq => a == b,
            Test::Eqv => is_eqv(a, b),
            Test::Equal => is_equal(a, b),
            Test::String => same_text(a, b),
        }
    }
}

/// A hash table of the heap. Keys of a [`Test::String`] table are strings: callers see to
/// that.
#[derive(Clone, Copy)]
pub struct Table(Value);

impl Table {
    /// `None` unless `v` is a hash table.
    pub fn from_value(v: Value) -> Option<Table> {
        heap::is_kind(v, Kind::HashTable).then_some(Table(v))
    }

    pub fn value(self) -> Value {
        self.0
    }

    /// A new table with room for `size` entries before it grows.
    pub fn new(heap: &mut Heap, test: Test, size: usize) -> Result<Table, Raise> {
        let capacity = size.max(SMALLEST);
        let entries = new_entries(heap, capacity)?;
        let index = new_index(heap, capacity);
        let zero = Value::fixnum(0);
        let epoch = Value::fixnum(heap.epoch() as i64);
        let fields = [
            entries,
            index,
            zero,
            zero,
            zero,
            epoch,
            Value::fixnum(test as i64),
            Value::FALSE,
        ];
        Ok(Table(heap.object(Kind::HashTable, &fields)))
    }

    pub fn test(self) -> Test {
        let number = heap::field(self.0, TEST).as_fixnum();
        Test::ALL
            .into_iter()
            .find(|&test| test as i64 == number)
            .unwrap_or(Test::Equal)
    }

    /// Number of keys.
    pub fn len(self) -> usize {
        self.number(LIVE)
    }

    pub fn is_empty(self) -> bool {
        self.len() == 0
    }

    /// Keys and values, in the order of insertion.
    pub fn iter(self) -> impl Iterator<Item = (Value, Value)> {
        let mut at = 0;
        std::iter::from_fn(move || {
            let entry = self.next_entry(at)?;
            at = entry + 1;
            Some((self.key(entry), self.entry_value(entry)))
        })
    }

    /// The first entry at or after number `from`.
    pub(crate) fn next_entry(self, from: usize) -> Option<usize> {
        (from..self.number(USED)).find(|&entry| self.key(entry) != Value::TOMBSTONE)
    }

    /// Whether there is an entry of that number.
    pub(crate) fn has_entry(self, entry: usize) -> bool {
        entry < self.number(USED) && self.key(entry) != Value::TOMBSTONE
    }

    pub(crate) fn key(self, entry: usize) -> Value {
        heap::field(self.entries(), entry * STRIDE)
    }

    pub(crate) fn entry_value(self, entry: usize) -> Value {
        heap::field(self.entries(), entry * STRIDE + 1)
    }

    pub fn get(self, heap: &mut Heap, key: Value) -> Result<Option<Value>, Raise> {
        self.refresh(heap)?;
        let (hash, _) = hash_key(self.test(), key);
        Ok(self
            .find(key, hash)
            .map(|(entry, _)| self.entry_value(entry)))
    }

    pub fn set(self, heap: &mut Heap, key: Value, value: Value) -> Result<(), Raise> {
        self.refresh(heap)?;
        let (hash, source) = hash_key(self.test(), key);
        if let Some((entry, _)) = self.find(key, hash) {
            heap.set_field(self.entries(), entry * STRIDE + 1, value);
            return Ok(());
        }
        if self.number(USED) == self.capacity() {
            self.grow(heap)?;
        }
        let entry = self.number(USED);
        self.store_entry(heap, entry, [key, value, Value::fixnum(hash)]);
        insert_slot(heap::bytes_mut(self.index()), hash, entry);
        self.set_number(heap, USED, entry + 1);
        self.set_number(heap, LIVE, self.len() + 1);
        let settled = source == Source::Content || !heap.is_young(key);
        if settled && self.number(YOUNG) == entry {
            self.set_number(heap, YOUNG, entry + 1);
        }
        Ok(())
    }

    /// Whether the key was there.
    pub fn remove(self, heap: &mut Heap, key: Value) -> Result<bool, Raise> {
        self.refresh(heap)?;
        let (hash, _) = hash_key(self.test(), key);
        let Some((entry, slot)) = self.find(key, hash) else {
            return Ok(false);
        };
        self.free_slot(slot);
        self.store_entry(
            heap,
            entry,
            [Value::TOMBSTONE, Value::FALSE, Value::fixnum(0)],
        );
        self.set_number(heap, LIVE, self.len() - 1);
        let used = (0..self.number(USED))
            .rev()
            .find(|&e| self.key(e) != Value::TOMBSTONE);
        let used = used.map_or(0, |last| last + 1);
        self.set_number(heap, USED, used);
        self.set_number(heap, YOUNG, self.number(YOUNG).min(used));
        Ok(true)
    }

    pub fn clear(self, heap: &mut Heap) -> Result<(), Raise> {
        let entries = new_entries(heap, SMALLEST)?;
        let index = new_index(heap, SMALLEST);
        heap.set_field(self.0, ENTRIES, entries);
        heap.set_field(self.0, INDEX, index);
        [USED, LIVE, YOUNG]
            .into_iter()
            .for_each(|field| self.set_number(heap, field, 0));
        Ok(())
    }

    pub fn copy(self, heap: &mut Heap) -> Result<Table, Raise> {
        self.refresh(heap)?;
        check_room(heap, self.capacity() * (8 * STRIDE + 8))?;
        let entries: Vec<Value> = heap::fields(self.entries()).collect();
        let entries = heap.vector_from(&entries);
        let index = heap.bytevector(heap::bytes(self.index()));
        let mut fields: Vec<Value> = heap::fields(self.0).collect();
        (fields[ENTRIES], fields[INDEX]) = (entries, index);
        Ok(Table(heap.object(Kind::HashTable, &fields)))
    }

    fn entries(self) -> Value {
        heap::field(self.0, ENTRIES)
    }

    fn index(self) -> Value {
        heap::field(self.0, INDEX)
    }

    fn number(self, field: usize) -> usize {
        heap::field(self.0, field).as_fixnum() as usize
    }

    fn set_number(self, heap: &mut Heap, field: usize, n: usize) {
        heap.set_field(self.0, field, Value::fixnum(n as i64));
    }

    fn capacity(self) -> usize {
        heap::field_count(self.entries()) / STRIDE
    }

    fn hash(self, entry: usize) -> i64 {
        heap::field(self.entries(), entry * STRIDE + 2).as_fixnum()
    }

    fn store_entry(self, heap: &mut Heap, entry: usize, words: [Value; STRIDE]) {
        for (i, word) in words.into_iter().enumerate() {
            heap.set_field(self.entries(), entry * STRIDE + i, word);
        }
    }

    /// The entry of a key and its slot.
    fn find(self, key: Value, hash: i64) -> Option<(usize, usize)> {
        let (test, slots) = (self.test(), heap::bytes(self.index()));
        let mask = slots.len() / 4 - 1;
        let mut at = hash as usize & mask;
        while let Some(entry) = read_slot(slots, at) {
            let candidate = self.key(entry);
            if candidate == key
                || (test != Test::Eq && self.hash(entry) == hash && test.same(candidate, key))
            {
                return Some((entry, at));
            }
            at = (at + 1) & mask;
        }
        None
    }

    /// Empties a slot and moves later ones up that would not be found otherwise.
    fn free_slot(self, slot: usize) {
        let slots = heap::bytes_mut(self.index());
        let mask = slots.len() / 4 - 1;
        let (mut hole, mut at) = (slot, slot);
        loop {
            at = (at + 1) & mask;
            let Some(entry) = read_slot(slots, at) else {
                break;
            };
            let home = self.hash(entry) as usize & mask;
            if at.wrapping_sub(home) & mask >= at.wrapping_sub(hole) & mask {
                write_slot(slots, hole, Some(entry));
                hole = at;
            }
        }
        write_slot(slots, hole, None);
    }

    /// Makes the index, if there is none; hashes the youngest entries anew, if there was a
    /// collection.
    fn refresh(self, heap: &mut Heap) -> Result<(), Raise> {
        let now = heap.epoch();
        if !heap::is_kind(self.index(), Kind::Bytevector) {
            check_room(heap, self.capacity() * 8)?;
            (0..self.number(USED)).for_each(|entry| self.rehash(heap, entry));
            self.build_index(heap);
            self.set_number(heap, YOUNG, 0);
        } else if heap::field(self.0, EPOCH).as_fixnum() == now as i64 {
            return Ok(());
        } else {
            self.rehash_young(heap);
        }
        // Keys that came to be young again (a copied table) are seen to by the next epoch.
        let settled = self.first_young(heap);
        self.set_number(heap, YOUNG, settled);
        self.set_number(heap, EPOCH, now as usize);
        Ok(())
    }

    /// The first entry whose key is young; all but freshly copied tables have none.
    fn first_young(self, heap: &Heap) -> usize {
        let used = self.number(USED);
        (self.number(YOUNG)..used)
            .find(|&entry| heap.is_young(self.key(entry)))
            .unwrap_or(used)
    }

    fn rehash(self, heap: &mut Heap, entry: usize) {
        let key = self.key(entry);
        if key != Value::TOMBSTONE {
            let (hash, _) = hash_key(self.test(), key);
            heap.set_field(self.entries(), entry * STRIDE + 2, Value::fixnum(hash));
        }
    }

    fn rehash_young(self, heap: &mut Heap) {
        let (young, used) = (self.number(YOUNG), self.number(USED));
        if used - young > used / 4 {
            (young..used).for_each(|entry| self.rehash(heap, entry));
            let slots = heap::bytes_mut(self.index());
            slots.fill(0);
            self.fill_index(slots);
            return;
        }
        for entry in young..used {
            let key = self.key(entry);
            let (hash, source) = hash_key(self.test(), key);
            if key == Value::TOMBSTONE || source == Source::Content {
                continue;
            }
            if let Some(slot) = self.slot_of(entry) {
                self.free_slot(slot);
            }
            heap.set_field(self.entries(), entry * STRIDE + 2, Value::fixnum(hash));
            insert_slot(heap::bytes_mut(self.index()), hash, entry);
        }
    }

    /// The slot of an entry whose hash is the one that it was inserted under.
    fn slot_of(self, entry: usize) -> Option<usize> {
        let slots = heap::bytes(self.index());
        let mask = slots.len() / 4 - 1;
        let mut at = self.hash(entry) as usize & mask;
        while let Some(other) = read_slot(slots, at) {
            if other == entry {
                return Some(at);
            }
            at = (at + 1) & mask;
        }
        None
    }

    /// Makes room for another entry: drops deleted ones if they are many, else doubles.
    fn grow(self, heap: &mut Heap) -> Result<(), Raise> {
        let (used, live) = (self.number(USED), self.len());
        let capacity = if live > used / 2 {
            self.capacity() * 2
        } else {
            self.capacity()
        };
        let entries = new_entries(heap, capacity)?;
        let (mut next, mut young) = (0, 0);
        for entry in (0..used).filter(|&entry| self.key(entry) != Value::TOMBSTONE) {
            for word in 0..STRIDE {
                heap.set_field(
                    entries,
                    next * STRIDE + word,
                    heap::field(self.entries(), entry * STRIDE + word),
                );
            }
            next += 1;
            young += usize::from(entry < self.number(YOUNG));
        }
        heap.set_field(self.0, ENTRIES, entries);
        self.set_number(heap, USED, next);
        self.set_number(heap, YOUNG, young);
        self.build_index(heap);
        Ok(())
    }

    fn build_index(self, heap: &mut Heap) {
        let index = new_index(heap, self.capacity());
        heap.set_field(self.0, INDEX, index);
        self.fill_index(heap::bytes_mut(index));
    }

    fn fill_index(self, slots: &mut [u8]) {
        let live = (0..self.number(USED)).filter(|&entry| self.key(entry) != Value::TOMBSTONE);
        live.for_each(|entry| insert_slot(slots, self.hash(entry), entry));
    }
}

fn new_entries(heap: &mut Heap, capacity: usize) -> Result<Value, Raise> {
    if capacity > LARGEST {
        return Err(out_of_memory());
    }
    // The index is made right after, and is small against this.
    check_room(heap, capacity * (8 * STRIDE + 16))?;
    Ok(heap.vector(capacity * STRIDE, Value::FALSE))
}

fn new_index(heap: &mut Heap, capacity: usize) -> Value {
    heap.bytes(Kind::Bytevector, (capacity * 2).next_power_of_two() * 4)
}

/// The entry that a slot leads to.
fn read_slot(slots: &[u8], at: usize) -> Option<usize> {
    let (cells, _) = slots.as_chunks::<4>();
    let number = u32::from_ne_bytes(cells[at]);
    number.checked_sub(1).map(|entry| entry as usize)
}

fn write_slot(slots: &mut [u8], at: usize, entry: Option<usize>) {
    let (cells, _) = slots.as_chunks_mut::<4>();
    cells[at] = entry.map_or(0, |entry| entry as u32 + 1).to_ne_bytes();
}

fn insert_slot(slots: &mut [u8], hash: i64, entry: usize) {
    let mask = slots.len() / 4 - 1;
    let mut at = hash as usize & mask;
    while read_slot(slots, at).is_some() {
        at = (at + 1) & mask;
    }
    write_slot(slots, at, Some(entry));
}
