//! Edges between blocks, and what holds where they meet.

use super::path::{Known, Path};
use super::types::Types;
use super::{Error, Lower};
use cranelift_codegen::ir::types::{F64, I8, I64};
use cranelift_codegen::ir::{Block, Value};
use termite_ir::{BlockId, Operand, Reg, Term};

/// An edge whose source is lowered and whose target is not: what is still to be emitted
/// comes at the end of `from`.
pub struct Edge {
    from: Block,
    path: Path,
    args: Vec<Operand>,
}

/// How a parameter travels.
#[derive(Clone, Copy)]
enum Form {
    /// Not at all: it is unused, or the same on all edges.
    Known(Known),
    Word,
    Flag,
    Float,
}

impl Lower<'_, '_> {
    /// Leaves the current block for `target`.
    pub fn goto(&mut self, target: BlockId, args: &[Operand]) -> Result<(), Error> {
        let (target, args) = match self.threaded(target, args)? {
            Some(further) => (further, &[][..]),
            None => (target, args),
        };
        let edge = Edge {
            from: self.e.current(),
            path: std::mem::take(&mut self.path),
            args: args.to_vec(),
        };
        self.incoming[target.index()].push(edge);
        Ok(())
    }

    /// Opens an edge to `target` that starts in the empty block `from`, with `path`.
    pub fn edge_from(&mut self, from: Block, path: Path, target: BlockId) {
        self.incoming[target.index()].push(Edge {
            from,
            path,
            args: Vec::new(),
        });
    }

    /// Where a jump to `target` ends, if that block does nothing but branch on an argument
    /// whose truth is known here.
    fn threaded(&self, target: BlockId, args: &[Operand]) -> Result<Option<BlockId>, Error> {
        let block = &self.cp.blocks[target.index()];
        let Term::Branch {
            cond: Operand::Reg(cond),
            then,
            or_else,
        } = block.term
        else {
            return Ok(None);
        };
        if !block.insts.is_empty() || block.params != [cond] || self.shape.uses[cond.index()] != 1 {
            return Ok(None);
        }
        let arg = *args
            .first()
            .ok_or(Error::Malformed("arguments of a block"))?;
        let truth = self.types(arg)?.truth();
        Ok(truth.map(|t| if t { then } else { or_else }))
    }

    /// Goes to the start of block `b`; false if nothing leads there.
    pub fn enter_block(&mut self, b: usize) -> Result<bool, Error> {
        let mut edges = std::mem::take(&mut self.incoming[b]);
        let params = &self.cp.blocks[b].params;
        if edges.iter().any(|e| e.args.len() != params.len()) {
            return Err(Error::Malformed("arguments of a block"));
        }
        match edges.len() {
            0 => return Ok(false),
            1 => {
                let Some(edge) = edges.pop() else {
                    return Ok(false);
                };
                self.e.switch(edge.from);
                self.path = edge.path;
                for (&param, &arg) in params.iter().zip(&edge.args) {
                    let known = self.known(arg)?;
                    self.define(Some(param), known)?;
                }
            }
            _ => self.merge(b, edges)?,
        }
        Ok(true)
    }

    fn merge(&mut self, b: usize, mut edges: Vec<Edge>) -> Result<(), Error> {
        let params = self.cp.blocks[b].params.clone();
        let forms = self.forms(&params, &edges)?;
        let must_reserve = self.must_reserve(b, &forms, &edges)?;
        let target = self.e.block();
        for edge in &mut edges {
            let args = self.finish_edge(edge, &forms, must_reserve)?;
            self.e.jump(target, &args);
        }
        let values: Vec<Option<Value>> = forms
            .iter()
            .map(|f| f.value_type().map(|t| self.e.param(target, t)))
            .collect();
        let types = self.param_types(&params, &edges)?;
        let paths: Vec<Path> = edges.into_iter().map(|e| e.path).collect();
        let regs = &self.regs;
        self.path = Path::meet(&paths, |r| regs[r.index()].unwrap_or(Known::NOTHING));
        self.e.switch(target);
        for (i, &param) in params.iter().enumerate() {
            self.define(Some(param), forms[i].arrived(values[i], types[i]))?;
        }
        Ok(())
    }

    /// Emits the end of an edge up to its jump; returns what the jump passes.
    fn finish_edge(
        &mut self,
        edge: &mut Edge,
        forms: &[Form],
        reserve: bool,
    ) -> Result<Vec<Value>, Error> {
        self.e.switch(edge.from);
        self.path = std::mem::take(&mut edge.path);
        if reserve {
            self.reserve()?;
        }
        let mut args = Vec::with_capacity(forms.len());
        for (form, &arg) in forms.iter().zip(&edge.args) {
            match form {
                Form::Known(_) => {}
                Form::Word => args.push(self.word(arg)?),
                Form::Flag => args.push(self.truth(arg)?),
                Form::Float => args.push(self.float(arg)?),
            }
        }
        self.flush();
        edge.path = std::mem::take(&mut self.path);
        Ok(args)
    }

    /// Whether all edges have to reserve: when some have, and it may be needed further on
    /// or to box an argument.
    fn must_reserve(&mut self, b: usize, forms: &[Form], edges: &[Edge]) -> Result<bool, Error> {
        let mut some = edges.iter().any(|e| e.path.reserved);
        let mut boxes = false;
        let mut unboxed = false;
        for edge in edges {
            unboxed |= edge.path.unboxed;
            for (form, &arg) in forms.iter().zip(&edge.args) {
                boxes |= matches!(form, Form::Word) && !self.known_on(edge, arg)?.has_word();
            }
        }
        some |= boxes;
        let all = edges.iter().all(|e| e.path.reserved);
        Ok(some && !all && (boxes || unboxed || self.shape.some_need[b]))
    }

    fn known_on(&mut self, edge: &Edge, arg: Operand) -> Result<Known, Error> {
        if let Operand::Reg(r) = arg {
            let defined = self.regs.get(r.index()).and_then(|k| *k);
            let defined = defined.ok_or(Error::Malformed("use before definition"))?;
            return Ok(edge.path.fact(r).map_or(defined, |f| defined.with_fact(f)));
        }
        self.known(arg)
    }

    fn known_all(&mut self, edges: &[Edge], i: usize) -> Result<Vec<Known>, Error> {
        edges.iter().map(|e| self.known_on(e, e.args[i])).collect()
    }

    fn forms(&mut self, params: &[Reg], edges: &[Edge]) -> Result<Vec<Form>, Error> {
        let mut forms = Vec::with_capacity(params.len());
        for (i, &param) in params.iter().enumerate() {
            let known = self.known_all(edges, i)?;
            let used = self.shape.used(param);
            forms.push(if used {
                Form::choose(&known)
            } else {
                Form::Known(Known::constant(0, Types::FIXNUM))
            });
        }
        Ok(forms)
    }

    fn param_types(&mut self, params: &[Reg], edges: &[Edge]) -> Result<Vec<Types>, Error> {
        let mut all = Vec::with_capacity(params.len());
        for i in 0..params.len() {
            let known = self.known_all(edges, i)?;
            all.push(known.iter().fold(Types::NONE, |t, k| t | k.types));
        }
        Ok(all)
    }

    // -- loops --

    /// Leaves for the segment's own start.
    pub fn back_edge(&mut self, mut args: Vec<Operand>) -> Result<(), Error> {
        if args.len() != self.restart.len() {
            return Err(Error::Malformed("arguments of a loop"));
        }
        if self.closure_is_idle() {
            args[0] = Operand::Fixnum(0);
        }
        self.reserve()?;
        let edge = Edge {
            from: self.e.current(),
            path: std::mem::take(&mut self.path),
            args,
        };
        self.back_edges.push(edge);
        Ok(())
    }

    /// Lowers a segment that jumps to itself: the body once with what is known at its
    /// start, and once more if the ways back bring better knowledge: unboxed numbers, or
    /// objects that need no checking any more.
    pub fn body_of_loop(&mut self) -> Result<(), Error> {
        let entry: Vec<Known> = self.regs[..self.restart.len()]
            .iter()
            .map(|k| k.unwrap_or(Known::NOTHING))
            .collect();
        let forms = vec![Form::Word; entry.len()];
        let args = self.restart.clone();
        let general = self.loop_header(&forms);
        self.e.jump(general, &args);
        let types: Vec<Types> = entry.iter().map(|k| k.types).collect();
        let ways_back = self.loop_version(general, &forms, &types)?;
        let better = self.better_forms(&ways_back, &types)?;
        let Some((better_forms, better_types)) = better else {
            return self.close_loop(ways_back, general, &forms);
        };
        let special = self.loop_header(&better_forms);
        self.close_loop(ways_back, special, &better_forms)?;
        self.fill_failed();
        let ways_back = self.loop_version(special, &better_forms, &better_types)?;
        for edge in ways_back {
            let fits = self.fits(&edge, &better_forms, &better_types)?;
            let (header, forms) = if fits {
                (special, &better_forms)
            } else {
                (general, &forms)
            };
            self.close_loop(vec![edge], header, forms)?;
        }
        Ok(())
    }

    fn loop_header(&mut self, forms: &[Form]) -> Block {
        let header = self.e.block();
        for ty in forms.iter().filter_map(|f| f.value_type()) {
            self.e.param(header, ty);
        }
        header
    }

    fn loop_version(
        &mut self,
        header: Block,
        forms: &[Form],
        types: &[Types],
    ) -> Result<Vec<Edge>, Error> {
        self.e.switch(header);
        self.restart = self.e.params_of(header);
        self.in_loop = true;
        self.path = Path::default();
        for (i, form) in forms.iter().enumerate() {
            self.regs[i] = Some(form.arrived(Some(self.restart[i]), types[i]));
        }
        self.path.unboxed = forms.iter().any(|f| matches!(f, Form::Float));
        self.blocks()?;
        Ok(std::mem::take(&mut self.back_edges))
    }

    fn close_loop(
        &mut self,
        ways_back: Vec<Edge>,
        header: Block,
        forms: &[Form],
    ) -> Result<(), Error> {
        let variables = self.e.params_of(header);
        for mut edge in ways_back {
            let mut args = self.finish_edge(&mut edge, forms, true)?;
            for (arg, &variable) in args.iter_mut().zip(&variables) {
                if *arg == variable {
                    *arg = self.e.disguised(variable);
                }
            }
            self.e.jump(header, &args);
        }
        Ok(())
    }

    /// Forms and types of the loop variables, when every way back brings enough more than
    /// the general version knows: numbers that are not boxed, or objects of one kind.
    fn better_forms(
        &mut self,
        ways_back: &[Edge],
        general: &[Types],
    ) -> Result<Option<LoopForms>, Error> {
        let mut forms = Vec::new();
        let mut types = Vec::new();
        for (i, &known_types) in general.iter().enumerate() {
            let known = self.known_all(ways_back, i)?;
            let all = known.iter().fold(Types::NONE, |t, k| t | k.types);
            let floats = all.within(Types::FLONUM) && known.iter().any(|k| !k.has_word());
            forms.push(if floats { Form::Float } else { Form::Word });
            types.push(all & known_types);
        }
        let floats = forms.iter().any(|f| matches!(f, Form::Float));
        let objects = types.iter().zip(general).any(|(&t, &g)| saves_checks(t, g));
        let worth = floats || objects && self.shape.insts <= MAX_COPIED;
        Ok((worth && !ways_back.is_empty()).then_some((forms, types)))
    }

    fn fits(&mut self, edge: &Edge, forms: &[Form], types: &[Types]) -> Result<bool, Error> {
        for (&arg, &wanted) in edge.args.iter().zip(types).take(forms.len()) {
            let known = self.known_on(edge, arg)?;
            if !known.types.within(wanted) {
                return Ok(false);
            }
        }
        Ok(true)
    }
}

/// Instructions of a body that is copied for the sake of checks alone.
const MAX_COPIED: usize = 100;

/// Whether knowing `types` and not just `general` saves looking at an object's header.
fn saves_checks(types: Types, general: Types) -> bool {
    [
        Types::VECTOR,
        Types::STRING,
        Types::BYTEVECTOR,
        Types::RECORD,
    ]
    .into_iter()
    .any(|kind| types.within(kind) && !general.within(kind))
}

/// How the variables of a loop travel, and what is known of them.
type LoopForms = (Vec<Form>, Vec<Types>);

impl Form {
    fn choose(known: &[Known]) -> Form {
        let [first, rest @ ..] = known else {
            return Form::Word;
        };
        if first.constant.is_some() && rest.iter().all(|k| k.constant == first.constant) {
            return Form::Known(*first);
        }
        if first.word.is_some() && rest.iter().all(|k| k.word == first.word) {
            let types = known.iter().fold(Types::NONE, |t, k| t | k.types);
            return Form::Known(Known::word_of(first, types));
        }
        let all = known.iter().fold(Types::NONE, |t, k| t | k.types);
        if all.within(Types::FLONUM) && known.iter().any(|k| !k.has_word()) {
            return Form::Float;
        }
        if all.within(Types::BOOLEAN)
            && known
                .iter()
                .all(|k| k.flag.is_some() || k.constant.is_some())
        {
            return Form::Flag;
        }
        Form::Word
    }

    fn value_type(self) -> Option<cranelift_codegen::ir::Type> {
        match self {
            Form::Known(_) => None,
            Form::Word => Some(I64),
            Form::Flag => Some(I8),
            Form::Float => Some(F64),
        }
    }

    /// What is known of a parameter that arrived as `value`.
    fn arrived(self, value: Option<Value>, types: Types) -> Known {
        match (self, value) {
            (Form::Known(known), _) => known,
            (Form::Word, Some(v)) => Known::word(v, types),
            (Form::Flag, Some(v)) => Known::flag(v),
            (Form::Float, Some(v)) => Known::float(v),
            (Form::Word | Form::Flag | Form::Float, None) => Known::NOTHING,
        }
    }
}
