//! A piece of memory mapped twice: once to write, once to execute.
//!
//! This module contains `unsafe` code: system calls, and writes through the mapping.

use crate::error::JitError;
use std::io;
use std::os::fd::{AsRawFd, FromRawFd, OwnedFd};
use std::ptr::NonNull;

/// Both views of one memory file. Never unmapped when dropped, since code in it may be
/// running or referred to from anywhere: see [`Mapping::unmap`].
pub struct Mapping {
    write: NonNull<u8>,
    execute: NonNull<u8>,
    bytes: usize,
}

// SAFETY: the mapping is plain memory, written only through `&mut self`.
unsafe impl Send for Mapping {}

impl Mapping {
    /// Maps `bytes` (a multiple of the page size) of fresh memory.
    pub fn new(bytes: usize) -> Result<Mapping, JitError> {
        let file = memory_file(bytes).map_err(JitError::Memory)?;
        let write =
            map(&file, bytes, libc::PROT_READ | libc::PROT_WRITE).map_err(JitError::Memory)?;
        let execute =
            map(&file, bytes, libc::PROT_READ | libc::PROT_EXEC).map_err(JitError::Memory)?;
        Ok(Mapping {
            write,
            execute,
            bytes,
        })
    }

    pub fn bytes(&self) -> usize {
        self.bytes
    }

    /// Address of the executable view.
    pub fn address(&self) -> u64 {
        self.execute.as_ptr() as u64
    }

    /// Writes `data` at `offset`. Nobody may be executing those bytes yet.
    pub fn write(&mut self, offset: usize, data: &[u8]) {
        assert!(
            offset
                .checked_add(data.len())
                .is_some_and(|end| end <= self.bytes)
        );
        // SAFETY: the range lies within the writable view, which no reference covers.
        unsafe {
            std::ptr::copy_nonoverlapping(
                data.as_ptr(),
                self.write.as_ptr().add(offset),
                data.len(),
            );
        }
    }

    /// Gives the memory back.
    ///
    /// # Safety
    /// No thread runs code of this mapping, and no descriptor or code refers to it.
    pub unsafe fn unmap(self) {
        for view in [self.write, self.execute] {
            // SAFETY: the view was mapped with this length; the caller promises that it is
            // not used any more.
            unsafe { libc::munmap(view.as_ptr().cast(), self.bytes) };
        }
    }
}

fn memory_file(bytes: usize) -> io::Result<OwnedFd> {
    // SAFETY: the name is a C string; the flag is valid.
    let fd = unsafe { libc::memfd_create(c"termite-code".as_ptr(), libc::MFD_CLOEXEC) };
    if fd < 0 {
        return Err(io::Error::last_os_error());
    }
    // SAFETY: `fd` was just opened and is owned by nobody else.
    let file = unsafe { OwnedFd::from_raw_fd(fd) };
    // SAFETY: plain system call on a descriptor of ours.
    let result = unsafe { libc::ftruncate(file.as_raw_fd(), bytes as libc::off_t) };
    if result == 0 {
        Ok(file)
    } else {
        Err(io::Error::last_os_error())
    }
}

fn map(file: &OwnedFd, bytes: usize, protection: i32) -> io::Result<NonNull<u8>> {
    // SAFETY: a new mapping at an address that the kernel chooses replaces nothing.
    let at = unsafe {
        libc::mmap(
            std::ptr::null_mut(),
            bytes,
            protection,
            libc::MAP_SHARED,
            file.as_raw_fd(),
            0,
        )
    };
    if at == libc::MAP_FAILED {
        return Err(io::Error::last_os_error());
    }
    NonNull::new(at.cast()).ok_or_else(|| io::Error::other("mapped at address zero"))
}
