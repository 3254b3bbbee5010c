//! The heap checker: zeal level 2.
//!
//! Walks all that the roots reach, through static objects too, and checks of every
//! pointer that it leads to the start of a well-formed object in memory that is in use;
//! of every old object that its young referents are remembered; of static objects that
//! they refer to static ones only; and of all objects together that no two overlap.
//! Reads the heap only, without recursion. The first fault found is reported with the
//! path that leads to it.

use crate::chunk::{CHUNK_BYTES, Chunk, LARGE_AT, Run};
use crate::collect::RootSet;
use crate::heap::Heap;
use crate::layout::{self, Extent, FORWARDED, POISON};
use crate::mem::{self, WORD};
use crate::statics;
use std::collections::{HashMap, HashSet};
use std::fmt::Write;
use termite_abi::object::{Header, Kind, STRING_LENGTH, STRING_STORAGE};
use termite_abi::value::{TAG_CLOSURE, TAG_FRAME, TAG_HEADER, TAG_OBJECT};
use termite_abi::{Descriptor, Value};

/// Steps of a path that are printed, counted from its end.
const STEPS: usize = 24;

impl Heap {
    /// Checks all that `roots` reach; the text of an error says what is wrong and where.
    /// `is_descriptor` says whether a control-point descriptor stands at an address.
    pub fn verify(
        &self,
        roots: &mut (impl RootSet + ?Sized),
        is_descriptor: &dyn Fn(u64) -> bool,
    ) -> Result<(), String> {
        let mut verifier = Verifier::new(self, is_descriptor);
        let mut outcome = Ok(());
        let mut number = 0;
        let mut check = |root: Value, may_be_young: bool| {
            if outcome.is_ok() {
                outcome = verifier.root(root, number, may_be_young);
            }
            number += 1;
        };
        roots.visit(&mut |root| check(*root, true));
        roots.visit_old(&mut |root| check(*root, false));
        outcome?;
        verifier.walk()?;
        verifier.check_overlaps()
    }
}

/// Which space an object is in.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Space {
    Young,
    Old,
    Large,
    Static,
}

/// A range of memory that may hold objects of a space.
#[derive(Clone, Copy)]
struct Region {
    start: u64,
    end: u64,
    space: Space,
}

/// Who referred to an object first: for paths.
#[derive(Clone, Copy)]
enum Referrer {
    Root(usize),
    /// The object, and the index of its slot.
    Slot(Value, u64),
}

#[derive(Clone, Copy)]
struct Seen {
    value: Value,
    space: Space,
    extent: Extent,
    by: Referrer,
}

struct Verifier<'h> {
    is_descriptor: &'h dyn Fn(u64) -> bool,
    /// Sorted and disjoint.
    regions: Vec<Region>,
    /// Parts of old chunks that hold no objects; sorted and disjoint.
    free: Vec<Run>,
    remembered_slots: HashSet<u64>,
    remembered_objects: HashSet<Value>,
    /// By address.
    seen: HashMap<u64, Seen>,
    work: Vec<Seen>,
}

type Check = Result<(), String>;

impl<'h> Verifier<'h> {
    fn new(heap: &Heap, is_descriptor: &'h dyn Fn(u64) -> bool) -> Verifier<'h> {
        let mut free: Vec<Run> = heap.old.free_ranges().filter(|r| r.start < r.end).collect();
        free.sort_unstable_by_key(|r| r.start);
        Verifier {
            is_descriptor,
            regions: regions(heap),
            free,
            remembered_slots: heap.remembered.slots.iter().copied().collect(),
            remembered_objects: heap.remembered.objects.iter().copied().collect(),
            seen: HashMap::new(),
            work: Vec::new(),
        }
    }

    fn root(&mut self, root: Value, number: usize, may_be_young: bool) -> Check {
        let space = self.value(root, Referrer::Root(number))?;
        if !may_be_young && space == Some(Space::Young) {
            return Err(format!("root {number} is declared old but young: {root:?}"));
        }
        Ok(())
    }

    fn walk(&mut self) -> Check {
        while let Some(object) = self.work.pop() {
            for index in 0..object.extent.slots {
                self.slot(&object, index)?;
            }
            self.shape(&object)?;
        }
        Ok(())
    }

    /// Checks slot `index` of `holder` and the barrier's work on it.
    fn slot(&mut self, holder: &Seen, index: u64) -> Check {
        let address = holder.extent.first + index * WORD;
        let v = Value(mem::load(address));
        let by = Referrer::Slot(holder.value, index);
        let Some(space) = self.value(v, by)? else {
            return Ok(());
        };
        match (holder.space, space) {
            (Space::Static, Space::Young | Space::Old | Space::Large) => {
                Err(self.fault("static object refers to a heap", v, by))
            }
            (Space::Old | Space::Large, Space::Young)
                if !self.remembered_slots.contains(&address)
                    && !self.remembered_objects.contains(&holder.value) =>
            {
                Err(self.fault(
                    "old object's young referent is not remembered (missing write barrier)",
                    v,
                    by,
                ))
            }
            _ => Ok(()),
        }
    }

    /// Checks one word, and the object behind it when it is first met; its space.
    fn value(&mut self, v: Value, by: Referrer) -> Result<Option<Space>, String> {
        if !v.is_pointer() {
            return match self.immediate(v) {
                Some(what) => Err(self.fault(what, v, by)),
                None => Ok(None),
            };
        }
        if let Some(seen) = self.seen.get(&v.addr()) {
            if seen.value != v {
                return Err(self.fault(
                    &format!("same address as {:?}, other tag", seen.value),
                    v,
                    by,
                ));
            }
            return Ok(Some(seen.space));
        }
        match self.object(v) {
            Ok((space, extent)) => {
                let seen = Seen {
                    value: v,
                    space,
                    extent,
                    by,
                };
                self.seen.insert(v.addr(), seen);
                self.work.push(seen);
                Ok(Some(space))
            }
            Err(what) => Err(self.fault(&what, v, by)),
        }
    }

    /// What is wrong with a word that is no pointer.
    fn immediate(&self, v: Value) -> Option<&'static str> {
        if v.tag() == TAG_HEADER {
            return Some("header word where a value should be");
        }
        if v.0 == FORWARDED {
            return Some("the collector's forwarding mark");
        }
        (v == Value::ERROR).then_some("the error marker was stored")
    }

    /// Space and extent of the object that `v` points to, or what is wrong with it.
    fn object(&self, v: Value) -> Result<(Space, Extent), String> {
        if v.0 == POISON {
            return Err("poison: read from freed memory".into());
        }
        let addr = v.addr();
        let after = self.regions.partition_point(|r| r.start <= addr);
        let region = after
            .checked_sub(1)
            .map(|i| self.regions[i])
            .filter(|r| addr < r.end);
        let Some(region) = region else {
            return Err("pointer outside of all spaces in use (stale or wild)".into());
        };
        if region.space == Space::Large && addr != region.start {
            return Err("pointer into the middle of a large object".into());
        }
        let extent = self.extent(v)?;
        if addr + extent.bytes > region.end {
            return Err(format!(
                "object of {} bytes reaches beyond its space ({:?})",
                extent.bytes, region.space
            ));
        }
        if region.space == Space::Old && self.is_free(addr, extent.bytes) {
            return Err("object in free lines (stale, or it was not marked)".into());
        }
        Ok((region.space, extent))
    }

    /// The extent of an object, once its header or descriptor has been found good.
    fn extent(&self, v: Value) -> Result<Extent, String> {
        let word = mem::load(v.addr());
        let is_code = v.tag() == TAG_CLOSURE || v.tag() == TAG_FRAME;
        if v.tag() == TAG_OBJECT && Header(word).kind().is_none() {
            return Err(format!("no header but {word:#x}"));
        }
        if is_code && (word & 7 != 0 || !(self.is_descriptor)(word)) {
            return Err(format!("no control-point descriptor but {word:#x}"));
        }
        if is_code && mem::descriptor_words(word) < if v.is_frame() { 2 } else { 1 } {
            return Err("descriptor of a control point that has no frames or closures".into());
        }
        Ok(layout::extent(v))
    }

    fn is_free(&self, addr: u64, bytes: u64) -> bool {
        let next = self.free.partition_point(|r| r.end <= addr);
        self.free.get(next).is_some_and(|r| r.start < addr + bytes)
    }

    /// Checks what the collector itself relies on beyond slots, or everyone does.
    fn shape(&self, object: &Seen) -> Check {
        let v = object.value;
        let slot = |index: u64| Value(mem::load(object.extent.first + index * WORD));
        if v.is_frame() && !slot(0).is_frame() && slot(0) != Value::NO_FRAME {
            return Err(self.fault(
                "frame whose parent is no frame",
                slot(0),
                Referrer::Slot(v, 0),
            ));
        }
        if v.tag() == TAG_OBJECT && Header(mem::load(v.addr())).is(Kind::String) {
            let (storage, length) = (slot(STRING_STORAGE), slot(STRING_LENGTH));
            if !string_is_sound(storage, length) {
                return Err(self.fault("string with unfit storage or length", v, object.by));
            }
        }
        Ok(())
    }

    fn check_overlaps(&self) -> Check {
        let mut all: Vec<&Seen> = self.seen.values().collect();
        all.sort_unstable_by_key(|s| s.value.addr());
        for pair in all.windows(2) {
            if pair[0].value.addr() + pair[0].extent.bytes > pair[1].value.addr() {
                let other = self.path(pair[0].by);
                let what = format!("overlaps {:?}, which is reached by {other}", pair[0].value);
                return Err(self.fault(&what, pair[1].value, pair[1].by));
            }
        }
        Ok(())
    }

    fn fault(&self, what: &str, v: Value, by: Referrer) -> String {
        format!("{what}: {v:?} ({:#x}), reached by {}", v.0, self.path(by))
    }

    /// The path from a root to a slot.
    fn path(&self, by: Referrer) -> String {
        let mut steps = Vec::new();
        let mut at = by;
        let root = loop {
            match at {
                Referrer::Root(number) => break format!("root {number}"),
                Referrer::Slot(holder, index) => {
                    steps.push((holder, index));
                    at = self.seen[&holder.addr()].by;
                }
            }
        };
        let mut text = root;
        if steps.len() > STEPS {
            _ = write!(text, " -> ({} steps)", steps.len() - STEPS);
        }
        for &(holder, index) in steps.iter().take(STEPS).rev() {
            _ = write!(text, " -> {}", step(holder, index));
        }
        text
    }
}

/// A slot as paths name it.
fn step(holder: Value, index: u64) -> String {
    if holder.is_pair() {
        return format!("{} of {:#x}", ["car", "cdr"][index as usize], holder.0);
    }
    if let Some(kind) = crate::object::kind(holder) {
        return format!("{}[{index}] of {:#x}", kind.name(), holder.0);
    }
    let descriptor: *const Descriptor = crate::object::descriptor(holder);
    let what = if holder.is_frame() {
        "frame"
    } else {
        "closure"
    };
    format!(
        "{what}[{index}] of {:#x} (descriptor {descriptor:?})",
        holder.0
    )
}

fn string_is_sound(storage: Value, length: Value) -> bool {
    let Some(header) = crate::object::header(storage) else {
        return false;
    };
    let width = if header.has(Header::FLAG_WIDE) { 4 } else { 1 };
    let room = header.length() / width;
    header.is(Kind::Chars) && length.is_fixnum() && (0..=room as i64).contains(&length.as_fixnum())
}

fn regions(heap: &Heap) -> Vec<Region> {
    let start = heap.nursery.start();
    let young = Region {
        start,
        end: start + heap.nursery_used(),
        space: Space::Young,
    };
    let old = heap
        .old
        .chunks()
        .iter()
        .map(|c| c.body())
        .map(|r| (r.start, r.end, Space::Old));
    let large = heap
        .large
        .ranges()
        .map(|(c, bytes)| (c.0 + LARGE_AT, c.0 + bytes, Space::Large));
    let fixed = statics::ranges()
        .into_iter()
        .map(|(at, bytes)| (at + LARGE_AT, at + bytes, Space::Static));
    let others = old
        .chain(large)
        .chain(fixed)
        .map(|(start, end, space)| Region { start, end, space });
    let mut all: Vec<Region> = std::iter::once(young).chain(others).collect();
    all.sort_unstable_by_key(|r| r.start);
    debug_assert!(
        all.windows(2).all(|w| w[0].end <= w[1].start),
        "spaces overlap"
    );
    debug_assert!(
        all.iter()
            .all(|r| r.space != Space::Old || r.end == Chunk::of(r.start).0 + CHUNK_BYTES)
    );
    all
}
