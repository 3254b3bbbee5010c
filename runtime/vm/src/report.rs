//! Reports of what nothing handled: message, place with the source line, backtrace.
//!
//! Unsafe here: descriptors of frames, which are never freed.

use crate::code::{LoadedUnit, NO_UNIT};
use crate::node::Node;
use crate::prim::PrimError;
use crate::prims::{condition_fields, some_elements};
use std::fmt::Write;
use termite_abi::Value;
use termite_abi::object::{RTD_FIELDS, RTD_NAME};
use termite_heap::{Step, Unsendable, descriptor, field, fields, frame_parent};
use termite_ir::{CpId, Site, Term};

/// Frames shown at each end of a backtrace.
const SHOWN: usize = 10;

/// Characters of a value shown in a message.
const VALUE_LIMIT: usize = 400;

/// How values are written: `stdlib` fills it in.
pub type Writer = fn(node: &mut Node, value: Value, display: bool, limit: usize) -> String;

/// The writer, as the node's state.
#[derive(Default)]
pub struct WriterSlot(pub Option<Writer>);

/// A value as `write` shows it, shortened.
pub fn written(node: &mut Node, v: Value) -> String {
    shown(node, v, false)
}

/// A value as `display` shows it, shortened.
pub fn displayed(node: &mut Node, v: Value) -> String {
    shown(node, v, true)
}

fn shown(node: &mut Node, v: Value, display: bool) -> String {
    match node.state::<WriterSlot>().0 {
        Some(write) => write(node, v, display, VALUE_LIMIT),
        None => format!("{v:?}"),
    }
}

/// Message and irritants of an error that was not raised yet.
pub(crate) fn describe(node: &mut Node, e: &PrimError) -> String {
    let mut text = e.message.to_string();
    for v in &e.irritants {
        let _ = write!(text, " {}", written(node, *v));
    }
    text
}

/// One line that says what `object`, a condition or anything else, reports.
pub fn message(node: &mut Node, object: Value) -> String {
    let Some(fields) = condition_fields(object) else {
        return format!("uncaught exception: {}", written(node, object));
    };
    let mut text = displayed(node, fields[1]);
    for v in some_elements(fields[2], 100) {
        let _ = write!(text, " {}", written(node, v));
    }
    text
}

/// The whole report of an uncaught object, raised at `site` on continuation `frame`.
pub fn uncaught(node: &mut Node, object: Value, frame: Value, site: Value) -> String {
    let mut text = format!("error: {}\n", message(node, object));
    let packed = if site.is_fixnum() {
        site.as_fixnum() as u64
    } else {
        u64::MAX
    };
    let raised = place(node, (packed >> 32) as u32, packed as u32);
    // What a library's procedure raises is shown where the program called it.
    let shown = raised.clone().filter(|(file, _)| !is_library(file));
    let called =
        || chain(frame).find_map(|f| frame_place(node, f).filter(|(file, _)| !is_library(file)));
    if let Some((file, place)) = shown.or_else(called).or(raised) {
        show_source(node, &mut text, &file, place);
    }
    backtrace(node, &mut text, frame);
    text
}

/// The report of an object that a handler caught with `frame` as its continuation. A
/// condition knows where it was raised.
pub(crate) fn caught(node: &mut Node, object: Value, frame: Value) -> String {
    let place = condition_fields(object).map(|fields| (fields[4], fields[3]));
    match place.filter(|(frame, _)| frame.is_frame()) {
        Some((frame, site)) => uncaught(node, object, frame, site),
        None => uncaught(node, object, frame, Value::FALSE),
    }
}

/// The program's procedure that a process with this frame is in, and where.
pub(crate) fn running(node: &Node, frame: Value) -> Option<String> {
    let own = |f: &Value| !is_library_frame(node, *f);
    let line = chain(frame).find(own).and_then(|f| describe_frame(node, f));
    let line = line.map(|line| line.trim().to_owned());
    line.or_else(|| chain(frame).find_map(|f| library_code(node, f)))
}

/// What a frame of the standard library is in.
fn library_code(node: &Node, frame: Value) -> Option<String> {
    let descriptor = descriptor(frame);
    // SAFETY: a frame's descriptor is never freed.
    let known = unsafe { (*descriptor).unit != NO_UNIT };
    known.then(|| code_name(node, descriptor))
}

/// Where in a message an unsendable value stands, in words: ` (captured by `k`, as ...)`;
/// empty when it is the message itself.
pub(crate) fn path(node: &mut Node, fault: &Unsendable) -> String {
    let steps = fault.path.iter().filter(|s| !matches!(s, Step::Root(_)));
    let words: Vec<String> = steps.rev().map(|step| describe_step(node, step)).collect();
    if words.is_empty() {
        String::new()
    } else {
        format!(" ({})", words.join(", in "))
    }
}

fn describe_step(node: &mut Node, step: &Step) -> String {
    match *step {
        Step::Root(_) => String::new(),
        Step::Element(n) => format!("element {n} of a list"),
        Step::Tail(n) => format!("the rest of a list after {n} elements"),
        Step::VectorElement(n) => format!("element {n} of a vector"),
        Step::Field { record_type, index } => {
            let names: Vec<Value> = fields(field(record_type, RTD_FIELDS as usize)).collect();
            let name = names.get(index).map(|&n| displayed(node, n));
            let of = displayed(node, field(record_type, RTD_NAME as usize));
            format!(
                "field {} of a {of}",
                name.unwrap_or_else(|| index.to_string())
            )
        }
        Step::BoxContent => "an assigned variable".into(),
        Step::Key => "a key of a hash table".into(),
        Step::EntryValue { key } => {
            format!("the entry of {} in a hash table", written(node, key))
        }
        Step::Captured { descriptor, index } => {
            format!("value {index} captured by {}", code_name(node, descriptor))
        }
        Step::Live { descriptor, index } => {
            format!(
                "value {index} of a continuation in {}",
                code_name(node, descriptor)
            )
        }
        Step::Slot { kind, index } => format!("part {index} of a {}", kind.name()),
    }
}

/// The procedure that a control point belongs to, with its unit.
fn code_name(node: &Node, descriptor: *const termite_abi::Descriptor) -> String {
    // SAFETY: descriptors are never freed.
    let desc = unsafe { &*descriptor };
    if desc.unit == NO_UNIT {
        return "the machine".into();
    }
    let unit = node.code.unit(desc.unit);
    let cp = CpId(desc.cp);
    let parent = &unit.unit.procs[unit.control_point(cp).proc.index()].name;
    let name = unit.debug().cp_names.get(cp.index());
    let name = name.filter(|n| !n.is_empty()).unwrap_or(parent);
    match name.contains('#') {
        true => name.clone(),
        false => format!("{}#{name}", unit.unit.name),
    }
}

/// Whether a file is the standard library's, whose frames say little to a program's author.
fn is_library(file: &str) -> bool {
    file.starts_with("lib-scheme/")
}

/// The place of the call that a frame waits for.
fn frame_place(node: &Node, frame: Value) -> Option<(String, Site)> {
    // SAFETY: a frame's descriptor is never freed.
    let desc = unsafe { &*descriptor(frame) };
    if desc.unit == NO_UNIT {
        return None;
    }
    let site = call_site(node.code.unit(desc.unit), CpId(desc.cp))?;
    place(node, desc.unit, site)
}

/// File and place of a site of a loaded unit.
fn place(node: &Node, unit: u32, site: u32) -> Option<(String, Site)> {
    let unit = node.code.units().get(unit as usize)?;
    let debug = unit.debug();
    let site = *debug.sites.get(site as usize)?;
    Some((debug.files.get(site.file as usize)?.clone(), site))
}

fn show_source(node: &mut Node, text: &mut String, file: &str, place: Site) {
    let _ = writeln!(text, "  at {file}:{}:{}", place.line, place.column);
    let host = node.host.as_mut();
    let Some(line) = host.and_then(|h| h.source_line(file, place.line)) else {
        return;
    };
    let line = line.replace('\t', " ");
    let number = place.line.to_string();
    let _ = writeln!(text, "  {number} | {line}");
    let column = place.column.saturating_sub(1) as usize;
    let room = line.chars().count().saturating_sub(column);
    let width = (place.end.saturating_sub(place.start) as usize).clamp(1, room.max(1));
    let (margin, gap) = (" ".repeat(number.len()), " ".repeat(column));
    let _ = writeln!(text, "  {margin} | {gap}{}", "^".repeat(width));
}

/// Adds the frames' names and places: all, or the first and last ones of a long chain.
fn backtrace(node: &Node, text: &mut String, frame: Value) {
    let own = || chain(frame).filter(|f| !is_library_frame(node, *f));
    let total = own().count();
    let skipped = SHOWN..total.saturating_sub(SHOWN);
    let mut lines = Vec::new();
    for (i, frame) in own().enumerate() {
        if !skipped.contains(&i) {
            lines.extend(describe_frame(node, frame));
        } else if i == skipped.start {
            lines.push(format!("  ... {} more", skipped.len()));
        }
    }
    if !lines.is_empty() {
        let _ = writeln!(text, "backtrace:\n{}", lines.join("\n"));
    }
}

fn is_library_frame(node: &Node, frame: Value) -> bool {
    // SAFETY: a frame's descriptor is never freed.
    let desc = unsafe { &*descriptor(frame) };
    if desc.unit == NO_UNIT {
        return true;
    }
    let files = &node.code.unit(desc.unit).debug().files;
    !files.is_empty() && files.iter().all(|f| is_library(f))
}

/// The frames from `frame` to the base of its process.
fn chain(frame: Value) -> impl Iterator<Item = Value> {
    std::iter::successors(Some(frame), |f| f.is_frame().then(|| frame_parent(*f)))
        .take_while(|f| f.is_frame())
}

fn describe_frame(node: &Node, frame: Value) -> Option<String> {
    // SAFETY: a frame's descriptor is never freed.
    let desc = unsafe { &*descriptor(frame) };
    if desc.unit == NO_UNIT {
        return None;
    }
    let unit = node.code.unit(desc.unit);
    let cp = CpId(desc.cp);
    let names = &unit.debug().cp_names;
    let parent = &unit.unit.procs[unit.control_point(cp).proc.index()].name;
    let name = match names.get(cp.index()).map_or("", String::as_str) {
        "" if parent.starts_with('<') => "toplevel",
        "" => "#<procedure>",
        name => name,
    };
    let at = frame_place(node, frame);
    Some(match at {
        Some((file, s)) => format!("  {name} at {file}:{}:{}", s.line, s.column),
        None => format!("  {name} in {}", unit.unit.name),
    })
}

/// The call that returns to a return point.
pub(crate) fn call_site(unit: &LoadedUnit, ret: CpId) -> Option<u32> {
    for cp in unit.siblings(ret) {
        for block in unit.blocks(cp).iter() {
            if let Term::Call(call) = &block.term
                && call.ret.as_ref().is_some_and(|f| f.ret == ret)
            {
                return Some(call.site.0);
            }
        }
    }
    None
}
