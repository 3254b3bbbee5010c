//! Address space from the operating system.
//!
//! Contains `unsafe`: the calls of `mmap`, `munmap` and `madvise`. A [`Mapping`] owns its
//! range and gives it back when dropped; nobody else unmaps it.

use std::io;
use std::ptr;

/// An anonymous, zero-filled, readable and writable range of address space, reserved
/// without committing memory to it.
#[derive(Debug)]
pub(crate) struct Mapping {
    start: u64,
    bytes: u64,
}

impl Mapping {
    /// Reserves `bytes` (a multiple of the page size) aligned to `align` (a power of two,
    /// at least a page).
    pub(crate) fn reserve(bytes: u64, align: u64) -> io::Result<Mapping> {
        let padded = bytes.checked_add(align).ok_or(io::ErrorKind::OutOfMemory)?;
        let raw = map_anonymous(padded)?;
        let start = raw.next_multiple_of(align);
        unmap(raw, start - raw);
        unmap(start + bytes, raw + padded - (start + bytes));
        Ok(Mapping { start, bytes })
    }

    /// As [`Mapping::reserve`], for callers that have no way to go on without.
    ///
    /// # Panics
    /// When the operating system refuses.
    pub(crate) fn reserve_or_die(bytes: u64, align: u64) -> Mapping {
        match Mapping::reserve(bytes, align) {
            Ok(mapping) => mapping,
            Err(error) => panic!("out of memory: cannot map {bytes} bytes: {error}"),
        }
    }

    pub(crate) fn start(&self) -> u64 {
        self.start
    }

    /// Gives the memory behind the pages of `from..from + bytes` back; they read as zero
    /// afterwards. Partial pages at the ends are kept.
    pub(crate) fn discard(&self, from: u64, bytes: u64) {
        let first = from.next_multiple_of(PAGE);
        let end = (from + bytes) & !(PAGE - 1);
        assert!(
            from >= self.start && from + bytes <= self.start + self.bytes,
            "discard outside the mapping"
        );
        if first < end {
            advise(first, end - first, libc::MADV_DONTNEED);
        }
    }

    /// Asks for huge pages (or for none) behind the whole range: a hint.
    pub(crate) fn prefer_huge_pages(&self, wanted: bool) {
        advise(
            self.start,
            self.bytes,
            if wanted {
                libc::MADV_HUGEPAGE
            } else {
                libc::MADV_NOHUGEPAGE
            },
        );
    }
}

impl Drop for Mapping {
    fn drop(&mut self) {
        unmap(self.start, self.bytes);
    }
}

/// Page size assumed for rounding; larger real pages only make the hints coarser.
pub(crate) const PAGE: u64 = 4096;

fn map_anonymous(bytes: u64) -> io::Result<u64> {
    let flags = libc::MAP_PRIVATE | libc::MAP_ANONYMOUS | libc::MAP_NORESERVE;
    // SAFETY: a fresh anonymous mapping at an address of the kernel's choice touches no
    // memory of ours.
    let got = unsafe {
        libc::mmap(
            ptr::null_mut(),
            bytes as usize,
            libc::PROT_READ | libc::PROT_WRITE,
            flags,
            -1,
            0,
        )
    };
    if got == libc::MAP_FAILED {
        Err(io::Error::last_os_error())
    } else {
        Ok(got.expose_provenance() as u64)
    }
}

fn unmap(start: u64, bytes: u64) {
    if bytes == 0 {
        return;
    }
    // SAFETY: only `Mapping` calls this, with a range that it owns and gives up.
    unsafe {
        libc::munmap(
            ptr::with_exposed_provenance_mut(start as usize),
            bytes as usize,
        )
    };
}

fn advise(start: u64, bytes: u64, advice: libc::c_int) {
    // SAFETY: the range belongs to the calling `Mapping`; the advices used keep it mapped,
    // and whoever discards pages holds no live data there. A failure leaves a valid,
    // merely less thrifty mapping.
    unsafe {
        libc::madvise(
            ptr::with_exposed_provenance_mut(start as usize),
            bytes as usize,
            advice,
        )
    };
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mem;

    #[test]
    fn mappings_are_aligned_and_discardable() {
        let m = Mapping::reserve_or_die(1 << 20, 1 << 20);
        assert_eq!(m.start() % (1 << 20), 0);
        mem::store(m.start() + 8192, 7);
        m.discard(m.start(), 1 << 20);
        assert_eq!(mem::load(m.start() + 8192), 0);
    }
}
