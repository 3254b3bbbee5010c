//! A small evaluator of core, so that tests can look at what programs mean.

use super::primitives::{self, Primitive};
use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;
use termite_expand::core::*;
use termite_syntax::{Datum, DatumKind, Span, Special, Symbol, write_datum};

#[derive(Clone)]
pub enum Value {
    /// Everything without parts.
    Constant(Datum),
    Pair(Rc<(Value, Value)>),
    Vector(Rc<Vec<Value>>),
    Primitive(&'static str, (usize, Primitive)),
    /// A primitive that the machine handles.
    Control(Symbol),
    Closure(Rc<Closure>),
    Values(Rc<Vec<Value>>),
    RecordType(Rc<String>),
    Record(Rc<Vec<RefCell<Value>>>),
    Parameter(Rc<RefCell<Value>>),
    Promise(Rc<RefCell<Promise>>),
}

pub struct Promise {
    thunk: Option<Value>,
    value: Option<Value>,
    lazy: bool,
}

pub struct Closure {
    clauses: Vec<Lambda>,
    scope: Scope,
    unit: Rc<Unit>,
}

#[derive(Debug)]
pub enum Fault {
    Raised(Value),
    Broken(String),
}

impl std::fmt::Debug for Value {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str(&self.show())
    }
}

impl From<Fault> for String {
    fn from(fault: Fault) -> String {
        match fault {
            Fault::Raised(value) => format!("raised {}", value.show()),
            Fault::Broken(text) => text,
        }
    }
}

type Cell = Rc<RefCell<Option<Value>>>;

/// Local variables by number.
type Scope = Option<Rc<Frame>>;

struct Frame {
    local: LocalId,
    cell: Cell,
    outer: Scope,
}

pub struct Unit {
    module: Module,
    globals: Vec<Cell>,
}

#[derive(Default)]
pub struct Machine {
    units: HashMap<String, HashMap<Symbol, Cell>>,
    late: HashMap<Symbol, Cell>,
    pub output: String,
    /// Calls that have not returned.
    depth: u32,
}

/// A program that recurses deeper is taken for an endless one.
const DEEPEST: u32 = 5_000;

type Outcome = Result<Value, Fault>;

impl Value {
    pub fn pair(car: Value, cdr: Value) -> Value {
        Value::Pair(Rc::new((car, cdr)))
    }

    pub fn void() -> Value {
        Value::Constant(Datum::special(Special::Void, Span::NONE))
    }

    pub fn is_true(&self) -> bool {
        !matches!(
            self,
            Value::Constant(Datum {
                kind: DatumKind::Bool(false),
                ..
            })
        )
    }

    pub fn is_null(&self) -> bool {
        matches!(self, Value::Constant(datum) if datum.is_null())
    }

    pub fn as_pair(&self) -> Option<&(Value, Value)> {
        match self {
            Value::Pair(pair) => Some(pair),
            _ => None,
        }
    }

    pub fn same(&self, other: &Value) -> bool {
        match (self, other) {
            (Value::Constant(a), Value::Constant(b)) => a == b,
            (Value::Pair(a), Value::Pair(b)) => Rc::ptr_eq(a, b),
            (Value::Closure(a), Value::Closure(b)) => Rc::ptr_eq(a, b),
            (Value::RecordType(a), Value::RecordType(b)) => Rc::ptr_eq(a, b),
            (Value::Record(a), Value::Record(b)) => Rc::ptr_eq(a, b),
            (Value::Primitive(a, _), Value::Primitive(b, _)) => a == b,
            (Value::Control(a), Value::Control(b)) => a == b,
            _ => false,
        }
    }

    fn from_datum(datum: &Datum) -> Value {
        match &datum.kind {
            DatumKind::Pair(pair) => {
                Value::pair(Value::from_datum(&pair.car), Value::from_datum(&pair.cdr))
            }
            DatumKind::Vector(items) => {
                Value::Vector(Rc::new(items.iter().map(Value::from_datum).collect()))
            }
            _ => Value::Constant(datum.clone()),
        }
    }

    fn to_datum(&self) -> Result<Datum, String> {
        match self {
            Value::Constant(datum) => Ok(datum.clone()),
            Value::Pair(pair) => Ok(Datum::cons(
                pair.0.to_datum()?,
                pair.1.to_datum()?,
                Span::NONE,
            )),
            Value::Vector(items) => {
                let items = items
                    .iter()
                    .map(Value::to_datum)
                    .collect::<Result<Vec<_>, _>>()?;
                Ok(Datum::vector(items, Span::NONE))
            }
            other => Err(format!("{} is no datum", other.show())),
        }
    }

    pub fn show(&self) -> String {
        match self {
            Value::Closure(closure) => match closure.clauses[0].name {
                Some(name) => format!("#<procedure {name}>"),
                None => "#<procedure>".to_string(),
            },
            Value::Primitive(name, _) => format!("#<primitive {name}>"),
            Value::Control(name) => format!("#<primitive {name}>"),
            Value::Values(values) => values
                .iter()
                .map(Value::show)
                .collect::<Vec<_>>()
                .join(" & "),
            Value::RecordType(name) => format!("#<type {name}>"),
            Value::Record(fields) => {
                let fields: Vec<String> =
                    fields.iter().map(|field| field.borrow().show()).collect();
                format!("#<record {}>", fields.join(" "))
            }
            Value::Parameter(_) => "#<parameter>".to_string(),
            Value::Promise(_) => "#<promise>".to_string(),
            Value::Pair(pair) => {
                let mut text = format!("({}", pair.0.show());
                let mut rest = &pair.1;
                while let Value::Pair(next) = rest {
                    text.push_str(&format!(" {}", next.0.show()));
                    rest = &next.1;
                }
                let end = if rest.is_null() {
                    String::new()
                } else {
                    format!(" . {}", rest.show())
                };
                format!("{text}{end})")
            }
            Value::Vector(items) => {
                format!(
                    "#({})",
                    items.iter().map(Value::show).collect::<Vec<_>>().join(" ")
                )
            }
            Value::Constant(datum) => write_datum(datum),
        }
    }
}

pub fn list_of(items: &[Value]) -> Value {
    let end = Value::Constant(Datum::null(Span::NONE));
    items
        .iter()
        .rev()
        .fold(end, |rest, item| Value::pair(item.clone(), rest))
}

pub fn list_values(list: &Value) -> Result<Vec<Value>, Fault> {
    let mut items = Vec::new();
    let mut rest = list.clone();
    while let Value::Pair(pair) = rest {
        items.push(pair.0.clone());
        rest = pair.1.clone();
    }
    if rest.is_null() {
        Ok(items)
    } else {
        broken("not a list")
    }
}

fn broken<T>(text: impl Into<String>) -> Result<T, Fault> {
    Err(Fault::Broken(text.into()))
}

fn extend(scope: &Scope, local: LocalId, value: Option<Value>) -> Scope {
    Some(Rc::new(Frame {
        local,
        cell: Rc::new(RefCell::new(value)),
        outer: scope.clone(),
    }))
}

fn find(scope: &Scope, local: LocalId) -> Result<Cell, Fault> {
    let mut scope = scope;
    while let Some(frame) = scope {
        if frame.local == local {
            return Ok(frame.cell.clone());
        }
        scope = &frame.outer;
    }
    broken(format!("local {} is not in scope", local.0))
}

impl Machine {
    /// Runs a unit; gives the values of its expressions.
    pub fn run(&mut self, module: &Module) -> Result<Vec<Value>, String> {
        let globals = module
            .globals
            .iter()
            .map(|global| self.global(global))
            .collect();
        let unit = Rc::new(Unit {
            module: module.clone(),
            globals,
        });
        let exported = module
            .exports
            .iter()
            .map(|(name, id)| (*name, unit.globals[id.0 as usize].clone()));
        let exported = exported.collect();
        self.units.insert(module.name.clone(), exported);
        let mut values = Vec::new();
        for expr in &module.body {
            values.push(self.eval(expr, &None, &unit)?);
        }
        Ok(values)
    }

    pub fn apply_macro(&mut self, module: &Module, arguments: &Datum) -> Result<Datum, String> {
        let procedure = self.run(module)?.pop().ok_or("no procedure")?;
        let arguments = list_values(&Value::from_datum(arguments))?;
        self.apply(&procedure, arguments)?.to_datum()
    }

    fn global(&mut self, global: &Global) -> Cell {
        let value = match &global.kind {
            GlobalKind::Own => None,
            GlobalKind::Late => return self.late.entry(global.name).or_default().clone(),
            GlobalKind::Import { unit, name } if unit == RUNTIME_UNIT => {
                Some(Value::Control(*name))
            }
            GlobalKind::Import { unit, name } => {
                return self
                    .units
                    .get(unit)
                    .and_then(|unit| unit.get(name))
                    .cloned()
                    .unwrap_or_default();
            }
            GlobalKind::Primitive(name) => Some(match primitives::find(name.as_str()) {
                Some(primitive) => Value::Primitive(name.as_str(), primitive),
                None => Value::Control(*name),
            }),
        };
        Rc::new(RefCell::new(value))
    }

    fn eval(&mut self, expr: &Expr, scope: &Scope, unit: &Rc<Unit>) -> Outcome {
        match &expr.kind {
            ExprKind::Quote(datum) => Ok(Value::from_datum(datum)),
            ExprKind::Local(id) => read(&find(scope, *id)?, || {
                unit.module.locals[id.0 as usize].name
            }),
            ExprKind::Global(id) => read(&unit.globals[id.0 as usize], || {
                unit.module.globals[id.0 as usize].name
            }),
            ExprKind::SetLocal(id, value) => {
                assert!(unit.module.locals[id.0 as usize].assigned);
                self.assign(&find(scope, *id)?, value, scope, unit)
            }
            ExprKind::SetGlobal(id, value) => {
                assert!(unit.module.globals[id.0 as usize].assigned);
                self.assign(&unit.globals[id.0 as usize].clone(), value, scope, unit)
            }
            ExprKind::DefineGlobal(id, value) => {
                assert!(unit.module.globals[id.0 as usize].definitions > 0);
                self.assign(&unit.globals[id.0 as usize].clone(), value, scope, unit)
            }
            ExprKind::If(test, then, otherwise) => {
                let chosen = if self.eval(test, scope, unit)?.is_true() {
                    then
                } else {
                    otherwise
                };
                self.eval(chosen, scope, unit)
            }
            ExprKind::Lambda(lambda) => Ok(closure(vec![(**lambda).clone()], scope, unit)),
            ExprKind::CaseLambda(clauses) => Ok(closure(clauses.clone(), scope, unit)),
            ExprKind::Seq(exprs) => {
                let (last, others) = exprs.split_last().unwrap();
                for expr in others {
                    self.eval(expr, scope, unit)?;
                }
                self.eval(last, scope, unit)
            }
            ExprKind::Call(procedure, arguments) => {
                let procedure = self.eval(procedure, scope, unit)?;
                let arguments = self.eval_all(arguments, scope, unit)?;
                self.apply(&procedure, arguments)
            }
            ExprKind::Let(bindings, body) => {
                let mut inner = scope.clone();
                for (local, init) in bindings {
                    inner = extend(&inner, *local, Some(self.eval(init, scope, unit)?));
                }
                self.eval(body, &inner, unit)
            }
            ExprKind::Letrec(bindings, body) => {
                let inner = bindings.iter().fold(scope.clone(), |scope, (local, _)| {
                    extend(&scope, *local, None)
                });
                for (local, init) in bindings {
                    let value = self.eval(init, &inner, unit)?;
                    *find(&inner, *local)?.borrow_mut() = Some(value);
                }
                self.eval(body, &inner, unit)
            }
            ExprKind::CallWithValues(producer, formals, body) => {
                let values = match self.eval(producer, scope, unit)? {
                    Value::Values(values) => values.to_vec(),
                    value => vec![value],
                };
                match bind(formals, values, scope) {
                    Some(inner) => self.eval(body, &inner, unit),
                    None => broken("wrong number of values"),
                }
            }
        }
    }

    fn eval_all(
        &mut self,
        exprs: &[Expr],
        scope: &Scope,
        unit: &Rc<Unit>,
    ) -> Result<Vec<Value>, Fault> {
        exprs
            .iter()
            .map(|expr| self.eval(expr, scope, unit))
            .collect()
    }

    fn assign(&mut self, cell: &Cell, value: &Expr, scope: &Scope, unit: &Rc<Unit>) -> Outcome {
        let value = self.eval(value, scope, unit)?;
        *cell.borrow_mut() = Some(value);
        Ok(Value::void())
    }

    fn apply(&mut self, procedure: &Value, arguments: Vec<Value>) -> Outcome {
        if self.depth == DEEPEST {
            return broken("recursion without end");
        }
        self.depth += 1;
        let outcome = self.call(procedure, arguments);
        self.depth -= 1;
        outcome
    }

    fn call(&mut self, procedure: &Value, arguments: Vec<Value>) -> Outcome {
        match procedure {
            Value::Primitive(name, (least, _)) if arguments.len() < *least => {
                broken(format!("{name}: too few arguments"))
            }
            Value::Primitive(_, (_, primitive)) => primitive(&arguments),
            Value::Control(name) => self.control(name.as_str(), arguments),
            Value::Parameter(value) => Ok(value.borrow().clone()),
            Value::Closure(closure) => {
                for lambda in &closure.clauses {
                    if let Some(scope) = bind(&lambda.formals, arguments.clone(), &closure.scope) {
                        return self.eval(&lambda.body, &scope, &closure.unit);
                    }
                }
                broken(format!(
                    "{} takes another number of arguments",
                    procedure.show()
                ))
            }
            other => broken(format!("{} is not a procedure", other.show())),
        }
    }

    fn control(&mut self, name: &str, mut arguments: Vec<Value>) -> Outcome {
        match (name, arguments.as_slice()) {
            ("values", [value]) => Ok(value.clone()),
            ("values", _) => Ok(Value::Values(Rc::new(arguments))),
            ("call-with-values", [producer, consumer]) => {
                let values = match self.apply(producer, Vec::new())? {
                    Value::Values(values) => values.to_vec(),
                    value => vec![value],
                };
                self.apply(consumer, values)
            }
            ("apply", [procedure, ..]) => {
                let procedure = procedure.clone();
                let last = list_values(&arguments.pop().unwrap())?;
                let operands = arguments.into_iter().skip(1).chain(last).collect();
                self.apply(&procedure, operands)
            }
            ("map" | "for-each", [procedure, lists @ ..]) => {
                let lists = lists
                    .iter()
                    .map(list_values)
                    .collect::<Result<Vec<_>, _>>()?;
                let shortest = lists.iter().map(Vec::len).min().unwrap_or(0);
                let mut results = Vec::new();
                for i in 0..shortest {
                    results.push(self.apply(
                        procedure,
                        lists.iter().map(|list| list[i].clone()).collect(),
                    )?);
                }
                Ok(list_of(&results))
            }
            ("display", [value, ..]) => {
                self.output.push_str(&value.show());
                Ok(Value::void())
            }
            ("raise", [value]) => Err(Fault::Raised(value.clone())),
            ("make-parameter", [value, ..]) => {
                Ok(Value::Parameter(Rc::new(RefCell::new(value.clone()))))
            }
            ("%guard", [thunk, handler]) => match self.apply(thunk, Vec::new()) {
                Err(Fault::Raised(value)) => {
                    let again: Primitive = |_| broken("reraised");
                    self.apply(
                        handler,
                        vec![value, Value::Primitive("reraise", (0, again))],
                    )
                }
                outcome => outcome,
            },
            ("%parameterize", [parameters, values, thunk]) => {
                self.parameterize(parameters, values, thunk)
            }
            ("%make-delayed" | "%make-lazy", [thunk]) => {
                let lazy = name == "%make-lazy";
                let promise = Promise {
                    thunk: Some(thunk.clone()),
                    value: None,
                    lazy,
                };
                Ok(Value::Promise(Rc::new(RefCell::new(promise))))
            }
            ("%force", [promise]) => self.force(promise),
            ("%assertion-failed", _) => Err(Fault::Raised(list_of(&arguments))),
            _ => broken(format!("{name}: unknown, or wrong arguments")),
        }
    }

    fn parameterize(&mut self, parameters: &Value, values: &Value, thunk: &Value) -> Outcome {
        let (parameters, values) = (list_values(parameters)?, list_values(values)?);
        let swap = |values: Vec<Value>| -> Result<Vec<Value>, Fault> {
            let mut old = Vec::new();
            for (parameter, value) in parameters.iter().zip(values) {
                let Value::Parameter(cell) = parameter else {
                    return broken("not a parameter");
                };
                old.push(cell.replace(value));
            }
            Ok(old)
        };
        let old = swap(values)?;
        let outcome = self.apply(thunk, Vec::new());
        swap(old)?;
        outcome
    }

    fn force(&mut self, promise: &Value) -> Outcome {
        let Value::Promise(promise) = promise else {
            return Ok(promise.clone());
        };
        if let Some(value) = &promise.borrow().value {
            return Ok(value.clone());
        }
        let (thunk, lazy) = (
            promise.borrow().thunk.clone().unwrap(),
            promise.borrow().lazy,
        );
        let value = self.apply(&thunk, Vec::new())?;
        let value = if lazy { self.force(&value)? } else { value };
        promise.borrow_mut().value = Some(value.clone());
        Ok(value)
    }
}

fn read(cell: &Cell, name: impl Fn() -> Symbol) -> Outcome {
    match &*cell.borrow() {
        Some(value) => Ok(value.clone()),
        None => broken(format!("{} has no value yet", name())),
    }
}

fn closure(clauses: Vec<Lambda>, scope: &Scope, unit: &Rc<Unit>) -> Value {
    Value::Closure(Rc::new(Closure {
        clauses,
        scope: scope.clone(),
        unit: unit.clone(),
    }))
}

fn bind(formals: &Formals, values: Vec<Value>, scope: &Scope) -> Option<Scope> {
    let Formals {
        required,
        optional,
        rest,
    } = formals;
    let most = required.len() + optional.len();
    if values.len() < required.len() || (values.len() > most && rest.is_none()) {
        return None;
    }
    let mut scope = scope.clone();
    let mut values = values.into_iter();
    for local in required.iter().chain(optional) {
        let absent = || Value::Constant(Datum::special(Special::Default, Span::NONE));
        scope = extend(&scope, *local, Some(values.next().unwrap_or_else(absent)));
    }
    if let Some(rest) = rest {
        scope = extend(&scope, *rest, Some(list_of(&values.collect::<Vec<_>>())));
    }
    Some(scope)
}
