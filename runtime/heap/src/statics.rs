//! The static space: literals, symbols, closures without free values.
//!
//! Process-global, shared by all heaps, append-only. Its objects are immutable and never
//! move, and they refer to static objects only: no collector follows or marks them.
//! One lock guards allocation; reading needs none.

use crate::chunk::{CHUNK_BYTES, Chunk, ChunkKind, LARGE_AT, Run};
use crate::map::{Mapping, PAGE};
use crate::mem::{self, WORD};
use crate::object;
use crate::text::Width;
use std::sync::{Mutex, MutexGuard, PoisonError};
use termite_abi::object::{Header, Kind, Payload};
use termite_abi::value::{TAG_CLOSURE, TAG_FLONUM, TAG_OBJECT, TAG_PAIR};
use termite_abi::{Descriptor, Value};

struct StaticSpace {
    chunks: Vec<(Mapping, u64)>,
    current: Run,
}

static SPACE: Mutex<StaticSpace> = Mutex::new(StaticSpace {
    chunks: Vec::new(),
    current: Run { start: 0, end: 0 },
});

/// Allocation leaves nothing half-done behind, so a panic elsewhere does no harm.
fn space() -> MutexGuard<'static, StaticSpace> {
    SPACE.lock().unwrap_or_else(PoisonError::into_inner)
}

impl StaticSpace {
    fn allocate(&mut self, bytes: u64) -> u64 {
        if bytes > self.current.end - self.current.start {
            if bytes > CHUNK_BYTES / 8 {
                return self.map((LARGE_AT + bytes).next_multiple_of(PAGE));
            }
            let start = self.map(CHUNK_BYTES);
            self.current = Run {
                start,
                end: start - LARGE_AT + CHUNK_BYTES,
            };
        }
        let at = self.current.start;
        self.current.start += bytes;
        at
    }

    /// Maps a chunk (or a longer range for one object); where its objects begin.
    fn map(&mut self, bytes: u64) -> u64 {
        let mapping = Mapping::reserve_or_die(bytes, CHUNK_BYTES);
        let chunk = Chunk(mapping.start());
        chunk.initialize(ChunkKind::Static);
        self.chunks.push((mapping, bytes));
        chunk.0 + LARGE_AT
    }
}

fn allocate(words: &[u64], tag: u64) -> Value {
    let at = space().allocate(words.len() as u64 * WORD);
    mem::store_all(at, words);
    Value::pointer(at, tag)
}

/// Sorted start and size of all that the static space has mapped; for verification.
pub(crate) fn ranges() -> Vec<(u64, u64)> {
    let mut all: Vec<_> = space()
        .chunks
        .iter()
        .map(|(mapping, bytes)| (mapping.start(), *bytes))
        .collect();
    all.sort_unstable();
    all
}

/// Bytes mapped for static objects.
pub fn bytes_mapped() -> u64 {
    space().chunks.iter().map(|(_, bytes)| bytes).sum()
}

fn check(v: Value) {
    debug_assert!(
        !v.is_pointer() || Chunk::of(v.addr()).is(ChunkKind::Static),
        "static object would refer to {v:?}, which is not static"
    );
}

pub fn alloc_static_pair(car: Value, cdr: Value) -> Value {
    check(car);
    check(cdr);
    allocate(&[car.0, cdr.0], TAG_PAIR)
}

/// Puts in a part of a pair (0 the car, 1 the cdr) that was made with a hole in its place:
/// so that a literal may contain itself. Only before anyone has seen the pair.
pub fn fill_static_pair(pair: Value, index: usize, part: Value) {
    assert!(index < 2 && pair.is_pair(), "no such part of a pair");
    fill(pair.addr() + index as u64 * WORD, pair, part);
}

/// As [`fill_static_pair`], for the element of a vector at an index.
pub fn fill_static_vector(vector: Value, index: usize, part: Value) {
    assert!(
        object::is_kind(vector, Kind::Vector) && index < object::field_count(vector),
        "no such part of a vector"
    );
    fill(vector.addr() + (1 + index as u64) * WORD, vector, part);
}

fn fill(at: u64, whole: Value, part: Value) {
    debug_assert!(Chunk::of(whole.addr()).is(ChunkKind::Static));
    debug_assert!(
        [Value::VOID.0, part.0].contains(&mem::load(at)),
        "there is no hole to be filled"
    );
    check(part);
    mem::store(at, part.0);
}

pub fn alloc_static_flonum(x: f64) -> Value {
    allocate(&[x.to_bits()], TAG_FLONUM)
}

/// An immutable object of a word kind, with further header flags.
pub fn alloc_static_object(kind: Kind, flags: u64, fields: &[Value]) -> Value {
    assert_eq!(
        kind.payload(),
        Payload::Words,
        "a {} holds bytes",
        kind.name()
    );
    fields.iter().copied().for_each(check);
    let header = Header::new(kind, fields.len() as u64, flags | Header::FLAG_IMMUTABLE);
    let words: Vec<u64> = std::iter::once(header.0)
        .chain(fields.iter().map(|v| v.0))
        .collect();
    allocate(&words, TAG_OBJECT)
}

/// An immutable object of a byte kind, with further header flags.
pub fn alloc_static_bytes(kind: Kind, flags: u64, content: &[u8]) -> Value {
    assert_eq!(
        kind.payload(),
        Payload::Bytes,
        "a {} holds values",
        kind.name()
    );
    let header = Header::new(kind, content.len() as u64, flags | Header::FLAG_IMMUTABLE);
    let at = space().allocate(header.object_bytes(Payload::Bytes));
    mem::store(at, header.0);
    mem::bytes_mut(at + WORD, content.len() as u64).copy_from_slice(content);
    Value::pointer(at, TAG_OBJECT)
}

pub fn alloc_static_vector(elements: &[Value]) -> Value {
    alloc_static_object(Kind::Vector, 0, elements)
}

pub fn alloc_static_bytevector(content: &[u8]) -> Value {
    alloc_static_bytes(Kind::Bytevector, 0, content)
}

pub fn alloc_static_string(content: &str) -> Value {
    let width = Width::of(content.chars());
    let length = content.chars().count();
    let mut bytes = vec![0; length * width.bytes()];
    width.fill(&mut bytes, content.chars());
    let storage = alloc_static_bytes(Kind::Chars, width.flag(), &bytes);
    alloc_static_object(Kind::String, 0, &[storage, Value::fixnum(length as i64)])
}

/// A bignum literal; `limbs` least significant first, without leading zeros.
pub fn alloc_static_bignum(negative: bool, limbs: &[u64]) -> Value {
    debug_assert!(limbs.last() != Some(&0), "leading zero limb");
    let bytes: Vec<u8> = limbs.iter().flat_map(|l| l.to_ne_bytes()).collect();
    alloc_static_bytes(
        Kind::Bignum,
        if negative { Header::FLAG_NEGATIVE } else { 0 },
        &bytes,
    )
}

/// A closure without free values.
pub fn alloc_static_closure(descriptor: *const Descriptor) -> Value {
    let descriptor = descriptor.expose_provenance() as u64;
    debug_assert_eq!(
        mem::descriptor_words(descriptor),
        1,
        "a static closure has no free values"
    );
    allocate(&[descriptor], TAG_CLOSURE)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text;

    #[test]
    fn static_objects_read_like_others() {
        let s = alloc_static_string("grüße, λ");
        assert_eq!(text::string_to_rust(s), "grüße, λ");
        let v = alloc_static_vector(&[s, Value::fixnum(3)]);
        assert_eq!(object::field(v, 0), s);
        assert!(object::header(v).is_some_and(|h| h.has(Header::FLAG_IMMUTABLE)));
        let n = alloc_static_bignum(true, &[1, 2]);
        assert_eq!(
            (object::bignum_limbs(n), object::bignum_is_negative(n)),
            (&[1, 2][..], true)
        );
    }

    #[test]
    fn a_static_object_may_contain_itself() {
        let v = alloc_static_vector(&[Value::NULL, Value::VOID]);
        let p = alloc_static_pair(v, Value::VOID);
        fill_static_vector(v, 1, p);
        fill_static_pair(p, 1, p);
        assert_eq!(object::field(v, 1), p);
        assert_eq!((object::car(p), object::cdr(p)), (v, p));
    }

    #[test]
    fn long_literals_have_their_own_mapping() {
        let v = alloc_static_bytevector(&vec![7; 5 << 20]);
        assert_eq!(object::bytes(v)[(5 << 20) - 1], 7);
        assert!(Chunk::of(v.addr()).is(ChunkKind::Static));
        assert!(
            ranges()
                .iter()
                .any(|&(start, bytes)| start == Chunk::of(v.addr()).0 && bytes > 5 << 20)
        );
    }
}
