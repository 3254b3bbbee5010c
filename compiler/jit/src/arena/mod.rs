//! Code memory: a list of chunks, each mapped once writable and once executable.
//!
//! Owns the installed code. A batch goes into one chunk, so that its direct jumps reach;
//! everything else goes through descriptors. Installing copies, relocates, and then
//! publishes each entry with release order, after which other threads may run it.
//!
//! This module contains `unsafe` code: it stores through descriptor addresses.

mod chunk;
#[cfg(target_os = "linux")]
mod mapping;
#[cfg(not(target_os = "linux"))]
#[path = "absent.rs"]
mod mapping;

use crate::compiler::{CompiledCode, CompiledSegment, RelocTarget};
use crate::error::JitError;
use crate::machine::Stub;
use chunk::{Chunk, SLOW_BYTES, STUB_BYTES, SlowStub, THUNK_JUMP_END};
use std::collections::{HashMap, HashSet};
use std::sync::atomic::Ordering;
use termite_abi::{CpClass, Descriptor};
use termite_ir::CpId;

/// What a thunk leaves for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ThunkKind {
    /// The control point has no machine code.
    Interpret,
    /// A primitive as a procedure.
    Builtin,
    /// The base frame of a process.
    Halt,
}

/// Where a segment was installed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Installed {
    pub cp: CpId,
    pub address: u64,
}

/// Code memory, growing by chunks. Dropping it leaks the memory: see
/// [`CodeArena::release`].
pub struct CodeArena {
    chunks: Vec<Chunk>,
    chunk_bytes: usize,
}

impl CodeArena {
    /// An empty arena whose chunks are of `chunk_bytes` (or of the size of a larger batch).
    pub fn new(chunk_bytes: usize) -> Result<CodeArena, JitError> {
        if cfg!(all(target_arch = "x86_64", target_os = "linux")) {
            Ok(CodeArena {
                chunks: Vec::new(),
                chunk_bytes,
            })
        } else {
            Err(JitError::NoJitForArchitecture)
        }
    }

    /// Bytes in use, stub tables included.
    pub fn used_bytes(&self) -> usize {
        self.chunks.iter().map(Chunk::used).sum()
    }

    /// An entry for the control point at `descriptor` that leaves for the driver.
    pub fn thunk(&mut self, descriptor: u64, kind: ThunkKind) -> Result<u64, JitError> {
        let chunk = self.chunk_with_room(STUB_BYTES)?;
        let target = chunk.stub(match kind {
            ThunkKind::Interpret => Stub::Interpret,
            ThunkKind::Builtin => Stub::Builtin,
            ThunkKind::Halt => Stub::Halt,
        });
        let at = chunk.take(STUB_BYTES, STUB_BYTES);
        let displacement = target as i64 - (at + THUNK_JUMP_END) as i64;
        chunk.write(at, &chunk::thunk(descriptor, displacement as i32));
        Ok(chunk.address(at))
    }

    /// The `entry` of every return point that does not take one value: it leaves with
    /// [`termite_abi::ExitReason::ReturnGeneric`].
    pub fn one_value_entry(&self) -> u64 {
        Stub::ReturnOne.address()
    }

    /// Copies the batch into executable memory and publishes its entries.
    ///
    /// # Safety
    /// The descriptors named by `code` are those of the unit that it was compiled from,
    /// and stay alive as long as this arena.
    pub unsafe fn install(&mut self, code: &CompiledCode) -> Result<Vec<Installed>, JitError> {
        let placed = self.place(code)?;
        for (segment, installed) in code.segments.iter().zip(&placed) {
            // SAFETY: the caller promises that the address is a live descriptor's; its
            // fields that change are atomics.
            let descriptor = unsafe { &*(segment.descriptor as *const Descriptor) };
            publish(descriptor, installed.address);
        }
        Ok(placed)
    }

    /// Gives all memory back.
    ///
    /// # Safety
    /// No thread runs code of this arena, and no live descriptor's entry points into it.
    pub unsafe fn release(self) {
        for chunk in self.chunks {
            // SAFETY: the caller's promise.
            unsafe { chunk.unmap() }
        }
    }

    fn chunk_with_room(&mut self, bytes: usize) -> Result<&mut Chunk, JitError> {
        if !self.chunks.last().is_some_and(|c| c.has_room(bytes)) {
            self.chunks
                .push(Chunk::new(self.chunk_bytes.max(bytes + 64))?);
        }
        self.chunks
            .last_mut()
            .ok_or_else(|| JitError::Memory(std::io::Error::other("no chunk")))
    }

    fn place(&mut self, code: &CompiledCode) -> Result<Vec<Installed>, JitError> {
        let chunk = self.chunk_with_room(most_bytes(code))?;
        let mut offsets: HashMap<CpId, usize> = HashMap::new();
        let mut starts = Vec::with_capacity(code.segments.len());
        for segment in &code.segments {
            let start = place_segment(chunk, segment);
            offsets.insert(segment.cp, start);
            starts.push(start);
        }
        for missing in &code.missing {
            let at = chunk.take(STUB_BYTES, STUB_BYTES);
            chunk.write(at, &chunk::through_descriptor(missing.descriptor));
            offsets.insert(missing.cp, at);
        }
        for (segment, &start) in code.segments.iter().zip(&starts) {
            relocate(chunk, code.unit_index, segment, start, &offsets)?;
        }
        let placed = |s: &CompiledSegment| Installed {
            cp: s.cp,
            address: chunk.address(offsets[&s.cp]),
        };
        Ok(code.segments.iter().map(placed).collect())
    }
}

/// Alignment of entries; twice that where constants follow the code.
const ALIGN: usize = 16;

/// What a batch takes at most, with the stubs that it may be the first to need.
fn most_bytes(code: &CompiledCode) -> usize {
    let segments = code.segments.iter().map(|s| s.code.len() + 2 * ALIGN);
    let relocs = code.segments.iter().flat_map(|s| &s.relocs);
    let slow: HashSet<RelocTarget> = relocs.map(|r| r.target).collect();
    segments.sum::<usize>() + slow.len() * SLOW_BYTES + code.missing.len() * STUB_BYTES
}

/// Copies a segment and returns its offset.
fn place_segment(chunk: &mut Chunk, segment: &CompiledSegment) -> usize {
    let align = if segment.has_constants {
        2 * ALIGN
    } else {
        ALIGN
    };
    let start = chunk.take(segment.code.len(), align);
    chunk.write(start, &segment.code);
    start
}

fn relocate(
    chunk: &mut Chunk,
    unit: u32,
    segment: &CompiledSegment,
    start: usize,
    offsets: &HashMap<CpId, usize>,
) -> Result<(), JitError> {
    for reloc in &segment.relocs {
        let target = match reloc.target {
            RelocTarget::Stub(stub) => chunk.stub(stub),
            RelocTarget::Slow { stub, prim } => chunk.slow_stub(SlowStub { stub, prim, unit }),
            RelocTarget::Segment(cp) => *offsets.get(&cp).ok_or(JitError::Malformed(
                segment.cp,
                "a direct jump to a segment of no batch",
            ))?,
        };
        let at = start + reloc.offset as usize;
        let displacement = target as i64 - (at + 4) as i64;
        chunk.write(at, &(displacement as i32).to_le_bytes());
    }
    Ok(())
}

fn publish(descriptor: &Descriptor, address: u64) {
    descriptor.exact.store(address, Ordering::Release);
    let takes_one = descriptor.class != CpClass::Return || descriptor.arity == 1;
    let entry = if takes_one {
        address
    } else {
        Stub::ReturnOne.address()
    };
    descriptor.entry.store(entry, Ordering::Release);
    descriptor.compiled.store(1, Ordering::Release);
}
