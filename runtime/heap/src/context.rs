//! The nursery registers of the `VmContext`.
//!
//! Contains `unsafe`: access through the raw context pointer, field by field, without
//! ever making a reference to the whole context, because compiled code and the driver
//! change it too. [`Heap::new`](crate::Heap::new) has its caller promise that the pointer
//! stays good and that only this thread uses the fields below, other threads touching
//! the atomic `limit` alone.

use std::ptr::NonNull;
use std::sync::atomic::{AtomicU64, Ordering};
use termite_abi::VmContext;

#[derive(Clone, Copy)]
pub(crate) struct Registers(NonNull<VmContext>);

impl Registers {
    pub(crate) fn new(context: NonNull<VmContext>) -> Registers {
        Registers(context)
    }

    /// Next free byte of the nursery.
    #[inline(always)]
    pub(crate) fn alloc(self) -> u64 {
        // SAFETY: see the module's text.
        unsafe { (&raw const (*self.0.as_ptr()).alloc).read() }
    }

    #[inline(always)]
    pub(crate) fn set_alloc(self, addr: u64) {
        // SAFETY: see the module's text.
        unsafe { (&raw mut (*self.0.as_ptr()).alloc).write(addr) }
    }

    fn limit(&self) -> &AtomicU64 {
        // SAFETY: see the module's text; an atomic may be shared.
        unsafe { &(*self.0.as_ptr()).limit }
    }

    /// Stores the limit. Whoever stores it reads the request flag again afterwards.
    pub(crate) fn set_limit(self, addr: u64) {
        self.limit().store(addr, Ordering::SeqCst);
    }

    /// Start and size of the range whose objects are young.
    pub(crate) fn set_nursery(self, start: u64, bytes: u64) {
        // SAFETY: see the module's text.
        unsafe {
            (&raw mut (*self.0.as_ptr()).nursery_start).write(start);
            (&raw mut (*self.0.as_ptr()).nursery_bytes).write(bytes);
        }
    }
}
