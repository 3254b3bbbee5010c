//! Objects under construction.
//!
//! An object is made when its operation is read, with placeholders for its values, and
//! handed to what holds it at once; its values follow. What still waits for values stands
//! on a list of builders; a builder leaves it when its last value has come, so the list is
//! as short as the encoder's.

use termite_abi::{Kind, Value};
use termite_heap::{self as heap, Heap};

/// Words of an entry of a hash table: key, value, hash.
pub(super) const STRIDE: usize = 3;
/// The test of tables whose keys are all strings.
pub(super) const STRING_TEST: u64 = 3;

pub(super) enum Builder {
    /// A list whose last pair has no car yet.
    Car(Value),
    /// A list whose last pair has a car.
    Cdr(Value),
    /// A list's last cdr.
    Tail(Value),
    Slots {
        object: Value,
        next: usize,
        end: usize,
    },
    /// Live values, then the parent.
    Frame {
        frame: Value,
        next: usize,
        end: usize,
    },
    Table {
        entries: Value,
        next: usize,
        end: usize,
        test: u64,
    },
}

#[derive(Default)]
pub(super) struct Builders {
    pub list: Vec<Builder>,
    pub roots: Vec<Value>,
}

/// What a value is refused for.
type Outcome = Result<(), &'static str>;

impl Builders {
    /// Gives the value that was read to what waits for it.
    #[inline]
    pub fn deliver(&mut self, heap: &mut Heap, v: Value) -> Outcome {
        let Some(top) = self.list.last_mut() else {
            refuse_box(v)?;
            self.roots.push(v);
            return Ok(());
        };
        let complete = match top {
            Builder::Car(pair) | Builder::Cdr(pair) => {
                refuse_box(v)?;
                heap.set_car(*pair, v);
                *top = Builder::Cdr(*pair);
                false
            }
            Builder::Tail(pair) => {
                refuse_box(v)?;
                heap.set_cdr(*pair, v);
                true
            }
            Builder::Slots { object, next, end } => {
                if !object.is_closure() {
                    refuse_box(v)?;
                }
                heap.init_slot(*object, *next, v);
                *next += 1;
                next == end
            }
            Builder::Frame { frame, next, end } => {
                if next == end {
                    parent(heap, *frame, v)?;
                    true
                } else {
                    heap.init_slot(*frame, *next, v);
                    *next += 1;
                    false
                }
            }
            Builder::Table {
                entries,
                next,
                end,
                test,
            } => {
                table_word(heap, *entries, *next, *test, v)?;
                *next += if next.is_multiple_of(STRIDE) {
                    1
                } else {
                    STRIDE - 1
                };
                next == end
            }
        };
        if complete {
            self.list.pop();
        }
        Ok(())
    }

    /// Whether a frame waits for its parent.
    pub fn wants_parent(&self) -> bool {
        matches!(self.list.last(), Some(Builder::Frame { next, end, .. }) if next == end)
    }

    /// Waits for values `next` up to `end` of an object.
    pub fn slots(&mut self, object: Value, next: usize, end: usize) {
        if next < end {
            self.list.push(Builder::Slots { object, next, end });
        }
    }
}

/// Boxes are held by closures and frames alone.
#[inline]
fn refuse_box(v: Value) -> Outcome {
    if heap::is_kind(v, Kind::Box) {
        return Err("a variable's box");
    }
    Ok(())
}

fn parent(heap: &mut Heap, frame: Value, v: Value) -> Outcome {
    if !v.is_frame() {
        return Err("something else than the frame below");
    }
    heap.init_slot(frame, 0, v);
    Ok(())
}

fn table_word(heap: &mut Heap, entries: Value, next: usize, test: u64, v: Value) -> Outcome {
    refuse_box(v)?;
    let is_key = next.is_multiple_of(STRIDE);
    if is_key && test == STRING_TEST && !heap::is_kind(v, Kind::String) {
        return Err("a key that is no string");
    }
    heap.init_slot(entries, next, v);
    Ok(())
}
