//! The heap of one node: its spaces, the write barrier, and raw allocation.
//!
//! The typed allocation API is in `alloc`, collection in `collect`.
//!
//! Unsafe here: the contract of `Heap::new`.

use crate::chunk::{Chunk, ChunkKind};
use crate::collect::{Pace, Stats};
use crate::context::Registers;
use crate::large::LargeSpace;
use crate::mem;
pub use crate::nursery::MAX_RESERVATION;
use crate::nursery::{Nursery, SMALLEST};
use crate::old::{LARGEST_SMALL, OldSpace};
use crate::remember::Remembered;
use crate::scavenge::Work;
use std::ptr::NonNull;
use termite_abi::{Value, VmContext};

/// Larger objects are not born in the nursery.
const LARGEST_YOUNG: u64 = MAX_RESERVATION / 2;

/// How a heap is to be set up. Sizes are in bytes.
#[derive(Clone, Copy, Debug)]
pub struct HeapOptions {
    /// Initial, and smallest, active size of the nursery.
    pub nursery_bytes: u64,
    /// Size up to which the nursery may grow while much survives.
    pub nursery_max: u64,
    /// Bound on the old generation; [`Outcome::HeapLimit`](crate::Outcome::HeapLimit) is
    /// reported beyond it.
    pub limit_bytes: u64,
    /// Zeal: fill freed memory with a pattern that traps when followed, and alternate
    /// between two nurseries.
    pub poison: bool,
}

impl Default for HeapOptions {
    fn default() -> HeapOptions {
        HeapOptions {
            nursery_bytes: 4 << 20,
            nursery_max: 64 << 20,
            limit_bytes: u64::MAX,
            poison: false,
        }
    }
}

/// See the module's and the crate's text.
pub struct Heap {
    pub(crate) registers: Registers,
    pub(crate) nursery: Nursery,
    pub(crate) old: OldSpace,
    pub(crate) large: LargeSpace,
    pub(crate) remembered: Remembered,
    /// Work list of both collectors, kept for its room.
    pub(crate) work: Work,
    /// Room for the log of a walk that marks objects.
    pub(crate) mark_room: Vec<(u64, u64)>,
    pub(crate) pace: Pace,
    pub(crate) stats: Stats,
    /// The young range and the end of Rust's allocation in it, as `nursery` has them:
    /// copied here for the fast paths.
    young_start: u64,
    young_bytes: u64,
    rust_end: u64,
}

impl Heap {
    /// A heap whose nursery is the one that `context` addresses; sets the nursery fields
    /// and the limit there.
    ///
    /// # Safety
    /// `context` must stay valid for as long as the heap is used, and while a method of
    /// the heap runs, no other thread may touch its `alloc`, `nursery_start` and
    /// `nursery_bytes`, nor may there be a Rust reference to these fields.
    ///
    /// # Panics
    /// When the operating system gives no address space.
    pub unsafe fn new(context: NonNull<VmContext>, options: HeapOptions) -> Heap {
        let registers = Registers::new(context);
        let largest = options.nursery_max.min(options.limit_bytes / 4);
        let nursery = Nursery::new(options.nursery_bytes.max(SMALLEST), largest, options.poison);
        let mut heap = Heap {
            registers,
            nursery,
            old: OldSpace::new(options.poison),
            large: LargeSpace::new(options.poison),
            remembered: Remembered::default(),
            work: Work::default(),
            mark_room: Vec::new(),
            pace: Pace::new(options.limit_bytes),
            stats: Stats::default(),
            young_start: 0,
            young_bytes: 0,
            rust_end: 0,
        };
        heap.open_nursery();
        heap
    }

    /// Starts allocation in an empty nursery.
    pub(crate) fn open_nursery(&mut self) {
        (self.young_start, self.young_bytes) = (self.nursery.start(), self.nursery.bytes());
        self.rust_end = self.nursery.rust_end();
        self.registers
            .set_nursery(self.young_start, self.young_bytes);
        self.registers.set_alloc(self.young_start);
        self.registers.set_limit(self.nursery.limit());
    }

    /// Whether `v` is a pointer into the nursery.
    #[inline(always)]
    pub fn is_young(&self, v: Value) -> bool {
        v.is_pointer() && self.is_young_addr(v.addr())
    }

    /// Whether `v` is a pointer into the static space.
    #[inline]
    pub fn is_static(&self, v: Value) -> bool {
        v.is_pointer() && !self.is_young_addr(v.addr()) && Chunk::of(v.addr()).is(ChunkKind::Static)
    }

    #[inline(always)]
    pub(crate) fn is_young_addr(&self, addr: u64) -> bool {
        addr.wrapping_sub(self.young_start) < self.young_bytes
    }

    /// Stores `v` at address `slot` inside `object`: the write barrier. Every store into
    /// an object that may be old comes here, from Rust; compiled code makes the same test
    /// inline and calls [`Heap::remember`].
    #[inline(always)]
    pub fn write(&mut self, object: Value, slot: u64, v: Value) {
        mem::store(slot, v.0);
        if self.is_young(v) && !self.is_young_addr(object.addr()) {
            self.remember(slot);
        }
    }

    /// Remembers that the old object's slot at address `slot` holds a young value.
    #[inline]
    pub fn remember(&mut self, slot: u64) {
        if self.remembered.slot(slot) {
            self.registers.set_limit(0);
        }
    }

    /// The end of the range in which segments' checks succeed. The driver stores this, or
    /// less when a slice ends sooner, into the context's limit; a slice is at least
    /// [`MAX_RESERVATION`].
    pub fn nursery_limit(&self) -> u64 {
        self.nursery.limit()
    }

    /// Where allocation by Rust leaves the nursery.
    pub(crate) fn young_room_end(&self) -> u64 {
        self.rust_end
    }

    /// Bytes of the nursery in use.
    pub(crate) fn nursery_used(&self) -> u64 {
        self.registers.alloc() - self.young_start
    }

    /// Space for an object: young if it is small and there is room, else old. Never
    /// collects. The content is arbitrary; the caller fills it before anything else.
    #[inline(always)]
    pub(crate) fn allocate(&mut self, bytes: u64) -> u64 {
        let at = self.registers.alloc();
        if bytes <= LARGEST_YOUNG && at + bytes <= self.rust_end {
            self.registers.set_alloc(at + bytes);
            return at;
        }
        self.allocate_old(bytes)
    }

    /// Space for an object that never moves.
    #[cold]
    pub(crate) fn allocate_old(&mut self, bytes: u64) -> u64 {
        let at = if bytes <= LARGEST_SMALL {
            self.old.allocate(bytes)
        } else {
            self.large.allocate(bytes)
        };
        self.stats.allocated_old += bytes;
        if self.full_due() {
            self.registers.set_limit(0);
        }
        at
    }
}
