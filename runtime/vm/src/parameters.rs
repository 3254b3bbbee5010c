//! Names for the parameters that libraries define.
//!
//! A parameter's record holds a tag that identifies it. A library's body runs on each
//! node, so what its toplevel variable holds gets a name instead, the same everywhere:
//! `library#variable`. This is done before values are written or read, when the bodies
//! have run. Record types get theirs from the expander.

use crate::dist::{is_named, name_parameter, parameter_name};
use crate::message::is_parameter;
use crate::node::Node;
use termite_abi::object::RTD_UID;
use termite_abi::{Kind, Value};
use termite_heap::{code_word, code_word_count, field, is_kind, symbol_name, symbols};
use termite_ir::VarKind;
use termite_wire::ObjectName;

/// The record of a parameter object: the only thing that its procedure has captured.
fn parameter_record(v: Value) -> Option<Value> {
    if !v.is_closure() || code_word_count(v) != 1 {
        return None;
    }
    let record = code_word(v, 0);
    (is_kind(record, Kind::Record) && is_parameter(record)).then_some(record)
}

impl Node {
    /// Names the parameters of libraries whose bodies have run since the last time.
    pub(crate) fn name_parameters(&mut self) {
        let count = self.code.units().len() as u32;
        let new = self.units_seen..count;
        self.units_seen = count;
        let libraries = new.filter(|&i| self.code.unit(i).session.is_none());
        self.unnamed.extend(libraries);
        let mut left = std::mem::take(&mut self.unnamed);
        left.retain(|&unit| !self.name_parameters_of(unit));
        self.unnamed = left;
    }

    /// Whether all variables of a library had their values.
    fn name_parameters_of(&mut self, unit: u32) -> bool {
        let unit = self.code.unit(unit).clone();
        let mut complete = true;
        for (var, &cell) in unit.unit.vars.iter().zip(&unit.cells) {
            if var.kind != VarKind::Own {
                continue;
            }
            let value = self.variable(cell);
            complete &= value != Value::UNBOUND;
            if let Some(record) = parameter_record(value) {
                if !is_named(record) {
                    let name = format!("{}#{}", unit.unit.name, var.name);
                    name_parameter(&mut self.heap, record, &name);
                }
                if let Some(name) = parameter_name(&self.origins, record) {
                    self.identities.entry(name).or_insert(record);
                }
            }
        }
        complete
    }

    /// What a record type of a program is to be identified by: what was given, or a tag.
    pub fn record_type_uid(&mut self, given: Value) -> Value {
        if given == Value::FALSE {
            self.fresh_tag()
        } else {
            given
        }
    }

    /// The record type that is known by a symbol.
    pub fn known_record_type(&self, uid: Value) -> Option<Value> {
        if !symbols::is_symbol(uid) {
            return None;
        }
        let name = ObjectName::Unique(symbol_name(uid).to_string());
        let known = self.identities.get(&name).copied();
        known.filter(|&t| is_kind(t, Kind::RecordType))
    }

    /// Makes a record type known by its uid, if that is a symbol.
    pub fn register_record_type(&mut self, record_type: Value) {
        let uid = field(record_type, RTD_UID as usize);
        if symbols::is_symbol(uid) {
            let name = ObjectName::Unique(symbol_name(uid).to_string());
            self.identities.insert(name, record_type);
        }
    }
}
