//! What the codec of values asks the node: names for what has an identity, control points
//! by place, and the checks that make a stranger's closures and frames harmless.
//!
//! Unsafe here: descriptors of closures and frames, which are never freed.

use super::nodes::Nodes;
use crate::code::{CodeStore, NO_UNIT};
use crate::identity::{Incarnation, Origins};
use crate::message::is_parameter;
use crate::session::SessionId;
use crate::written::{self, Place as VmPlace};
use rustc_hash::{FxHashMap, FxHashSet};
use termite_abi::object::{RTD_COUNT, RTD_FIELDS, RTD_NAME, RTD_UID};
use termite_abi::{CpClass, Descriptor, Identity, Value};
use termite_heap::{
    Heap, code_word, code_word_count, descriptor, field, fields, intern, symbol_name, symbols,
};
use termite_ir::{CpKind, ProcId};
use termite_wire::{
    Code, CodeClass, CodePoint, DecodeContext, EncodeContext, NodeName, ObjectName, Origin, Place,
    Refusal, TypeDescriptor, UnitRef,
};

/// Record types and parameters that are known by an identity.
pub(crate) type Identities = FxHashMap<ObjectName, Value>;

/// Field of a parameter's record that identifies it: a symbol or a tag.
const PARAMETER_ID: usize = 3;
/// Field of a parameter's record that holds the parameter object.
const PARAMETER_PROCEDURE: usize = 4;

/// A name for a symbol or tag that identifies something.
fn object_name(origins: &Origins, id: Value) -> Option<ObjectName> {
    if symbols::is_symbol(id) {
        return Some(ObjectName::Unique(symbol_name(id).to_string()));
    }
    let (incarnation, serial) = origins.resolve(id.as_unique_tag()?);
    Some(ObjectName::Made(SessionId {
        incarnation,
        serial,
    }))
}

/// The identity of a parameter's record.
pub(crate) fn parameter_name(origins: &Origins, record: Value) -> Option<ObjectName> {
    is_parameter(record)
        .then(|| object_name(origins, field(record, PARAMETER_ID)))
        .flatten()
}

/// Puts a symbol in the place of a parameter's tag.
pub(crate) fn name_parameter(heap: &mut Heap, record: Value, name: &str) {
    heap.set_field(record, PARAMETER_ID, intern(name));
}

/// Whether a parameter's record has a name already.
pub(crate) fn is_named(record: Value) -> bool {
    symbols::is_symbol(field(record, PARAMETER_ID))
}

pub(super) struct Outgoing<'a> {
    code: &'a CodeStore,
    origins: &'a Origins,
    nodes: &'a Nodes,
    /// Procedures of units that the message's code belongs to.
    used: FxHashSet<(u32, u32)>,
    /// Incarnations that its pids are of.
    about: FxHashSet<Incarnation>,
    /// Record types and parameters in it, which are to be known when they come back.
    made: Identities,
}

/// What a message that was written had in it.
pub(super) struct Contents {
    /// Procedures, as unit and number.
    pub used: Vec<(u32, u32)>,
    pub about: Vec<Incarnation>,
    pub made: Identities,
}

impl<'a> Outgoing<'a> {
    pub fn new(code: &'a CodeStore, origins: &'a Origins, nodes: &'a Nodes) -> Outgoing<'a> {
        Outgoing {
            code,
            origins,
            nodes,
            used: FxHashSet::default(),
            about: FxHashSet::default(),
            made: Identities::default(),
        }
    }

    pub fn finish(self) -> Contents {
        let mut used: Vec<_> = self.used.into_iter().collect();
        used.sort_unstable();
        Contents {
            used,
            about: self.about.into_iter().collect(),
            made: self.made,
        }
    }

    /// Keeps what is identified by who made it; names are known where they were given.
    fn note(&mut self, name: &ObjectName, v: Value) {
        if matches!(name, ObjectName::Made(_)) {
            self.made.insert(name.clone(), v);
        }
    }
}

impl EncodeContext for Outgoing<'_> {
    fn origin(&mut self, index: u32) -> Origin {
        let (incarnation, serial) = self.origins.resolve(Identity {
            origin: index,
            serial: 0,
        });
        self.about.insert(incarnation);
        Origin {
            incarnation,
            high: serial >> termite_abi::value::SERIAL_BITS,
        }
    }

    fn node(&mut self, index: u32) -> NodeName {
        let entry = self.nodes.get(index);
        let address = entry.and_then(|e| e.address.as_ref());
        NodeName {
            address: address.map_or(String::new(), |(host, port)| format!("{host}:{port}")),
            incarnation: entry.and_then(|e| e.incarnation),
        }
    }

    fn code(&mut self, descriptor: *const Descriptor) -> Option<Code> {
        // SAFETY: descriptors are never freed.
        let desc = unsafe { &*descriptor };
        if desc.unit == NO_UNIT {
            return Some(match desc.class {
                CpClass::Builtin => Code::Builtin(self.code.primitive(desc.prim).info.name.into()),
                CpClass::Entry | CpClass::Return | CpClass::Jump => Code::Base,
            });
        }
        let place = self.code.place(desc)?;
        self.used.insert((place.unit, place.parent.0));
        Some(Code::Point {
            unit: place.unit,
            place: Place {
                proc: place.parent.0,
                id: place.id,
            },
        })
    }

    fn unit(&mut self, number: u32) -> UnitRef {
        let unit = self.code.unit(number);
        UnitRef {
            hash: unit.hash(),
            name: unit.unit.name.clone(),
            instance: unit.session,
        }
    }

    fn record_type(&mut self, record_type: Value) -> ObjectName {
        let uid = field(record_type, RTD_UID as usize);
        // Every record type has a symbol or a tag; a uid of another sort is a program's.
        let name = object_name(self.origins, uid).unwrap_or_else(|| {
            let name = field(record_type, RTD_NAME as usize);
            ObjectName::Unique(format!("{}:{uid:?}", symbol_name(name)))
        });
        self.note(&name, record_type);
        name
    }

    fn identity(&mut self, record: Value) -> Option<ObjectName> {
        let name = parameter_name(self.origins, record)?;
        self.note(&name, record);
        Some(name)
    }

    fn port(&mut self, port: Value) -> Option<u64> {
        let id = field(port, 0);
        (id.is_fixnum() && (0..3).contains(&id.as_fixnum())).then(|| id.as_fixnum() as u64)
    }
}

pub(super) struct Incoming<'a> {
    pub code: &'a CodeStore,
    pub origins: &'a mut Origins,
    pub nodes: &'a mut Nodes,
    pub identities: &'a mut Identities,
    pub console: [Value; 3],
    pub base_frame: Value,
    /// New symbols that the sender may still bring.
    pub symbols_left: &'a mut u32,
}

fn refuse<T>(why: impl Into<String>) -> Result<T, Refusal> {
    Err(Refusal(why.into()))
}

impl DecodeContext for Incoming<'_> {
    fn origin(&mut self, origin: &Origin) -> Result<u32, Refusal> {
        let serial = origin.high << termite_abi::value::SERIAL_BITS;
        match self.origins.intern(origin.incarnation, serial) {
            Some(id) => Ok(id.origin),
            None => refuse("too many incarnations are known here"),
        }
    }

    fn node(&mut self, name: &NodeName) -> Result<u32, Refusal> {
        let address = name.address.rsplit_once(':');
        let address = address.and_then(|(host, port)| Some((host, port.parse::<u16>().ok()?)));
        let found = match (address, name.incarnation) {
            (address, Some(incarnation)) => self.nodes.of(incarnation, address),
            (Some((host, port)), None) => self.nodes.at(host, port),
            (None, None) => None,
        };
        found.ok_or_else(|| Refusal("a node without address or identity".into()))
    }

    fn unit(&mut self, unit: &UnitRef) -> Result<u32, Refusal> {
        let found = self.code.find_code(&unit.name, &unit.hash, unit.instance);
        match found {
            Some(loaded) => Ok(loaded.index),
            None => refuse(format!("the code of {} is not here", unit.name)),
        }
    }

    fn symbol(&mut self, name: &str) -> Result<Value, Refusal> {
        if let Some(known) = symbols::interned(name) {
            return Ok(known);
        }
        match self.symbols_left.checked_sub(1) {
            Some(left) => {
                *self.symbols_left = left;
                Ok(intern(name))
            }
            None => refuse("its sender has brought too many new symbols"),
        }
    }

    fn builtin(&mut self, name: &str) -> Result<Value, Refusal> {
        match self.code.prim_number(name) {
            Some(index) => Ok(self.code.prim_closure(index)),
            None => refuse(format!("there is no primitive {name}")),
        }
    }

    fn record_type(
        &mut self,
        heap: &mut Heap,
        descriptor: &TypeDescriptor<'_>,
    ) -> Result<Value, Refusal> {
        if let Some(&known) = self.identities.get(descriptor.identity) {
            let own: Vec<Value> = fields(field(known, RTD_FIELDS as usize)).collect();
            let count = field(known, RTD_COUNT as usize).as_fixnum();
            if own == descriptor.fields && count == descriptor.count as i64 {
                return Ok(known);
            }
            return refuse(format!(
                "the record type {} has other fields here",
                symbol_name(descriptor.name)
            ));
        }
        let uid = match descriptor.identity {
            ObjectName::Unique(name) => intern(name),
            ObjectName::Made(made) => {
                let id = self.origins.intern(made.incarnation, made.serial);
                match id {
                    Some(id) => Value::unique_tag(id),
                    None => return refuse("too many incarnations are known here"),
                }
            }
        };
        let made = descriptor.make(heap, uid);
        self.identities.insert(descriptor.identity.clone(), made);
        Ok(made)
    }

    fn identified(&mut self, identity: &ObjectName) -> Option<Value> {
        self.identities.get(identity).copied()
    }

    fn procedure_of(&mut self, record: Value) -> Option<Value> {
        is_parameter(record).then(|| field(record, PARAMETER_PROCEDURE))
    }

    fn define(&mut self, identity: ObjectName, record: Value) {
        self.identities.insert(identity, record);
    }

    fn code(&mut self, unit: u32, class: CodeClass, place: Place) -> Result<CodePoint, Refusal> {
        let place = VmPlace {
            unit,
            parent: ProcId(place.proc),
            id: place.id,
        };
        let (unit, cp) = self
            .code
            .locate(place)
            .map_err(|e| Refusal(e.to_string()))?;
        let values = match (&unit.control_point(cp).kind, class) {
            (CpKind::Entry(e), CodeClass::Closure) => e.free.len(),
            (CpKind::Return(r), CodeClass::Frame) => r.live.len(),
            _ => return refuse("a control point of another class"),
        };
        Ok(CodePoint {
            descriptor: unit.descriptor(cp),
            values,
        })
    }

    fn procedure(&mut self, _heap: &mut Heap, point: CodePoint) -> Value {
        // SAFETY: `code` gave the descriptor, which is never freed.
        let desc = unsafe { &*point.descriptor };
        self.code.unit(desc.unit).closure(termite_ir::CpId(desc.cp))
    }

    fn check(&mut self, object: Value) -> Result<(), Refusal> {
        // SAFETY: descriptors are never freed.
        let desc = unsafe { &*descriptor(object) };
        if desc.unit == NO_UNIT {
            return Ok(());
        }
        let unit = self.code.unit(desc.unit);
        let cp = termite_ir::CpId(desc.cp);
        let from = usize::from(object.is_frame());
        let values: Vec<Value> = (from..code_word_count(object))
            .map(|i| code_word(object, i))
            .collect();
        let checked = if object.is_frame() {
            written::check_frame(unit, cp, &values)
        } else {
            written::check_closure(unit, cp, &values)
        };
        checked.map_err(|e| Refusal(e.to_string()))
    }

    fn base_frame(&mut self, _heap: &mut Heap) -> Value {
        self.base_frame
    }

    fn port(&mut self, number: u64) -> Result<Value, Refusal> {
        match self.console.get(number as usize) {
            Some(&port) => Ok(port),
            None => refuse("there is no such console port"),
        }
    }
}
