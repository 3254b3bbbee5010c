//! Calls: of primitives, which return here, and of procedures, which do not.

use super::emit::Memory;
use super::path::Known;
use super::types::Types;
use super::{Error, Lower};
use crate::link::PrimLink;
use crate::machine::Stub;
use cranelift_codegen::ir::Value;
use cranelift_codegen::ir::condcodes::IntCC;
use termite_abi::context::{CTX_ARGS, CTX_NARGS, CTX_SITE};
use termite_abi::descriptor::{DESC_ARITY, DESC_ENTRY};
use termite_abi::object::FRAME_HEADER_WORDS;
use termite_abi::value::{TAG_CLOSURE, TAG_FRAME};
use termite_abi::{Effect, REG_ARGS};
use termite_ir::{Call, CpId, CpKind, Entry, Frame, Inst, Operand, SiteId, Target};

impl Lower<'_, '_> {
    // -- primitives --

    pub fn prim(&self, index: u32) -> Result<PrimLink, Error> {
        let prim = self.src.link.prims.get(index as usize).copied();
        let prim = prim.ok_or(Error::Malformed("primitive"))?;
        if prim.effect == Effect::Block {
            return Err(Error::Malformed("a primitive that ends the segment"));
        }
        Ok(prim)
    }

    pub fn primitive(&mut self, inst: &Inst) -> Result<(), Error> {
        let prim = self.prim(inst.imm)?;
        let words = inst
            .args
            .iter()
            .map(|&a| self.word(a))
            .collect::<Result<Vec<_>, _>>()?;
        self.flush();
        let result = self.call_primitive(prim.address, &words);
        self.path.args_clobbered = true;
        if prim.effect == Effect::Alloc {
            self.path.base = None;
            self.path.offset = 0;
        }
        let error = self
            .e
            .compare_imm(IntCC::Equal, result, termite_abi::Value::ERROR.0);
        let failed = self.e.cold_block();
        self.e.leave_if(error, failed);
        let here = self.e.current();
        self.e.switch(failed);
        self.leave_raising(inst.site);
        self.e.switch(here);
        match inst.dst {
            Some(dst) => self.define(Some(dst), Known::word(result, Types::ANY)),
            None => Ok(()),
        }
    }

    // -- procedures --

    pub fn call(&mut self, call: &Call) -> Result<(), Error> {
        if let (Target::Direct(cp, closure), None) = (call.target, &call.ret)
            && cp == self.src.cp
        {
            let mut args = vec![closure];
            args.extend_from_slice(&call.args);
            return self.back_edge(args);
        }
        self.reserve()?;
        let callee = self.callee(call)?;
        let mut words = vec![match callee {
            Callee::Known {
                closure: Some(closure),
                ..
            } => self.word(closure)?,
            Callee::Known { closure: None, .. } => self.e.word(0),
            Callee::Any(f) => self.word(f)?,
        }];
        for &arg in &call.args {
            words.push(self.word(arg)?);
        }
        let k = match &call.ret {
            Some(frame) => self.push_frame(frame)?,
            None => self.k,
        };
        self.flush();
        self.k = k;
        self.store_further(&words);
        match callee {
            Callee::Known { cp: Some(cp), .. } if self.src.batch.contains(&cp) => {
                let args = self.in_registers(&words);
                self.e.tail_call_segment(cp, &args);
            }
            Callee::Known { descriptor, .. } => {
                let descriptor = self.e.word(descriptor);
                self.enter_descriptor(descriptor, &words);
            }
            Callee::Any(f) => self.call_value(f, call.site, &words)?,
        }
        Ok(())
    }

    /// What is called; a constant procedure of the right arity is as good as a direct
    /// target.
    fn callee(&self, call: &Call) -> Result<Callee, Error> {
        let n = call.args.len();
        Ok(match call.target {
            Target::Direct(cp, closure) => {
                let entry = self.entry(cp)?;
                if !takes_exactly(entry, n) {
                    return Err(Error::Malformed("arity of a direct call"));
                }
                let closure = (!entry.free.is_empty()).then_some(closure);
                Callee::Known {
                    descriptor: self.descriptor(cp)?,
                    cp: Some(cp),
                    closure,
                }
            }
            Target::Import(p) => {
                let link = self
                    .src
                    .link
                    .import_procs
                    .get(p.index())
                    .ok_or(Error::Malformed("import"))?;
                Callee::Known {
                    descriptor: link.descriptor,
                    cp: None,
                    closure: None,
                }
            }
            Target::Value(Operand::Proc(cp)) if takes_exactly(self.entry(cp)?, n) => {
                Callee::Known {
                    descriptor: self.descriptor(cp)?,
                    cp: Some(cp),
                    closure: None,
                }
            }
            Target::Value(Operand::ImportProc(p)) if self.import_takes(p.index(), n) => {
                let link = self
                    .src
                    .link
                    .import_procs
                    .get(p.index())
                    .ok_or(Error::Malformed("import"))?;
                Callee::Known {
                    descriptor: link.descriptor,
                    cp: None,
                    closure: None,
                }
            }
            Target::Value(f) => Callee::Any(f),
        })
    }

    fn entry(&self, cp: CpId) -> Result<&Entry, Error> {
        let kind = self.src.unit.cps.get(cp.index()).map(|c| &c.kind);
        let Some(CpKind::Entry(entry)) = kind else {
            return Err(Error::Malformed("not an entry"));
        };
        Ok(entry)
    }

    fn import_takes(&self, p: usize, n: usize) -> bool {
        self.src
            .unit
            .import_procs
            .get(p)
            .is_some_and(|i| usize::from(i.arity) == n)
    }

    /// Pushes a frame and returns it, the new continuation.
    fn push_frame(&mut self, frame: &Frame) -> Result<Value, Error> {
        let words = frame
            .live
            .iter()
            .map(|&l| self.word(l))
            .collect::<Result<Vec<_>, _>>()?;
        let descriptor = self.descriptor(frame.ret)?;
        let header = 8 * FRAME_HEADER_WORDS as u32;
        let room = self.allocate(header + 8 * words.len() as u32)?;
        let descriptor = self.e.word(descriptor);
        self.e
            .store(Memory::Constant, descriptor, room.base, room.offset);
        self.e
            .store(Memory::Constant, self.k, room.base, room.offset + 8);
        for (i, &word) in words.iter().enumerate() {
            self.e.store(
                Memory::Constant,
                word,
                room.base,
                room.offset + (header as i32) + 8 * i as i32,
            );
        }
        Ok(self.pointer(room, TAG_FRAME))
    }

    /// Calls whatever `f` is, if its descriptor takes the number of arguments; else
    /// leaves it to the driver.
    fn call_value(&mut self, f: Operand, site: SiteId, words: &[Value]) -> Result<(), Error> {
        let n = words.len() as u64 - 1;
        let other = self.e.cold_block();
        if !self.types(f)?.within(Types::CLOSURE) {
            let differs = self.e.tag_differs(words[0], TAG_CLOSURE);
            self.e.leave_if(differs, other);
        }
        let descriptor = self
            .e
            .load(Memory::Constant, words[0], -(TAG_CLOSURE as i32));
        let arity = self.e.load(Memory::Constant, descriptor, DESC_ARITY);
        let same = self.e.compare_imm(IntCC::Equal, arity, n);
        self.e.leave_unless(same, other);
        self.enter_descriptor(descriptor, words);
        self.e.switch(other);
        let n = self.e.word(n);
        self.e.store_context(n, CTX_NARGS);
        let site = self.e.word(self.site_word(Some(site)));
        self.e.store_context(site, CTX_SITE);
        let args = self.in_registers(words);
        self.e.tail_call_stub(Stub::CallGeneric, &args);
        Ok(())
    }

    /// Leaves for a descriptor's entry with the current continuation.
    pub fn enter_descriptor(&mut self, descriptor: Value, words: &[Value]) {
        let entry = self.e.load(Memory::Constant, descriptor, DESC_ENTRY);
        let args = self.in_registers(words);
        self.e.tail_call(entry, &args);
    }

    /// The continuation, and the arguments that travel in registers.
    pub fn in_registers(&self, words: &[Value]) -> Vec<Value> {
        let mut args = vec![self.k];
        args.extend(words.iter().take(REG_ARGS));
        args
    }

    /// Stores the arguments that do not.
    pub fn store_further(&mut self, words: &[Value]) {
        for (i, &word) in words.iter().enumerate().skip(REG_ARGS) {
            self.e.store_context(word, CTX_ARGS + 8 * i as i32);
        }
    }
}

/// What a call goes to.
enum Callee {
    /// An entry, which takes the arguments; its closure, if it has free values.
    Known {
        descriptor: u64,
        cp: Option<CpId>,
        closure: Option<Operand>,
    },
    Any(Operand),
}

fn takes_exactly(entry: &Entry, n: usize) -> bool {
    usize::from(entry.required) == n && entry.optional == 0 && !entry.rest
}
