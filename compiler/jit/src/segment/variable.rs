//! Closures, boxes, toplevel variables, and the registers of control.

use super::barrier::Owner;
use super::emit::Memory;
use super::object::{HEADER, field};
use super::path::Known;
use super::types::Types;
use super::value::kind_types;
use super::{Error, Lower};
use cranelift_codegen::ir::Value;
use cranelift_codegen::ir::condcodes::IntCC;
use termite_abi::context::{CTX_CELLS, CTX_DYNENV};
use termite_abi::object::{CELL_VALUE, CLOSURE_HEADER_WORDS};
use termite_abi::value::{TAG_CLOSURE, TAG_OBJECT};
use termite_abi::{Header, Kind};
use termite_ir::{CpId, CpKind, Inst, Operand, ValueKind};

/// Offset of free value `i` from a tagged closure.
fn free_offset(i: usize) -> i32 {
    8 * (CLOSURE_HEADER_WORDS as i32 + i as i32) - TAG_CLOSURE as i32
}

/// Offset of a cell's value; a box has its own at the same place.
const VALUE: i32 = field(CELL_VALUE);

const UNBOUND: u64 = termite_abi::Value::UNBOUND.0;

impl Lower<'_, '_> {
    // -- closures --

    pub fn make_closure(&mut self, inst: &Inst) -> Result<(), Error> {
        let entry = CpId(inst.imm);
        let descriptor = self.descriptor(entry)?;
        let words = inst
            .args
            .iter()
            .map(|&a| self.word(a))
            .collect::<Result<Vec<_>, _>>()?;
        let room = self.allocate(8 + 8 * words.len() as u32)?;
        let descriptor = self.e.word(descriptor);
        self.e
            .store(Memory::Constant, descriptor, room.base, room.offset);
        for (i, &word) in words.iter().enumerate() {
            self.e.store(
                Memory::Constant,
                word,
                room.base,
                room.offset + 8 + 8 * i as i32,
            );
        }
        let closure = self.pointer(room, TAG_CLOSURE);
        self.define(
            inst.dst,
            Known {
                fresh: true,
                ..Known::word(closure, Types::CLOSURE)
            },
        )
    }

    pub fn init_free(&mut self, inst: &Inst) -> Result<(), Error> {
        let closure = self.word(inst.args[0])?;
        let value = self.word(inst.args[1])?;
        self.e.store(
            Memory::Constant,
            value,
            closure,
            free_offset(inst.imm as usize),
        );
        Ok(())
    }

    pub fn free_ref(&mut self, inst: &Inst) -> Result<(), Error> {
        let closure = self.word(inst.args[0])?;
        let value = self
            .e
            .load(Memory::Constant, closure, free_offset(inst.imm as usize));
        let types = self
            .free_kind(inst.args[0], inst.imm as usize)
            .map_or(Types::ANY, kind_types);
        self.define_word(inst.dst, value, types)
    }

    /// What the verifier proved of a free value, for the segment's own closure.
    fn free_kind(&self, closure: Operand, i: usize) -> Option<ValueKind> {
        let (CpKind::Entry(entry), Operand::Reg(r)) = (&self.cp.kind, closure) else {
            return None;
        };
        if r.0 == 0 {
            entry.free.get(i).copied()
        } else {
            None
        }
    }

    pub fn descriptor(&self, cp: CpId) -> Result<u64, Error> {
        self.src
            .link
            .descriptors
            .get(cp.index())
            .copied()
            .ok_or(Error::Malformed("control point"))
    }

    // -- boxes --

    pub fn make_box(&mut self, inst: &Inst) -> Result<(), Error> {
        let value = self.word(inst.args[0])?;
        let room = self.allocate(16)?;
        let header = self.e.word(Header::new(Kind::Box, 1, 0).0);
        self.e
            .store(Memory::Constant, header, room.base, room.offset);
        self.e
            .store(Memory::Heap, value, room.base, room.offset + 8);
        let made = self.pointer(room, TAG_OBJECT);
        self.define(
            inst.dst,
            Known {
                fresh: true,
                ..Known::word(made, Types::BOX)
            },
        )
    }

    pub fn box_ref(&mut self, inst: &Inst) -> Result<(), Error> {
        let container = self.word(inst.args[0])?;
        let value = self.e.load(Memory::Heap, container, VALUE);
        self.define_word(inst.dst, value, Types::ANY)
    }

    pub fn box_ref_checked(&mut self, inst: &Inst) -> Result<(), Error> {
        let container = self.word(inst.args[0])?;
        let bad = self.raising(self.src.link.runtime.uninitialized, inst.site, &inst.args)?;
        let value = self.e.load(Memory::Heap, container, VALUE);
        let unbound = self.e.compare_imm(IntCC::Equal, value, UNBOUND);
        self.e.leave_if(unbound, bad);
        self.define_word(inst.dst, value, Types::ANY)
    }

    pub fn box_set(&mut self, inst: &Inst) -> Result<(), Error> {
        let container = self.word(inst.args[0])?;
        let owner = self.owner(inst.args[0])?;
        self.store_field(owner, container, VALUE, inst.args[1])
    }

    // -- toplevel variables --

    fn cell(&mut self, inst: &Inst) -> Result<Value, Error> {
        let index = self
            .src
            .link
            .cell_index
            .get(inst.imm as usize)
            .ok_or(Error::Malformed("variable"))?;
        let offset = i32::try_from(8 * u64::from(*index))
            .map_err(|_| Error::Unsupported("variable index"))?;
        let cells = self.e.load_context(CTX_CELLS);
        Ok(self.e.load(Memory::Constant, cells, offset))
    }

    pub fn cell_ref(&mut self, inst: &Inst) -> Result<(), Error> {
        let cell = self.cell(inst)?;
        let value = self.e.load(Memory::Heap, cell, VALUE);
        self.define_word(inst.dst, value, Types::ANY)
    }

    pub fn cell_ref_checked(&mut self, inst: &Inst) -> Result<(), Error> {
        let cell = self.cell(inst)?;
        let value = self.e.load(Memory::Heap, cell, VALUE);
        self.check_bound(inst, cell, value)?;
        self.define_word(inst.dst, value, Types::ANY)
    }

    pub fn cell_set(&mut self, inst: &Inst) -> Result<(), Error> {
        let cell = self.cell(inst)?;
        let value = self.e.load(Memory::Heap, cell, VALUE);
        self.check_bound(inst, cell, value)?;
        self.store_field(Owner::Old, cell, VALUE, inst.args[0])
    }

    pub fn cell_define(&mut self, inst: &Inst) -> Result<(), Error> {
        let cell = self.cell(inst)?;
        self.store_field(Owner::Old, cell, VALUE, inst.args[0])
    }

    fn check_bound(&mut self, inst: &Inst, cell: Value, value: Value) -> Result<(), Error> {
        let bad = self.raising_on(self.src.link.runtime.unbound, inst.site, &[cell]);
        let unbound = self.e.compare_imm(IntCC::Equal, value, UNBOUND);
        self.e.leave_if(unbound, bad);
        Ok(())
    }

    // -- control --

    pub fn capture(&mut self, inst: &Inst) -> Result<(), Error> {
        self.define_word(inst.dst, self.k, Types::FRAME)
    }

    pub fn dynamic_environment(&mut self, inst: &Inst) -> Result<(), Error> {
        let value = self.e.load_context(CTX_DYNENV);
        self.define_word(inst.dst, value, Types::ANY)
    }

    pub fn set_dynamic_environment(&mut self, inst: &Inst) -> Result<(), Error> {
        let value = self.word(inst.args[0])?;
        self.e.store_context(value, CTX_DYNENV);
        Ok(())
    }
}

const _: () = assert!(HEADER == -(TAG_OBJECT as i32));
