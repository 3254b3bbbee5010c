//! The header of a message: names of what the graph refers to by number. They are
//! gathered while the graph is written and put before it.

use super::index::Index;
use super::{BUILTINS, NODES, ORIGINS, SYMBOLS, TYPES, UNITS, VERSION};
use crate::bytes::{put_bytes, put_number};
use crate::context::EncodeContext;
use crate::error::EncodeError;
use crate::limits::Limits;
use crate::names::{Incarnation, Instance, NodeName, ObjectName, UnitRef};
use std::borrow::Cow;
use termite_abi::Value;
use termite_abi::object::{Kind, RTD_COUNT, RTD_FIELDS, RTD_FLAGS, RTD_NAME, RTD_PARENT};
use termite_heap as heap;

#[derive(Default)]
pub(super) struct Names {
    /// By the context's numbers.
    pub units: Index,
    pub origins: Index,
    pub nodes: Index,
    /// By the symbols and types themselves.
    pub symbols: Index,
    types: Index,
    /// By address of the descriptor.
    builtins: Index,
    builtin_names: Vec<Cow<'static, str>>,
}

impl Names {
    pub fn builtin(&mut self, descriptor: u64, name: Cow<'static, str>) -> usize {
        let number = self.builtins.number(descriptor);
        if number == self.builtin_names.len() {
            self.builtin_names.push(name);
        }
        number
    }

    /// The number of a record type; those that it extends get lower ones.
    pub fn record_type(&mut self, record_type: Value) -> usize {
        let mut missing = Vec::new();
        let mut at = record_type;
        while heap::is_kind(at, Kind::RecordType) && self.types.find(at.0).is_none() {
            missing.push(at);
            at = heap::field(at, RTD_PARENT as usize);
        }
        missing
            .iter()
            .rev()
            .for_each(|t| _ = self.types.number(t.0));
        self.types.number(record_type.0)
    }

    /// The whole message. Nothing may be marked any more.
    pub fn message(
        mut self,
        graph: &[u8],
        cx: &mut dyn EncodeContext,
        limits: &Limits,
    ) -> Result<Vec<u8>, EncodeError> {
        let types = self.write_types(cx);
        let mut out = Vec::with_capacity(64 + types.len() + graph.len());
        out.extend([VERSION, self.mask()]);
        table(&mut out, self.units.keys(), |out, key| {
            put_unit(out, &cx.unit(key as u32));
        });
        table(&mut out, self.origins.keys(), |out, key| {
            let origin = cx.origin(key as u32);
            out.extend(origin.incarnation);
            put_number(out, origin.high);
        });
        table(&mut out, self.nodes.keys(), |out, key| {
            put_node(out, &cx.node(key as u32));
        });
        let mut longest = 0;
        table(&mut out, self.symbols.keys(), |out, key| {
            let name = heap::symbol_name(Value(key));
            longest = longest.max(name.len());
            put_bytes(out, name.as_bytes());
        });
        table(&mut out, &self.builtin_names, |out, name| {
            put_bytes(out, name.as_bytes());
        });
        out.extend_from_slice(&types);
        out.extend_from_slice(graph);
        self.check(longest, limits)?;
        if out.len() > limits.bytes {
            return Err(EncodeError::TooLarge(limits.bytes));
        }
        Ok(out)
    }

    /// Holds the tables and the longest name of a symbol against the limits.
    fn check(&self, longest: usize, limits: &Limits) -> Result<(), EncodeError> {
        let rest = [
            &self.origins,
            &self.nodes,
            &self.symbols,
            &self.builtins,
            &self.types,
        ];
        let most = rest.map(|table| table.keys().len()).into_iter().max();
        let fields = self.types.keys().iter().map(|&key| {
            let count = heap::field(Value(key), RTD_COUNT as usize);
            usize::try_from(count.as_fixnum()).unwrap_or(usize::MAX)
        });
        let sizes = [
            (Some(self.units.keys().len()), limits.units),
            (most, limits.names),
            (Some(longest), limits.name),
            (fields.max(), limits.fields),
        ];
        match sizes.iter().find(|(size, limit)| *size > Some(*limit)) {
            Some(&(_, limit)) => Err(EncodeError::TooLarge(limit)),
            None => Ok(()),
        }
    }

    fn mask(&self) -> u8 {
        let tables = [
            (UNITS, &self.units),
            (ORIGINS, &self.origins),
            (NODES, &self.nodes),
            (SYMBOLS, &self.symbols),
            (BUILTINS, &self.builtins),
            (TYPES, &self.types),
        ];
        let used = tables.iter().filter(|(_, table)| !table.keys().is_empty());
        used.fold(0, |mask, (bit, _)| mask | bit)
    }

    fn write_types(&mut self, cx: &mut dyn EncodeContext) -> Vec<u8> {
        let mut out = Vec::new();
        let keys = self.types.keys();
        if !keys.is_empty() {
            put_number(&mut out, keys.len() as u64);
        }
        for &key in keys {
            let record_type = Value(key);
            put_object_name(&mut out, &cx.record_type(record_type));
            let field = |index| heap::field(record_type, index as usize);
            let own = heap::fields(field(RTD_FIELDS));
            put_number(&mut out, self.symbols.number(field(RTD_NAME).0) as u64);
            put_number(&mut out, own.len() as u64);
            own.for_each(|name| put_number(&mut out, self.symbols.number(name.0) as u64));
            let parent = self.types.find(field(RTD_PARENT).0);
            put_number(&mut out, parent.map_or(0, |n| n as u64 + 1));
            put_number(&mut out, field(RTD_FLAGS).as_fixnum() as u64);
        }
        out
    }
}

/// Writes a table, unless it is empty: then the mask leaves it out.
fn table<K: Clone>(out: &mut Vec<u8>, keys: &[K], mut put: impl FnMut(&mut Vec<u8>, K)) {
    if keys.is_empty() {
        return;
    }
    put_number(out, keys.len() as u64);
    keys.iter().cloned().for_each(|key| put(out, key));
}

fn put_unit(out: &mut Vec<u8>, unit: &UnitRef) {
    out.extend(unit.hash);
    put_bytes(out, unit.name.as_bytes());
    out.push(u8::from(unit.instance.is_some()));
    if let Some(instance) = &unit.instance {
        put_instance(out, instance);
    }
}

fn put_instance(out: &mut Vec<u8>, instance: &Instance) {
    out.extend(instance.incarnation);
    put_number(out, instance.serial);
}

fn put_node(out: &mut Vec<u8>, node: &NodeName) {
    put_bytes(out, node.address.as_bytes());
    out.push(u8::from(node.incarnation.is_some()));
    out.extend(
        node.incarnation
            .as_ref()
            .map_or(&[][..], Incarnation::as_slice),
    );
}

pub(super) fn put_object_name(out: &mut Vec<u8>, name: &ObjectName) {
    match name {
        ObjectName::Unique(text) => {
            out.push(0);
            put_bytes(out, text.as_bytes());
        }
        ObjectName::Made(instance) => {
            out.push(1);
            put_instance(out, instance);
        }
    }
}
