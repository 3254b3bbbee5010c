//! Reading the header of a message: its tables, each name resolved through the context.

use super::{BUILTINS, NODES, ORIGINS, SYMBOLS, TYPES, UNITS, VERSION};
use crate::bytes::{Reader, Result};
use crate::context::{DecodeContext, Refusal, TypeDescriptor};
use crate::error::{DecodeError, Fault};
use crate::limits::Limits;
use crate::names::{Instance, NodeName, ObjectName, Origin, UnitRef};
use termite_abi::Value;
use termite_abi::object::{Kind, RTD_COUNT};
use termite_abi::value::ORIGIN_BITS;
use termite_heap::{self as heap, Heap};

/// What the names of a message stand for here.
#[derive(Default)]
pub(super) struct Tables {
    pub units: Vec<u32>,
    pub origins: Vec<u32>,
    pub nodes: Vec<u32>,
    pub symbols: Vec<Value>,
    pub builtins: Vec<Value>,
    pub types: Vec<RecordType>,
}

#[derive(Clone, Copy)]
pub(super) struct RecordType {
    pub value: Value,
    /// Number of fields.
    pub count: usize,
}

/// Least sizes of entries.
const UNIT_BYTES: usize = 34;
const ORIGIN_BYTES: usize = 17;
const NODE_BYTES: usize = 2;
const NAME_BYTES: usize = 1;
const TYPE_BYTES: usize = 6;

/// See [`crate::units_of`].
pub fn units_of(bytes: &[u8], limits: &Limits) -> std::result::Result<Vec<UnitRef>, DecodeError> {
    let mut r = Reader::new(bytes);
    let mask = start(&mut r, limits)?;
    if mask & UNITS == 0 {
        return Ok(Vec::new());
    }
    let count = entries(&mut r, UNIT_BYTES, limits.units)?;
    (0..count).map(|_| unit(&mut r, limits)).collect()
}

/// Reads version and mask.
fn start(r: &mut Reader<'_>, limits: &Limits) -> Result<u8> {
    if r.left() > limits.bytes {
        return r.error(Fault::Limit("bytes", limits.bytes));
    }
    match r.byte()? {
        VERSION => {}
        other => return r.error(Fault::Version(other)),
    }
    let mask = r.byte()?;
    if mask >= 2 * TYPES {
        return r.error(Fault::Unknown("table", u64::from(mask)));
    }
    Ok(mask)
}

/// The number of entries of a table that is there.
fn entries(r: &mut Reader<'_>, size: usize, limit: usize) -> Result<usize> {
    match r.count("names", size, limit)? {
        0 => r.error(Fault::Misplaced("an empty table")),
        count => Ok(count),
    }
}

/// An answer of the context, or its refusal at this place.
pub(super) fn ask<T>(r: &Reader<'_>, answer: std::result::Result<T, Refusal>) -> Result<T> {
    answer.or_else(|refusal| r.error(refusal))
}

impl Tables {
    pub fn read(
        r: &mut Reader<'_>,
        heap: &mut Heap,
        cx: &mut dyn DecodeContext,
        limits: &Limits,
    ) -> Result<Tables> {
        let mask = start(r, limits)?;
        let mut tables = Tables::default();
        let mut table = |r: &mut Reader<'_>, bit, size, limit, entry: Entry<'_>| {
            if mask & bit == 0 {
                return Ok(());
            }
            for _ in 0..entries(r, size, limit)? {
                entry(r, &mut tables)?;
            }
            Ok(())
        };
        table(r, UNITS, UNIT_BYTES, limits.units, &mut |r, t| {
            let unit = unit(r, limits)?;
            t.units.push(ask(r, cx.unit(&unit))?);
            Ok(())
        })?;
        table(r, ORIGINS, ORIGIN_BYTES, limits.names, &mut |r, t| {
            let origin = Origin {
                incarnation: r.array()?,
                high: r.number()?,
            };
            let index = ask(r, cx.origin(&origin))?;
            if index >> ORIGIN_BITS != 0 {
                return r.error(Fault::Limit("origins", 1 << ORIGIN_BITS));
            }
            t.origins.push(index);
            Ok(())
        })?;
        table(r, NODES, NODE_BYTES, limits.names, &mut |r, t| {
            let node = node(r, limits)?;
            t.nodes.push(ask(r, cx.node(&node))?);
            Ok(())
        })?;
        table(r, SYMBOLS, NAME_BYTES, limits.names, &mut |r, t| {
            let name = r.text("bytes of a symbol", limits.name)?;
            t.symbols.push(ask(r, cx.symbol(name))?);
            Ok(())
        })?;
        table(r, BUILTINS, NAME_BYTES, limits.names, &mut |r, t| {
            let name = r.text("bytes of a name", limits.name)?;
            t.builtins.push(ask(r, cx.builtin(name))?);
            Ok(())
        })?;
        table(r, TYPES, TYPE_BYTES, limits.names, &mut |r, t| {
            let entry = t.record_type(r, heap, cx, limits)?;
            t.types.push(entry);
            Ok(())
        })?;
        Ok(tables)
    }

    fn symbol(&self, r: &mut Reader<'_>) -> Result<Value> {
        let index = r.index("symbol", self.symbols.len())?;
        Ok(self.symbols[index])
    }

    fn record_type(
        &self,
        r: &mut Reader<'_>,
        heap: &mut Heap,
        cx: &mut dyn DecodeContext,
        limits: &Limits,
    ) -> Result<RecordType> {
        let identity = object_name(r, limits)?;
        let name = self.symbol(r)?;
        let own = r.count("fields", 1, limits.fields)?;
        let fields: Vec<Value> = (0..own).map(|_| self.symbol(r)).collect::<Result<_>>()?;
        let parent = match r.index("record type", self.types.len() + 1)? {
            0 => None,
            n => Some(self.types[n - 1]),
        };
        let flags = i64::from(r.small()?);
        let count = own + parent.map_or(0, |p| p.count);
        if count > limits.fields {
            return r.error(Fault::Limit("fields", limits.fields));
        }
        let descriptor = TypeDescriptor {
            identity: &identity,
            name,
            fields: &fields,
            parent: parent.map(|p| p.value),
            count,
            flags,
        };
        let value = ask(r, cx.record_type(heap, &descriptor))?;
        let fits = heap::is_kind(value, Kind::RecordType)
            && heap::field(value, RTD_COUNT as usize) == Value::fixnum(count as i64);
        if !fits {
            return r.error(Fault::Misplaced(
                "a record type with other fields than here",
            ));
        }
        Ok(RecordType { value, count })
    }
}

type Entry<'a> = &'a mut dyn FnMut(&mut Reader<'_>, &mut Tables) -> Result<()>;

fn unit(r: &mut Reader<'_>, limits: &Limits) -> Result<UnitRef> {
    Ok(UnitRef {
        hash: r.array()?,
        name: r.text("bytes of a name", limits.name)?.to_owned(),
        instance: if flag(r)? { Some(instance(r)?) } else { None },
    })
}

fn flag(r: &mut Reader<'_>) -> Result<bool> {
    match r.byte()? {
        0 => Ok(false),
        1 => Ok(true),
        other => r.error(Fault::Unknown("choice", u64::from(other))),
    }
}

fn instance(r: &mut Reader<'_>) -> Result<Instance> {
    Ok(Instance {
        incarnation: r.array()?,
        serial: r.number()?,
    })
}

fn node(r: &mut Reader<'_>, limits: &Limits) -> Result<NodeName> {
    Ok(NodeName {
        address: r.text("bytes of an address", limits.name)?.to_owned(),
        incarnation: if flag(r)? { Some(r.array()?) } else { None },
    })
}

pub(super) fn object_name(r: &mut Reader<'_>, limits: &Limits) -> Result<ObjectName> {
    if flag(r)? {
        return Ok(ObjectName::Made(instance(r)?));
    }
    let name = r.text("bytes of a name", limits.name)?;
    Ok(ObjectName::Unique(name.to_owned()))
}
