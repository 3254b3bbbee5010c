//! A small front end: near-Scheme text to the core language, without hygiene.
//!
//! Defined names are own, names that a unit exports are imported, names of the
//! primitives' table are primitives, all others late. A library exports what it
//! defines, and what `(export name ...)` names.

use std::collections::HashMap;
use termite_expand::core::*;
use termite_lower::LoweredInterface;
use termite_syntax::{Datum, DatumKind, FileId, Span, Special, Symbol, read_all};

type Scope = Vec<HashMap<Symbol, LocalId>>;

struct Front<'a> {
    module: Module,
    globals: HashMap<Symbol, GlobalId>,
    units: &'a HashMap<String, LoweredInterface>,
    scope: Scope,
}

pub fn module(
    name: &str,
    mode: Mode,
    file: FileId,
    text: &str,
    units: &HashMap<String, LoweredInterface>,
) -> Module {
    let data = read_all(file, text).unwrap_or_else(|d| panic!("{name}: {d}"));
    let module = Module {
        namespace: None,
        name: name.to_string(),
        mode,
        globals: vec![],
        locals: vec![],
        body: vec![],
        exports: vec![],
    };
    let mut front = Front {
        module,
        globals: HashMap::new(),
        units,
        scope: vec![],
    };
    for datum in &data {
        front.declare(datum);
    }
    for datum in &data {
        if !is_form(datum, "export") {
            let form = front.toplevel(datum);
            front.module.body.push(form);
        }
    }
    if mode == Mode::Library {
        let own = |g: &GlobalId| front.module.globals[g.0 as usize].definitions > 0;
        let mut exports: Vec<(Symbol, GlobalId)> = front
            .globals
            .iter()
            .filter(|(_, g)| own(g))
            .map(|(n, g)| (*n, *g))
            .collect();
        exports.sort_by_key(|e| e.1);
        let named = data
            .iter()
            .filter(|d| is_form(d, "export"))
            .flat_map(|d| d.items().skip(1));
        for name in named.map(symbol).collect::<Vec<_>>() {
            let id = front.global(name, Span::NONE);
            exports.push((name, id));
        }
        front.module.exports = exports;
    }
    front.module
}

fn symbol(d: &Datum) -> Symbol {
    d.as_symbol()
        .unwrap_or_else(|| panic!("a name is needed at {:?}", d.span))
}

fn is_form(d: &Datum, name: &str) -> bool {
    d.car().is_some_and(|c| c.is_symbol(name))
}

fn list(d: &Datum) -> Vec<&Datum> {
    d.list_items()
        .unwrap_or_else(|| panic!("a list is needed at {:?}", d.span))
}

impl Front<'_> {
    fn declare(&mut self, d: &Datum) {
        if is_form(d, "begin") {
            list(d)[1..].iter().for_each(|d| self.declare(d));
        } else if is_form(d, "define") {
            let mut target = list(d)[1];
            while let Some(car) = target.car() {
                target = car;
            }
            self.define_name(symbol(target), d.span);
        } else if is_form(d, "define-values") {
            list(d)[1]
                .items()
                .for_each(|n| self.define_name(symbol(n), d.span));
        }
    }

    fn define_name(&mut self, name: Symbol, span: Span) {
        let kind = if self.module.mode == Mode::Repl {
            GlobalKind::Late
        } else {
            GlobalKind::Own
        };
        let id = self.add_global(name, kind, span);
        self.module.globals[id.0 as usize].definitions += 1;
    }

    fn add_global(&mut self, name: Symbol, kind: GlobalKind, span: Span) -> GlobalId {
        if let Some(&id) = self.globals.get(&name) {
            return id;
        }
        let id = GlobalId(self.module.globals.len() as u32);
        self.module.globals.push(Global {
            name,
            kind,
            definitions: 0,
            assigned: false,
            span,
        });
        self.globals.insert(name, id);
        id
    }

    fn global(&mut self, name: Symbol, span: Span) -> GlobalId {
        let mut units: Vec<&String> = self.units.keys().collect();
        units.sort();
        let exporter = units
            .into_iter()
            .find(|u| self.units[*u].export(name.as_str()).unwrap().is_some());
        let kind = match exporter {
            Some(unit) => GlobalKind::Import {
                unit: unit.clone(),
                name,
            },
            None if super::prims::is_known(name.as_str()) => GlobalKind::Primitive(name),
            None => GlobalKind::Late,
        };
        self.add_global(name, kind, span)
    }

    fn local(&self, name: Symbol) -> Option<LocalId> {
        self.scope
            .iter()
            .rev()
            .find_map(|frame| frame.get(&name))
            .copied()
    }

    fn new_local(&mut self, name: Symbol) -> LocalId {
        self.module.locals.push(Local {
            name,
            assigned: false,
        });
        LocalId(self.module.locals.len() as u32 - 1)
    }

    fn toplevel(&mut self, d: &Datum) -> Expr {
        let span = d.span;
        if is_form(d, "begin") {
            let forms = list(d)[1..].iter().map(|d| self.toplevel(d)).collect();
            return Expr::new(ExprKind::Seq(forms), span);
        }
        if is_form(d, "define-values") {
            let parts = list(d);
            return self.define_values(&parts, span);
        }
        if !is_form(d, "define") {
            return self.expr(d);
        }
        let (name, value) = self.definition(&list(d), span);
        Expr::new(
            ExprKind::DefineGlobal(self.globals[&name], Box::new(value)),
            span,
        )
    }

    fn define_values(&mut self, parts: &[&Datum], span: Span) -> Expr {
        let producer = self.expr(parts[2]);
        let names: Vec<Symbol> = parts[1].items().map(symbol).collect();
        let locals: Vec<LocalId> = names.iter().map(|n| self.new_local(*n)).collect();
        let define = |(n, l): (&Symbol, &LocalId)| {
            Expr::new(
                ExprKind::DefineGlobal(
                    self.globals[n],
                    Box::new(Expr::new(ExprKind::Local(*l), span)),
                ),
                span,
            )
        };
        let body = names.iter().zip(&locals).map(define).collect();
        let formals = Formals {
            required: locals,
            ..Formals::default()
        };
        let body = Expr::new(ExprKind::Seq(body), span);
        Expr::new(
            ExprKind::CallWithValues(Box::new(producer), Box::new(formals), Box::new(body)),
            span,
        )
    }

    /// Name and value of `(define ...)`.
    fn definition(&mut self, parts: &[&Datum], span: Span) -> (Symbol, Expr) {
        match parts[1].as_pair() {
            None => {
                let name = symbol(parts[1]);
                (name, self.named(Some(name), parts[2]))
            }
            Some(pair) => {
                let name = symbol(&pair.car);
                let lambda = self.lambda(Some(name), &pair.cdr, &parts[2..], span);
                (name, Expr::new(ExprKind::Lambda(Box::new(lambda)), span))
            }
        }
    }

    fn named(&mut self, name: Option<Symbol>, d: &Datum) -> Expr {
        let mut e = self.expr(d);
        match &mut e.kind {
            ExprKind::Lambda(l) => l.name = name,
            ExprKind::CaseLambda(clauses) => clauses.iter_mut().for_each(|l| l.name = name),
            _ => {}
        }
        e
    }

    fn lambda(
        &mut self,
        name: Option<Symbol>,
        formals: &Datum,
        body: &[&Datum],
        span: Span,
    ) -> Lambda {
        self.scope.push(HashMap::new());
        let formals = self.formals(formals);
        let body = self.body(body, span);
        self.scope.pop();
        Lambda {
            name,
            formals,
            body,
            span,
        }
    }

    fn formals(&mut self, d: &Datum) -> Formals {
        let mut formals = Formals::default();
        let (items, tail) = d.split_list();
        let mut optional = false;
        for item in items {
            if matches!(item.kind, DatumKind::Special(Special::Optional)) {
                optional = true;
                continue;
            }
            let local = self.bind(symbol(item));
            if optional {
                formals.optional.push(local)
            } else {
                formals.required.push(local)
            }
        }
        formals.rest = tail.as_symbol().map(|name| self.bind(name));
        formals
    }

    fn bind(&mut self, name: Symbol) -> LocalId {
        let local = self.new_local(name);
        self.scope.last_mut().unwrap().insert(name, local);
        local
    }

    /// Definitions at the head of a body are a `letrec*`.
    fn body(&mut self, body: &[&Datum], span: Span) -> Expr {
        let count = body.iter().take_while(|d| is_form(d, "define")).count();
        if count == 0 {
            return self.sequence(body, span);
        }
        self.scope.push(HashMap::new());
        for d in &body[..count] {
            let mut target = list(d)[1];
            while let Some(car) = target.car() {
                target = car;
            }
            self.bind(symbol(target));
        }
        let define = |front: &mut Self, d: &&Datum| {
            let (name, value) = front.definition(&list(d), d.span);
            (front.local(name).unwrap(), value)
        };
        let bindings = body[..count].iter().map(|d| define(self, d)).collect();
        let rest = self.sequence(&body[count..], span);
        self.scope.pop();
        Expr::new(ExprKind::Letrec(bindings, Box::new(rest)), span)
    }

    fn sequence(&mut self, body: &[&Datum], span: Span) -> Expr {
        let mut exprs: Vec<Expr> = body.iter().map(|d| self.expr(d)).collect();
        match exprs.len() {
            0 => Expr::new(ExprKind::Quote(Datum::special(Special::Void, span)), span),
            1 => exprs.remove(0),
            _ => Expr::new(ExprKind::Seq(exprs), span),
        }
    }

    pub fn expr(&mut self, d: &Datum) -> Expr {
        let kind = match &d.kind {
            DatumKind::Symbol(name) => match self.local(*name) {
                Some(local) => ExprKind::Local(local),
                None => ExprKind::Global(self.global(*name, d.span)),
            },
            DatumKind::Pair(pair) => return self.form(d, &pair.car),
            _ => ExprKind::Quote(d.clone()),
        };
        Expr::new(kind, d.span)
    }

    fn form(&mut self, d: &Datum, head: &Datum) -> Expr {
        let (parts, span) = (list(d), d.span);
        let name = head
            .as_symbol()
            .filter(|n| self.local(*n).is_none())
            .map_or("", |n| n.as_str());
        let kind = match name {
            "quote" => ExprKind::Quote(parts[1].clone()),
            "if" => {
                let no = parts.get(3).map(|d| self.expr(d));
                let no = no.unwrap_or_else(|| {
                    Expr::new(ExprKind::Quote(Datum::special(Special::Void, span)), span)
                });
                ExprKind::If(self.boxed(parts[1]), self.boxed(parts[2]), Box::new(no))
            }
            "lambda" => ExprKind::Lambda(Box::new(self.lambda(None, parts[1], &parts[2..], span))),
            "case-lambda" => {
                let clause = |d: &&Datum| self.lambda(None, d.car().unwrap(), &list(d)[1..], span);
                ExprKind::CaseLambda(parts[1..].iter().map(clause).collect())
            }
            "begin" => return self.sequence(&parts[1..], span),
            "set!" => return self.assignment(&parts, span),
            "let" if parts[1].as_symbol().is_some() => return self.named_let(&parts, span),
            "let" => return self.let_form(&parts, span),
            "let*" => return self.let_star(&list(parts[1]), &parts[2..], span),
            "letrec" | "letrec*" => return self.letrec(&parts, span),
            "receive" => return self.receive(&parts, span),
            "and" => return self.and(&parts[1..], span),
            "or" => return self.or(&parts[1..], span),
            "cond" => return self.cond(&parts[1..], span),
            "when" | "unless" => return self.when(&parts, name == "when", span),
            _ => {
                let callee = self.boxed(parts[0]);
                ExprKind::Call(callee, parts[1..].iter().map(|d| self.expr(d)).collect())
            }
        };
        Expr::new(kind, span)
    }

    fn boxed(&mut self, d: &Datum) -> Box<Expr> {
        Box::new(self.expr(d))
    }

    fn assignment(&mut self, parts: &[&Datum], span: Span) -> Expr {
        let name = symbol(parts[1]);
        let value = self.boxed(parts[2]);
        let kind = match self.local(name) {
            Some(local) => {
                self.module.locals[local.0 as usize].assigned = true;
                ExprKind::SetLocal(local, value)
            }
            None => {
                let global = self.global(name, span);
                self.module.globals[global.0 as usize].assigned = true;
                ExprKind::SetGlobal(global, value)
            }
        };
        Expr::new(kind, span)
    }

    fn let_form(&mut self, parts: &[&Datum], span: Span) -> Expr {
        let inits: Vec<(Symbol, Expr)> = list(parts[1])
            .into_iter()
            .map(|b| {
                (
                    symbol(list(b)[0]),
                    self.named(b.car().and_then(Datum::as_symbol), list(b)[1]),
                )
            })
            .collect();
        self.scope.push(HashMap::new());
        let bindings = inits.into_iter().map(|(n, e)| (self.bind(n), e)).collect();
        let body = self.body(&parts[2..], span);
        self.scope.pop();
        Expr::new(ExprKind::Let(bindings, Box::new(body)), span)
    }

    fn let_star(&mut self, bindings: &[&Datum], body: &[&Datum], span: Span) -> Expr {
        let Some((first, rest)) = bindings.split_first() else {
            return self.body(body, span);
        };
        let parts = list(first);
        let init = self.expr(parts[1]);
        self.scope.push(HashMap::new());
        let local = self.bind(symbol(parts[0]));
        let body = self.let_star(rest, body, span);
        self.scope.pop();
        Expr::new(ExprKind::Let(vec![(local, init)], Box::new(body)), span)
    }

    fn named_let(&mut self, parts: &[&Datum], span: Span) -> Expr {
        let bindings: Vec<Vec<&Datum>> = list(parts[2]).into_iter().map(list).collect();
        let args: Vec<Expr> = bindings.iter().map(|b| self.expr(b[1])).collect();
        self.scope.push(HashMap::new());
        let name = symbol(parts[1]);
        let local = self.bind(name);
        let formals = Datum::list(bindings.iter().map(|b| b[0].clone()).collect(), span);
        let lambda = self.lambda(Some(name), &formals, &parts[3..], span);
        self.scope.pop();
        let callee = Box::new(Expr::new(ExprKind::Local(local), span));
        let call = Expr::new(ExprKind::Call(callee, args), span);
        let lambda = Expr::new(ExprKind::Lambda(Box::new(lambda)), span);
        Expr::new(
            ExprKind::Letrec(vec![(local, lambda)], Box::new(call)),
            span,
        )
    }

    fn letrec(&mut self, parts: &[&Datum], span: Span) -> Expr {
        let bindings: Vec<Vec<&Datum>> = list(parts[1]).into_iter().map(list).collect();
        self.scope.push(HashMap::new());
        let locals: Vec<LocalId> = bindings.iter().map(|b| self.bind(symbol(b[0]))).collect();
        let inits = bindings
            .iter()
            .map(|b| self.named(b[0].as_symbol(), b[1]))
            .collect::<Vec<_>>();
        let body = self.body(&parts[2..], span);
        self.scope.pop();
        Expr::new(
            ExprKind::Letrec(locals.into_iter().zip(inits).collect(), Box::new(body)),
            span,
        )
    }

    /// `(receive formals producer body ...)`
    fn receive(&mut self, parts: &[&Datum], span: Span) -> Expr {
        let producer = self.boxed(parts[2]);
        self.scope.push(HashMap::new());
        let formals = self.formals(parts[1]);
        let body = self.body(&parts[3..], span);
        self.scope.pop();
        Expr::new(
            ExprKind::CallWithValues(producer, Box::new(formals), Box::new(body)),
            span,
        )
    }

    fn constant(&self, value: bool, span: Span) -> Expr {
        Expr::new(ExprKind::Quote(Datum::boolean(value, span)), span)
    }

    fn and(&mut self, parts: &[&Datum], span: Span) -> Expr {
        match parts {
            [] => self.constant(true, span),
            [last] => self.expr(last),
            [first, rest @ ..] => {
                let (first, rest) = (self.boxed(first), self.and(rest, span));
                let no = self.constant(false, span);
                Expr::new(ExprKind::If(first, Box::new(rest), Box::new(no)), span)
            }
        }
    }

    fn or(&mut self, parts: &[&Datum], span: Span) -> Expr {
        match parts {
            [] => self.constant(false, span),
            [last] => self.expr(last),
            [first, rest @ ..] => {
                let first = self.expr(first);
                let t = self.new_local(Symbol::intern("t"));
                let rest = Box::new(self.or(rest, span));
                let read = || Box::new(Expr::new(ExprKind::Local(t), span));
                let test = Expr::new(ExprKind::If(read(), read(), rest), span);
                Expr::new(ExprKind::Let(vec![(t, first)], Box::new(test)), span)
            }
        }
    }

    fn cond(&mut self, clauses: &[&Datum], span: Span) -> Expr {
        let Some((first, rest)) = clauses.split_first() else {
            return self.sequence(&[], span);
        };
        let parts = list(first);
        if parts[0].is_symbol("else") {
            return self.sequence(&parts[1..], span);
        }
        let (test, then) = (self.boxed(parts[0]), self.sequence(&parts[1..], span));
        Expr::new(
            ExprKind::If(test, Box::new(then), Box::new(self.cond(rest, span))),
            span,
        )
    }

    fn when(&mut self, parts: &[&Datum], positive: bool, span: Span) -> Expr {
        let (test, body, none) = (
            self.boxed(parts[1]),
            self.sequence(&parts[2..], span),
            self.sequence(&[], span),
        );
        let (yes, no) = if positive { (body, none) } else { (none, body) };
        Expr::new(ExprKind::If(test, Box::new(yes), Box::new(no)), span)
    }
}
