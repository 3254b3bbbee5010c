//! The written form of frames, closures and running processes: a control point by unit,
//! procedure and id, and values.
//!
//! A written thing may come from a stranger. Before it is built it is checked: its
//! control point exists and is of the right class, it has as many values as that control
//! point's list of live values, and each value has the kind that the verifier proved
//! wherever such a thing is made (`termite_ir::ValueKind`). What passes can stand where
//! code of its unit would have put it, whatever else is wrong with it.
//!
//! Values are taken as they are: writing them in turn is the codec's.
//!
//! Unsafe here: reading descriptors of closures and frames, which are never freed.

use crate::code::{CodeStore, LoadedUnit, NO_UNIT};
use crate::node::Node;
use std::fmt::Display;
use std::rc::Rc;
use termite_abi::value::{CLASS_FORWARD, TAG_HEADER, TAG_IMMEDIATE};
use termite_abi::{CpClass, Descriptor, Kind, Value};
use termite_heap::{code_word, code_word_count, frame_parent, is_kind};
use termite_ir::kinds::clauses;
use termite_ir::{ControlPoint, CpId, CpKind, ProcId, ValueKind};

/// A control point by its place in a loaded unit.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Place {
    /// Index in the code store.
    pub unit: u32,
    pub parent: ProcId,
    /// Number among its parent's control points.
    pub id: u32,
}

/// A frame with its live values, a closure with its free values, or a segment that is
/// about to run with its arguments.
#[derive(Clone, PartialEq, Debug)]
pub struct Written {
    pub place: Place,
    pub values: Vec<Value>,
}

/// A process that stands at a safepoint.
#[derive(Clone, PartialEq, Debug)]
pub struct WrittenProcess {
    /// What runs next: an entry, a jump point, or the return point of the first frame
    /// with the values that it takes.
    pub next: Written,
    /// From the current one outwards.
    pub frames: Vec<Written>,
    /// The frame below those that were written.
    pub base: Value,
}

/// Why a written thing is refused.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Refused {
    /// There is no such unit, procedure, or control point of it.
    NoPlace(Place),
    /// The control point is something else.
    Class {
        want: CpClass,
        have: CpClass,
    },
    Count {
        want: usize,
        have: usize,
    },
    /// The value with this number has not the kind that stands there.
    Kind {
        index: usize,
        want: ValueKind,
    },
    /// The return point that is to run is not that of the first frame.
    OtherFrame,
}

impl Display for Refused {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Refused::NoPlace(p) => {
                write!(
                    f,
                    "unit {} has no control point {} of procedure {}",
                    p.unit, p.id, p.parent.0
                )
            }
            Refused::Class { want, have } => {
                write!(f, "a control point of class {have:?}, not {want:?}")
            }
            Refused::Count { want, have } => write!(f, "{have} values, but {want} are needed"),
            Refused::Kind { index, want } => write!(f, "value {index} is not of kind {want:?}"),
            Refused::OtherFrame => write!(f, "the values are for another frame than the first"),
        }
    }
}

impl std::error::Error for Refused {}

impl CodeStore {
    /// The place of a control point; `None` for those of the machine itself.
    pub fn place(&self, descriptor: &Descriptor) -> Option<Place> {
        if descriptor.unit == NO_UNIT {
            return None;
        }
        let unit = &self.unit(descriptor.unit).unit;
        let parent = unit.cps.get(descriptor.cp as usize)?.proc;
        let id = descriptor.cp - unit.procs[parent.index()].first.0;
        Some(Place {
            unit: descriptor.unit,
            parent,
            id,
        })
    }

    /// The control point at a place that may be anything.
    pub fn locate(&self, place: Place) -> Result<(&Rc<LoadedUnit>, CpId), Refused> {
        let unit = self
            .units()
            .get(place.unit as usize)
            .ok_or(Refused::NoPlace(place))?;
        let proc = unit
            .unit
            .procs
            .get(place.parent.index())
            .ok_or(Refused::NoPlace(place))?;
        if place.id < proc.count {
            Ok((unit, CpId(proc.first.0 + place.id)))
        } else {
            Err(Refused::NoPlace(place))
        }
    }
}

/// Checks that the values can be the live values of a frame of return point `cp`.
pub fn check_frame(unit: &LoadedUnit, cp: CpId, values: &[Value]) -> Result<(), Refused> {
    match &unit.control_point(cp).kind {
        CpKind::Return(r) => check_values(unit, &r.live, values),
        other => Err(Refused::Class {
            want: CpClass::Return,
            have: class(other),
        }),
    }
}

/// Checks that the values can be the free values of a closure of entry `cp`.
pub fn check_closure(unit: &LoadedUnit, cp: CpId, values: &[Value]) -> Result<(), Refused> {
    match &unit.control_point(cp).kind {
        CpKind::Entry(e) => check_values(unit, &e.free, values),
        other => Err(Refused::Class {
            want: CpClass::Entry,
            have: class(other),
        }),
    }
}

/// Checks that the segment of `cp` can be started with the values as its arguments (for
/// an entry, the closure is the first; a return point also needs its frame).
pub fn check_arguments(unit: &LoadedUnit, cp: CpId, values: &[Value]) -> Result<(), Refused> {
    let point: &ControlPoint = unit.control_point(cp);
    let kinds: Vec<ValueKind> = (0..point.arg_count())
        .map(|i| point.param_kind(cp, i))
        .collect();
    check_values(unit, &kinds, values)
}

fn class(kind: &CpKind) -> CpClass {
    match kind {
        CpKind::Entry(_) => CpClass::Entry,
        CpKind::Return(_) => CpClass::Return,
        CpKind::Jump(_) => CpClass::Jump,
    }
}

fn check_values(unit: &LoadedUnit, kinds: &[ValueKind], values: &[Value]) -> Result<(), Refused> {
    let (want, have) = (kinds.len(), values.len());
    if want != have {
        return Err(Refused::Count { want, have });
    }
    let wrong = kinds
        .iter()
        .zip(values)
        .position(|(&kind, &v)| !is_of_kind(unit, kind, v));
    match wrong {
        Some(index) => Err(Refused::Kind {
            index,
            want: kinds[index],
        }),
        None => Ok(()),
    }
}

/// Whether a value may stand where the unit's code expects the kind.
pub fn is_of_kind(unit: &LoadedUnit, kind: ValueKind, v: Value) -> bool {
    match kind {
        ValueKind::Any => is_for_programs(v),
        ValueKind::Box => is_kind(v, Kind::Box),
        ValueKind::Closure(cp) => is_closure_of(unit, cp, v),
    }
}

/// A closure of `cp`, or of an earlier clause: when that one does not take the number of
/// arguments, `cp` runs with its closure.
fn is_closure_of(unit: &LoadedUnit, cp: CpId, v: Value) -> bool {
    if !v.is_closure() {
        return false;
    }
    // SAFETY: a closure's descriptor is never freed.
    let desc = unsafe { &*termite_heap::descriptor(v) };
    desc.class == CpClass::Entry
        && desc.unit == unit.index
        && clauses(&unit.unit, CpId(desc.cp)).any(|c| c == cp)
}

/// Whether a program can hold the value: no box, variable, or part of another object,
/// and none of the markers that are never seen.
pub fn is_for_programs(v: Value) -> bool {
    let hidden = [Value::ERROR, Value::TOMBSTONE, Value::NO_FRAME];
    match v.tag() {
        TAG_HEADER => false,
        TAG_IMMEDIATE => v.0 >> 3 & 31 != CLASS_FORWARD && !hidden.contains(&v),
        _ => ![Kind::Box, Kind::Cell, Kind::Chars]
            .iter()
            .any(|&k| is_kind(v, k)),
    }
}

impl Node {
    /// A frame's control point and live values; `None` for a process's base frame.
    pub fn write_frame(&self, frame: Value) -> Option<Written> {
        self.write(frame, 1)
    }

    /// A closure's control point and free values; `None` for a primitive.
    pub fn write_closure(&self, closure: Value) -> Option<Written> {
        self.write(closure, 0)
    }

    fn write(&self, object: Value, from: usize) -> Option<Written> {
        // SAFETY: the descriptor of a closure or frame is never freed.
        let place = self
            .code
            .place(unsafe { &*termite_heap::descriptor(object) })?;
        let values = (from..code_word_count(object))
            .map(|i| code_word(object, i))
            .collect();
        Some(Written { place, values })
    }

    /// Builds a frame on top of `parent`, which is a frame.
    pub fn rebuild_frame(&mut self, frame: &Written, parent: Value) -> Result<Value, Refused> {
        let (unit, cp) = self.code.locate(frame.place)?;
        check_frame(unit, cp, &frame.values)?;
        let descriptor = unit.descriptor(cp);
        Ok(self.heap.frame(descriptor, parent, &frame.values))
    }

    /// Builds a closure; one without free values is the unit's own.
    pub fn rebuild_closure(&mut self, closure: &Written) -> Result<Value, Refused> {
        let (unit, cp) = self.code.locate(closure.place)?;
        check_closure(unit, cp, &closure.values)?;
        if closure.values.is_empty() {
            return Ok(unit.closure(cp));
        }
        let descriptor = unit.descriptor(cp);
        Ok(self.heap.closure(descriptor, &closure.values))
    }

    /// Writes the running process, which stands at a safepoint with `args` live
    /// arguments: at most `depth` of its frames. `None`: the machine itself is to run.
    pub(crate) fn write_process(&mut self, args: usize, depth: usize) -> Option<WrittenProcess> {
        let ctx = self.context();
        let values = ctx.args[..args].iter().map(|&v| Value(v)).collect();
        let (cp, mut base) = (ctx.cp, Value(ctx.k));
        // SAFETY: descriptors are never freed.
        let place = self.code.place(unsafe { &*cp })?;
        let mut frames = Vec::new();
        while frames.len() < depth
            && let Some(frame) = self.write_frame(base)
        {
            frames.push(frame);
            base = frame_parent(base);
        }
        Some(WrittenProcess {
            next: Written { place, values },
            frames,
            base,
        })
    }

    /// Builds a process and makes it the running one.
    pub(crate) fn rebuild_process(&mut self, process: &WrittenProcess) -> Result<(), Refused> {
        process.check(self)?;
        let mut k = process.base;
        for frame in process.frames.iter().rev() {
            k = self.rebuild_frame(frame, k)?;
        }
        let (unit, cp) = self.code.locate(process.next.place)?;
        let cp = unit.descriptor(cp);
        let ctx = self.context();
        ctx.cp = cp;
        ctx.k = k.0;
        for (slot, v) in ctx.args.iter_mut().zip(&process.next.values) {
            *slot = v.0;
        }
        Ok(())
    }
}

impl WrittenProcess {
    /// Checks all parts, and that they fit together.
    pub fn check(&self, node: &Node) -> Result<(), Refused> {
        for frame in &self.frames {
            let (unit, cp) = node.code.locate(frame.place)?;
            check_frame(unit, cp, &frame.values)?;
        }
        let (unit, cp) = node.code.locate(self.next.place)?;
        check_arguments(unit, cp, &self.next.values)?;
        let first = match self.frames.first() {
            Some(frame) => Some(frame.place),
            // SAFETY: a frame's descriptor is never freed.
            None => node
                .code
                .place(unsafe { &*termite_heap::descriptor(self.base) }),
        };
        let returns = matches!(unit.control_point(cp).kind, CpKind::Return(_));
        if returns && first != Some(self.next.place) {
            Err(Refused::OtherFrame)
        } else {
            Ok(())
        }
    }
}
