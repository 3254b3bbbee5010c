//! A chunk of code memory: a table of jumps to the stubs, then code, bump-allocated.
//!
//! All direct jumps stay inside one chunk, which is far smaller than their reach.
//!
//! Unsafe here: unmaps memory on request.

use super::mapping::Mapping;
use crate::error::JitError;
use crate::machine::Stub;
use std::collections::HashMap;

/// Bytes of one entry of the stub table and of one thunk.
pub const STUB_BYTES: usize = 16;
const TABLE_BYTES: usize = Stub::ALL.len() * STUB_BYTES;

pub struct Chunk {
    mapping: Mapping,
    used: usize,
    /// Offsets of the slow stubs made so far.
    slow: HashMap<SlowStub, usize>,
}

/// A stub that calls a primitive for a unit's slow paths.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct SlowStub {
    pub stub: Stub,
    pub prim: u64,
    pub unit: u32,
}

/// Bytes of a slow stub.
pub const SLOW_BYTES: usize = 32;

impl Chunk {
    /// A chunk with room for `bytes` of code.
    pub fn new(bytes: usize) -> Result<Chunk, JitError> {
        let size = (bytes + TABLE_BYTES).next_multiple_of(PAGE);
        let mut chunk = Chunk {
            mapping: Mapping::new(size)?,
            used: 0,
            slow: HashMap::new(),
        };
        for stub in Stub::ALL {
            let at = chunk.take(STUB_BYTES, 16);
            chunk.mapping.write(at, &far_jump(stub.address()));
        }
        Ok(chunk)
    }

    /// Whether `bytes` more fit, whatever their alignment.
    pub fn has_room(&self, bytes: usize) -> bool {
        self.used + bytes + 64 <= self.mapping.bytes()
    }

    pub fn used(&self) -> usize {
        self.used
    }

    /// Reserves `bytes` and returns their offset, which is `align`ed.
    pub fn take(&mut self, bytes: usize, align: usize) -> usize {
        let at = self.used.next_multiple_of(align);
        self.used = at + bytes;
        at
    }

    pub fn write(&mut self, offset: usize, data: &[u8]) {
        self.mapping.write(offset, data);
    }

    /// Executable address of an offset.
    pub fn address(&self, offset: usize) -> u64 {
        self.mapping.address() + offset as u64
    }

    /// Offset of a stub's table entry.
    pub fn stub(&self, stub: Stub) -> usize {
        stub as usize * STUB_BYTES
    }

    /// Offset of a slow stub, which is made if there is none yet.
    pub fn slow_stub(&mut self, wanted: SlowStub) -> usize {
        if let Some(&at) = self.slow.get(&wanted) {
            return at;
        }
        let at = self.take(SLOW_BYTES, 16);
        let displacement = self.stub(wanted.stub) as i64 - (at + SLOW_JUMP_END) as i64;
        self.mapping
            .write(at, &slow_stub(wanted, displacement as i32));
        self.slow.insert(wanted, at);
        at
    }

    /// See [`Mapping::unmap`].
    ///
    /// # Safety
    /// As there.
    pub unsafe fn unmap(self) {
        // SAFETY: the caller's promise.
        unsafe { self.mapping.unmap() }
    }
}

const PAGE: usize = 4096;

/// `jmp [rip + 2]`, padding, the address.
fn far_jump(target: u64) -> [u8; STUB_BYTES] {
    let mut code = [0xcc; STUB_BYTES];
    code[..6].copy_from_slice(&[0xff, 0x25, 2, 0, 0, 0]);
    code[8..].copy_from_slice(&target.to_le_bytes());
    code
}

/// `push r11; push unit; mov r11, primitive; jmp` (by `displacement` from its end).
fn slow_stub(stub: SlowStub, displacement: i32) -> [u8; SLOW_BYTES] {
    let mut code = [0xcc; SLOW_BYTES];
    code[..3].copy_from_slice(&[0x41, 0x53, 0x68]);
    code[3..7].copy_from_slice(&stub.unit.to_le_bytes());
    code[7..9].copy_from_slice(&[0x49, 0xbb]);
    code[9..17].copy_from_slice(&stub.prim.to_le_bytes());
    code[17] = 0xe9;
    code[18..SLOW_JUMP_END].copy_from_slice(&displacement.to_le_bytes());
    code
}

/// Bytes of a slow stub before the end of its jump.
const SLOW_JUMP_END: usize = 22;

/// `mov rax, descriptor; jmp` (by `displacement` from its end).
pub fn thunk(descriptor: u64, displacement: i32) -> [u8; STUB_BYTES] {
    let mut code = [0xcc; STUB_BYTES];
    code[..2].copy_from_slice(&[0x48, 0xb8]);
    code[2..10].copy_from_slice(&descriptor.to_le_bytes());
    code[10] = 0xe9;
    code[11..15].copy_from_slice(&displacement.to_le_bytes());
    code
}

/// Bytes of a thunk before the end of its jump.
pub const THUNK_JUMP_END: usize = 15;

/// `mov rax, descriptor; jmp [rax]`: goes wherever the descriptor's entry says.
pub fn through_descriptor(descriptor: u64) -> [u8; STUB_BYTES] {
    const { assert!(termite_abi::descriptor::DESC_ENTRY == 0) };
    let mut code = [0xcc; STUB_BYTES];
    code[..2].copy_from_slice(&[0x48, 0xb8]);
    code[2..10].copy_from_slice(&descriptor.to_le_bytes());
    code[10..12].copy_from_slice(&[0xff, 0x20]);
    code
}
