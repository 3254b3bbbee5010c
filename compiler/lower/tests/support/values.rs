//! Values of the reference evaluator.

use std::cell::RefCell;
use std::rc::Rc;
use termite_ir::CpId;

#[derive(Clone)]
pub enum V {
    Fixnum(i64),
    Flonum(f64),
    Imm(termite_ir::Immediate),
    Symbol(Rc<str>),
    String(Rc<str>),
    Pair(Rc<RefCell<(V, V)>>),
    Vector(Rc<RefCell<Vec<V>>>),
    Record(Rc<RefCell<Vec<V>>>),
    Box(Rc<RefCell<V>>),
    Closure(Rc<Closure>),
    Prim(&'static super::prims::Prim),
    Frame(Option<Rc<Frame>>),
    /// Stands in a hole.
    Hole,
}

pub struct Closure {
    pub unit: usize,
    pub cp: CpId,
    pub free: RefCell<Vec<V>>,
}

pub struct Frame {
    pub unit: usize,
    pub ret: CpId,
    pub live: Vec<V>,
    pub parent: Option<Rc<Frame>>,
}

/// Long chains are taken apart in a loop.
impl Drop for Frame {
    fn drop(&mut self) {
        let mut parent = self.parent.take();
        while let Some(frame) = parent {
            parent = Rc::try_unwrap(frame).ok().and_then(|mut f| f.parent.take());
        }
    }
}

pub const FALSE: V = V::Imm(termite_ir::Immediate::False);
pub const TRUE: V = V::Imm(termite_ir::Immediate::True);
pub const NULL: V = V::Imm(termite_ir::Immediate::Null);
pub const VOID: V = V::Imm(termite_ir::Immediate::Void);

pub fn boolean(b: bool) -> V {
    if b { TRUE } else { FALSE }
}

pub fn cons(a: V, b: V) -> V {
    V::Pair(Rc::new(RefCell::new((a, b))))
}

pub fn list(items: &[V]) -> V {
    items
        .iter()
        .rev()
        .fold(NULL, |tail, item| cons(item.clone(), tail))
}

impl V {
    pub fn is_true(&self) -> bool {
        !matches!(self, V::Imm(termite_ir::Immediate::False))
    }

    pub fn is_null(&self) -> bool {
        matches!(self, V::Imm(termite_ir::Immediate::Null))
    }

    pub fn is_procedure(&self) -> bool {
        matches!(self, V::Closure(_) | V::Prim(_))
    }

    /// `None` for an improper list.
    pub fn items(&self) -> Option<Vec<V>> {
        let mut items = Vec::new();
        let mut at = self.clone();
        loop {
            at = match &at {
                V::Pair(p) => {
                    items.push(p.borrow().0.clone());
                    p.borrow().1.clone()
                }
                other => return other.is_null().then_some(items),
            };
        }
    }

    pub fn eq(&self, other: &V) -> bool {
        match (self, other) {
            (V::Fixnum(a), V::Fixnum(b)) => a == b,
            (V::Imm(a), V::Imm(b)) => a == b,
            (V::Symbol(a), V::Symbol(b)) => a == b,
            (V::String(a), V::String(b)) => Rc::ptr_eq(a, b),
            (V::Pair(a), V::Pair(b)) => Rc::ptr_eq(a, b),
            (V::Vector(a), V::Vector(b)) | (V::Record(a), V::Record(b)) => Rc::ptr_eq(a, b),
            (V::Closure(a), V::Closure(b)) => {
                Rc::ptr_eq(a, b) || a.unit == b.unit && a.cp == b.cp && a.free.borrow().is_empty()
            }
            (V::Prim(a), V::Prim(b)) => a.name == b.name,
            _ => false,
        }
    }

    pub fn equal(&self, other: &V) -> bool {
        match (self, other) {
            (V::Pair(a), V::Pair(b)) => {
                let (a, b) = (a.borrow(), b.borrow());
                a.0.equal(&b.0) && a.1.equal(&b.1)
            }
            (V::Vector(a), V::Vector(b)) => {
                a.borrow().len() == b.borrow().len()
                    && a.borrow()
                        .iter()
                        .zip(b.borrow().iter())
                        .all(|(a, b)| a.equal(b))
            }
            (V::String(a), V::String(b)) => a == b,
            (V::Flonum(a), V::Flonum(b)) => a.to_bits() == b.to_bits(),
            _ => self.eq(other),
        }
    }

    pub fn show(&self) -> String {
        let mut out = String::new();
        self.write(&mut out);
        out
    }

    /// What is shared may be huge when written: it ends after some text.
    fn write(&self, out: &mut String) {
        if out.len() > 2000 {
            return;
        }
        match self {
            V::Fixnum(n) => out.push_str(&n.to_string()),
            V::Flonum(x) => out.push_str(&format!("{x:?}")),
            V::Imm(termite_ir::Immediate::Null) => out.push_str("()"),
            V::Imm(i) => out.push_str(&i.to_string()),
            V::Symbol(s) | V::String(s) => out.push_str(s),
            V::Pair(_) => self.write_list(out),
            V::Vector(items) => {
                out.push_str("#(");
                write_items(&items.borrow(), out);
                out.push(')');
            }
            V::Record(fields) => {
                out.push_str("#<record ");
                write_items(&fields.borrow()[1..], out);
                out.push('>');
            }
            V::Box(_) => out.push_str("#<BOX>"),
            V::Closure(_) | V::Prim(_) => out.push_str("#<procedure>"),
            V::Frame(_) => out.push_str("#<frame>"),
            V::Hole => out.push_str("#<HOLE>"),
        }
    }

    fn write_list(&self, out: &mut String) {
        let mut at = self.clone();
        let mut between = "(";
        while out.len() < 2000 {
            at = match &at {
                V::Pair(p) => {
                    out.push_str(between);
                    between = " ";
                    p.borrow().0.write(out);
                    p.borrow().1.clone()
                }
                V::Imm(termite_ir::Immediate::Null) => break,
                other => {
                    out.push_str(" . ");
                    other.write(out);
                    break;
                }
            };
        }
        out.push(')');
    }
}

fn write_items(items: &[V], out: &mut String) {
    for (i, item) in items.iter().enumerate() {
        out.push_str(if i > 0 { " " } else { "" });
        item.write(out);
    }
}
