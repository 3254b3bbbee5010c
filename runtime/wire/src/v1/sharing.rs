//! What the encoder knows of objects that it has met.
//!
//! A graph without branches is walked without notes ([`Chain`]); the encoder gives up as
//! soon as it turns out to have any, and starts again with marks ([`Marked`]).

use super::encode::Stop;
use super::index::AddressMap;
use termite_abi::Value;
use termite_heap::{Cycle, Heap, Marks, Object};

pub(super) trait Sharing {
    /// The walk has to be given up where it branches.
    const IS_CHAIN: bool;

    /// The number of an object that was met before.
    fn number(&self, v: Value) -> Option<u64>;

    /// Meets an object that has no number.
    fn meet(&mut self, v: Value, number: u64) -> Result<Object, Stop>;

    /// As `number` and `meet` at once, for an object that must not be marked.
    fn meet_unmarked(&mut self, v: Value, number: u64) -> Option<u64>;
}

pub(super) struct Chain(Cycle);

impl Chain {
    pub fn new() -> Chain {
        Chain(Cycle::new())
    }
}

impl Sharing for Chain {
    const IS_CHAIN: bool = true;

    #[inline(always)]
    fn number(&self, _: Value) -> Option<u64> {
        None
    }

    #[inline(always)]
    fn meet(&mut self, v: Value, _: u64) -> Result<Object, Stop> {
        if self.0.closes_at(v) {
            return Err(Stop::Branches);
        }
        Ok(Object::of(v))
    }

    fn meet_unmarked(&mut self, _: Value, _: u64) -> Option<u64> {
        None
    }
}

pub(super) struct Marked<'h> {
    marks: Marks<'h>,
    /// Static objects, and others that must not be marked.
    others: AddressMap<u64>,
}

impl<'h> Marked<'h> {
    pub fn new(heap: &'h mut Heap) -> Marked<'h> {
        Marked {
            marks: Marks::new(heap),
            others: AddressMap::default(),
        }
    }
}

impl Sharing for Marked<'_> {
    const IS_CHAIN: bool = false;

    #[inline(always)]
    fn number(&self, v: Value) -> Option<u64> {
        let number = self.marks.number(v);
        if number.is_some() || self.others.is_empty() {
            return number;
        }
        self.others.get(&v.0).copied()
    }

    #[inline(always)]
    fn meet(&mut self, v: Value, number: u64) -> Result<Object, Stop> {
        if let Some(object) = self.marks.mark(v, number) {
            return Ok(object);
        }
        self.others.insert(v.0, number);
        Ok(Object::of(v))
    }

    fn meet_unmarked(&mut self, v: Value, number: u64) -> Option<u64> {
        let known = self.others.get(&v.0).copied();
        if known.is_none() {
            self.others.insert(v.0, number);
        }
        known
    }
}
