//! Core as text, for people and tests.
//!
//! A local is `name.N` (with `!` when it is assigned), a variable of another unit
//! `unit#name`, a primitive `%name` or `%%name`, a variable to be found later `?name`.

use crate::core::{
    Expr, ExprKind, Formals, Global, GlobalId, GlobalKind, Lambda, LocalId, Mode, Module,
};
use termite_syntax::{DatumKind, write_datum};

const WIDTH: usize = 90;

/// The whole unit.
pub fn module_to_string(module: &Module) -> String {
    let printer = Printer { module };
    let mode = match module.mode {
        Mode::Library => "library",
        Mode::Script => "script",
        Mode::Repl => "repl",
    };
    let mut out = format!("{mode} {}\n", module.name);
    for (name, global) in &module.exports {
        out.push_str(&format!("export {name} = {}\n", printer.global(*global)));
    }
    for global in &module.globals {
        out.push_str(&printer.notes(global));
    }
    for expr in &module.body {
        printer.expr(expr).write(0, &mut out);
        out.push('\n');
    }
    out
}

/// Text laid out in lists.
enum Layout {
    Atom(String),
    List(Vec<Layout>),
}

impl Layout {
    fn atom(text: impl Into<String>) -> Layout {
        Layout::Atom(text.into())
    }

    fn flat(&self) -> String {
        match self {
            Layout::Atom(text) => text.clone(),
            Layout::List(items) => {
                let items: Vec<String> = items.iter().map(Layout::flat).collect();
                format!("({})", items.join(" "))
            }
        }
    }

    fn fits(&self, room: usize) -> bool {
        self.measure(room).is_some()
    }

    /// What is left of the room, if it fits.
    fn measure(&self, room: usize) -> Option<usize> {
        match self {
            Layout::Atom(text) => room.checked_sub(text.chars().count()),
            Layout::List(items) => {
                let mut room = room.checked_sub(1)?;
                for item in items {
                    room = item.measure(room)?.checked_sub(1)?;
                }
                Some(room)
            }
        }
    }

    fn write(&self, indent: usize, out: &mut String) {
        let Layout::List(items) = self else {
            out.push_str(&self.flat());
            return;
        };
        if self.fits(WIDTH.saturating_sub(indent)) {
            out.push_str(&self.flat());
            return;
        }
        out.push('(');
        for (index, item) in items.iter().enumerate() {
            match index {
                0 => item.write(indent + 1, out),
                1 if matches!(items[0], Layout::Atom(_)) && item.fits(WIDTH / 2) => {
                    out.push(' ');
                    out.push_str(&item.flat());
                }
                _ => {
                    out.push('\n');
                    out.push_str(&" ".repeat(indent + 2));
                    item.write(indent + 2, out);
                }
            }
        }
        out.push(')');
    }
}

struct Printer<'m> {
    module: &'m Module,
}

impl Printer<'_> {
    /// What is remarkable about a variable of the unit.
    fn notes(&self, global: &Global) -> String {
        let mut notes = String::new();
        if matches!(global.kind, GlobalKind::Own | GlobalKind::Late) {
            if global.definitions > 1 {
                notes.push_str(&format!(" defined {} times", global.definitions));
            }
            if global.assigned {
                notes.push_str(" assigned");
            }
        }
        if notes.is_empty() {
            notes
        } else {
            format!("note {}:{notes}\n", self.name(global))
        }
    }

    fn global(&self, id: GlobalId) -> String {
        match self.module.globals.get(id.0 as usize) {
            Some(global) => self.name(global),
            None => format!("<no global {}>", id.0),
        }
    }

    fn name(&self, global: &Global) -> String {
        match &global.kind {
            GlobalKind::Own => global.name.to_string(),
            GlobalKind::Import { unit, name } => format!("{unit}#{name}"),
            GlobalKind::Primitive(name) => format!("%{name}"),
            GlobalKind::Late => format!("?{}", global.name),
        }
    }

    fn local(&self, id: LocalId) -> String {
        match self.module.locals.get(id.0 as usize) {
            Some(local) => format!(
                "{}.{}{}",
                local.name,
                id.0,
                if local.assigned { "!" } else { "" }
            ),
            None => format!("<no local {}>", id.0),
        }
    }

    fn form(&self, keyword: &str, parts: Vec<Layout>) -> Layout {
        Layout::List(
            std::iter::once(Layout::atom(keyword))
                .chain(parts)
                .collect(),
        )
    }

    fn expr(&self, expr: &Expr) -> Layout {
        match &expr.kind {
            ExprKind::Quote(datum) => match datum.kind {
                DatumKind::Symbol(_)
                | DatumKind::Null
                | DatumKind::Pair(_)
                | DatumKind::Vector(_)
                | DatumKind::LabelDef(_)
                | DatumKind::LabelRef(_) => Layout::atom(format!("'{}", write_datum(datum))),
                DatumKind::Bool(_)
                | DatumKind::Char(_)
                | DatumKind::Number(_)
                | DatumKind::String(_)
                | DatumKind::Bytevector(_)
                | DatumKind::Special(_) => Layout::atom(write_datum(datum)),
            },
            ExprKind::Local(id) => Layout::atom(self.local(*id)),
            ExprKind::Global(id) => Layout::atom(self.global(*id)),
            ExprKind::SetLocal(id, value) => self.set(self.local(*id), value),
            ExprKind::SetGlobal(id, value) => self.set(self.global(*id), value),
            ExprKind::DefineGlobal(id, value) => self.form(
                "define",
                vec![Layout::atom(self.global(*id)), self.expr(value)],
            ),
            ExprKind::If(test, then, otherwise) => {
                self.form("if", self.exprs([test, then, otherwise].map(|e| &**e)))
            }
            ExprKind::Lambda(lambda) => self.lambda(lambda),
            ExprKind::CaseLambda(clauses) => self.form(
                "case-lambda",
                clauses.iter().map(|clause| self.lambda(clause)).collect(),
            ),
            ExprKind::Seq(exprs) => self.form("begin", self.exprs(exprs)),
            ExprKind::Call(procedure, arguments) => {
                Layout::List(self.exprs(std::iter::once(&**procedure).chain(arguments)))
            }
            ExprKind::Let(bindings, body) => self.binding_form("let", bindings, body),
            ExprKind::Letrec(bindings, body) => self.binding_form("letrec*", bindings, body),
            ExprKind::CallWithValues(producer, formals, body) => {
                let parts = vec![self.formals(formals), self.expr(producer), self.expr(body)];
                self.form("receive", parts)
            }
        }
    }

    fn exprs<'e>(&self, exprs: impl IntoIterator<Item = &'e Expr>) -> Vec<Layout> {
        exprs.into_iter().map(|expr| self.expr(expr)).collect()
    }

    fn set(&self, target: String, value: &Expr) -> Layout {
        self.form("set!", vec![Layout::atom(target), self.expr(value)])
    }

    fn binding_form(&self, keyword: &str, bindings: &[(LocalId, Expr)], body: &Expr) -> Layout {
        let binding = |(local, init): &(LocalId, Expr)| {
            Layout::List(vec![Layout::atom(self.local(*local)), self.expr(init)])
        };
        let bindings = Layout::List(bindings.iter().map(binding).collect());
        self.form(keyword, vec![bindings, self.expr(body)])
    }

    fn lambda(&self, lambda: &Lambda) -> Layout {
        let keyword = match lambda.name {
            Some(name) => format!("lambda:{name}"),
            None => "lambda".to_string(),
        };
        self.form(
            &keyword,
            vec![self.formals(&lambda.formals), self.expr(&lambda.body)],
        )
    }

    fn formals(&self, formals: &Formals) -> Layout {
        let mut items: Vec<Layout> = formals
            .required
            .iter()
            .map(|id| Layout::atom(self.local(*id)))
            .collect();
        if !formals.optional.is_empty() {
            items.push(Layout::atom("#!optional"));
            items.extend(
                formals
                    .optional
                    .iter()
                    .map(|id| Layout::atom(self.local(*id))),
            );
        }
        if let Some(rest) = formals.rest {
            items.push(Layout::atom("."));
            items.push(Layout::atom(self.local(rest)));
        }
        Layout::List(items)
    }
}
