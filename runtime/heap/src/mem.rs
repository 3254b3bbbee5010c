//! Raw memory: words, copies and byte views at addresses.
//!
//! Contains `unsafe`. The functions here are safe to call by the crate's standing
//! invariant rather than by their types: *an address passed to them was computed from a
//! tagged pointer that a heap or the static space made, from a chunk or nursery that the
//! caller owns, or from a live control-point descriptor, and lies within that memory.*
//! Such memory is mapped readable and writable until its owner unmaps it, and no Rust
//! reference to it is held across a store except the byte views given out below, whose
//! holders are told so.
//!
//! Nothing outside this crate can call these functions; what the crate offers on top
//! checks tags, kinds and bounds first.

use std::ptr;

/// Bytes of a word.
pub(crate) const WORD: u64 = 8;

#[inline(always)]
pub(crate) fn load(addr: u64) -> u64 {
    debug_assert!(addr.is_multiple_of(WORD), "unaligned load at {addr:#x}");
    // SAFETY: the module's invariant; word alignment is kept by tags and sizes.
    unsafe { ptr::with_exposed_provenance::<u64>(addr as usize).read() }
}

#[inline(always)]
pub(crate) fn store(addr: u64, word: u64) {
    debug_assert!(addr.is_multiple_of(WORD), "unaligned store at {addr:#x}");
    // SAFETY: the module's invariant; word alignment is kept by tags and sizes.
    unsafe { ptr::with_exposed_provenance_mut::<u64>(addr as usize).write(word) }
}

/// Brings the line at `addr` into the cache ahead of its use: a hint.
#[inline(always)]
pub(crate) fn prefetch(addr: u64) {
    #[cfg(target_arch = "x86_64")]
    {
        use std::arch::x86_64::{_MM_HINT_T0, _mm_prefetch};
        // SAFETY: a prefetch faults nowhere; SSE is in every x86-64.
        unsafe { _mm_prefetch::<_MM_HINT_T0>(ptr::without_provenance(addr as usize)) }
    }
    #[cfg(not(target_arch = "x86_64"))]
    let _ = addr;
}

/// Copies `bytes` (a multiple of 8) between objects that do not overlap.
#[inline(always)]
pub(crate) fn copy(from: u64, to: u64, bytes: u64) {
    // Most objects are a few words: a loop beats a call of memcpy.
    if bytes <= 64 {
        let mut at = 0;
        while at < bytes {
            store(to + at, load(from + at));
            at += WORD;
        }
        return;
    }
    let source = ptr::with_exposed_provenance::<u8>(from as usize);
    let target = ptr::with_exposed_provenance_mut::<u8>(to as usize);
    // SAFETY: the module's invariant for both ranges; the target is fresh space.
    unsafe { ptr::copy_nonoverlapping(source, target, bytes as usize) }
}

/// Stores `words` from `addr` on.
#[inline]
pub(crate) fn store_all(addr: u64, words: &[u64]) {
    let target = ptr::with_exposed_provenance_mut::<u64>(addr as usize);
    // SAFETY: the module's invariant; `words` may lie in the heap but not in the fresh
    // object that is being filled.
    unsafe { ptr::copy_nonoverlapping(words.as_ptr(), target, words.len()) }
}

/// Fills `count` words from `addr` on.
pub(crate) fn fill(addr: u64, count: u64, word: u64) {
    for i in 0..count {
        store(addr + i * WORD, word);
    }
}

/// Zeroes `bytes` bytes from `addr` on.
pub(crate) fn zero(addr: u64, bytes: u64) {
    // SAFETY: the module's invariant.
    unsafe {
        ptr::write_bytes(
            ptr::with_exposed_provenance_mut::<u8>(addr as usize),
            0,
            bytes as usize,
        )
    }
}

#[inline(always)]
pub(crate) fn store_byte(addr: u64, byte: u8) {
    // SAFETY: the module's invariant.
    unsafe { ptr::with_exposed_provenance_mut::<u8>(addr as usize).write(byte) }
}

/// A view of raw bytes of an object. It is good until the next collection; while it is
/// held, the same object must not be written through another view.
#[inline]
pub(crate) fn bytes<'a>(addr: u64, length: u64) -> &'a [u8] {
    // SAFETY: the module's invariant; the aliasing duty is passed on to the holder.
    unsafe {
        std::slice::from_raw_parts(ptr::with_exposed_provenance(addr as usize), length as usize)
    }
}

/// As [`bytes`], for writing: the only view of that object while it is held.
#[inline]
pub(crate) fn bytes_mut<'a>(addr: u64, length: u64) -> &'a mut [u8] {
    // SAFETY: the module's invariant; the aliasing duty is passed on to the holder.
    unsafe {
        std::slice::from_raw_parts_mut(
            ptr::with_exposed_provenance_mut(addr as usize),
            length as usize,
        )
    }
}

/// A view of words, under the terms of [`bytes`].
#[inline]
pub(crate) fn words<'a>(addr: u64, count: u64) -> &'a [u64] {
    // SAFETY: the module's invariant; the aliasing duty is passed on to the holder.
    unsafe {
        std::slice::from_raw_parts(ptr::with_exposed_provenance(addr as usize), count as usize)
    }
}

/// The `words` field of the control-point descriptor at `addr`.
#[inline(always)]
pub(crate) fn descriptor_words(addr: u64) -> u64 {
    let descriptor = ptr::with_exposed_provenance::<termite_abi::Descriptor>(addr as usize);
    // SAFETY: the first word of every closure and frame is the address of a descriptor,
    // which the code store keeps alive and unmoved while anything refers to it; `words`
    // does not change after loading.
    u64::from(unsafe { (*descriptor).words })
}
