//! What a program refers to by index: literals, primitives, toplevel variables, imports.
//!
//! Entries are shared where equal. `emit` renumbers those that are still used.

use std::collections::{HashMap, HashSet};
use termite_abi::Effect;
use termite_ir::{
    Immediate, Import, ImportId, ImportProc, ImportProcId, LitId, Literal, PrimId, PrimUse,
    UnitHash, Var, VarId, VarKind,
};

#[derive(Default)]
pub struct Tables {
    pub literals: Vec<Literal>,
    literal_ids: HashMap<LiteralKey, LitId>,
    pub prims: Vec<PrimUse>,
    prim_ids: HashMap<String, PrimId>,
    pub vars: Vec<Var>,
    /// Variables that have one value for good when code reads them unchecked.
    pub constant_vars: HashSet<VarId>,
    /// Names of own variables, with how often each was asked for.
    own_names: HashMap<String, u32>,
    /// Imported variables.
    var_ids: HashMap<(ImportId, VarId), VarId>,
    pub imports: Vec<Import>,
    import_ids: HashMap<String, ImportId>,
    pub import_procs: Vec<ImportProc>,
    import_proc_ids: HashMap<(ImportId, u32), ImportProcId>,
}

/// A literal as a key: equal literals are made once.
#[derive(PartialEq, Eq, Hash)]
enum LiteralKey {
    Imm(Immediate),
    Fixnum(i64),
    Bignum(bool, Vec<u64>),
    Ratio(LitId, LitId),
    Flonum(u64),
    Complex(LitId, LitId),
    String(String),
    Symbol(String),
    Pair(LitId, LitId),
    Vector(Vec<LitId>),
    Bytevector(Vec<u8>),
}

impl LiteralKey {
    fn of(literal: &Literal) -> LiteralKey {
        match literal.clone() {
            Literal::Imm(i) => LiteralKey::Imm(i),
            Literal::Fixnum(n) => LiteralKey::Fixnum(n),
            Literal::Bignum(negative, limbs) => LiteralKey::Bignum(negative, limbs),
            Literal::Ratio(a, b) => LiteralKey::Ratio(a, b),
            Literal::Flonum(bits) => LiteralKey::Flonum(bits),
            Literal::Complex(a, b) => LiteralKey::Complex(a, b),
            Literal::String(s) => LiteralKey::String(s),
            Literal::Symbol(s) => LiteralKey::Symbol(s),
            Literal::Pair(a, b) => LiteralKey::Pair(a, b),
            Literal::Vector(items) => LiteralKey::Vector(items),
            Literal::Bytevector(bytes) => LiteralKey::Bytevector(bytes),
        }
    }
}

impl Tables {
    /// An equal literal, made now if there is none yet.
    pub fn literal(&mut self, literal: Literal) -> LitId {
        let next = LitId(self.literals.len() as u32);
        let id = *self
            .literal_ids
            .entry(LiteralKey::of(&literal))
            .or_insert(next);
        if id == next {
            self.literals.push(literal);
        }
        id
    }

    /// A literal that is equal to no other: part of a cycle.
    pub fn fresh_literal(&mut self, literal: Literal) -> LitId {
        self.literals.push(literal);
        LitId(self.literals.len() as u32 - 1)
    }

    pub fn prim(&mut self, name: &str, effect: Effect) -> PrimId {
        if let Some(&id) = self.prim_ids.get(name) {
            return id;
        }
        let id = PrimId(self.prims.len() as u32);
        self.prims.push(PrimUse {
            name: name.to_string(),
            effect,
        });
        self.prim_ids.insert(name.to_string(), id);
        id
    }

    /// A variable of this unit, under a name that no other has.
    pub fn own_var(&mut self, name: &str) -> VarId {
        let name = unique(&mut self.own_names, name);
        self.push_var(name, VarKind::Own)
    }

    pub fn late_var(&mut self, name: &str) -> VarId {
        self.push_var(name.to_string(), VarKind::Late)
    }

    fn push_var(&mut self, name: String, kind: VarKind) -> VarId {
        self.vars.push(Var { name, kind });
        VarId(self.vars.len() as u32 - 1)
    }

    pub fn import(&mut self, name: &str, hash: UnitHash) -> ImportId {
        if let Some(&id) = self.import_ids.get(name) {
            return id;
        }
        let id = ImportId(self.imports.len() as u32);
        self.imports.push(Import {
            name: name.to_string(),
            hash,
        });
        self.import_ids.insert(name.to_string(), id);
        id
    }

    /// Variable `var` of an imported unit; its name is for messages.
    pub fn import_var(&mut self, import: ImportId, var: VarId, name: &str) -> VarId {
        if let Some(&id) = self.var_ids.get(&(import, var)) {
            return id;
        }
        let id = self.push_var(name.to_string(), VarKind::Import(import, var));
        self.var_ids.insert((import, var), id);
        id
    }

    pub fn import_proc(&mut self, proc: ImportProc) -> ImportProcId {
        let key = (proc.import, proc.cp.0);
        let next = ImportProcId(self.import_procs.len() as u32);
        let id = *self.import_proc_ids.entry(key).or_insert(next);
        if id == next {
            self.import_procs.push(proc);
        }
        id
    }
}

/// The name, or with `~2`, `~3`... when it is taken.
pub fn unique(taken: &mut HashMap<String, u32>, name: &str) -> String {
    let mut count = *taken.get(name).unwrap_or(&0) + 1;
    let mut made = if count == 1 {
        name.to_string()
    } else {
        format!("{name}~{count}")
    };
    while count > 1 && taken.contains_key(&made) {
        count += 1;
        made = format!("{name}~{count}");
    }
    taken.insert(name.to_string(), count);
    if count > 1 {
        taken.insert(made.clone(), 1);
    }
    made
}
