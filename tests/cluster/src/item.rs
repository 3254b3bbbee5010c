//! What programs log, as data of the test's own.

use std::fmt;
use termite_abi::{Kind, Value};
use termite_heap::symbols::is_symbol;
use termite_heap::{is_kind, list_elements, string_to_rust, symbol_name};
use termite_vm::Node;

/// A process or a tag: who made it, and its number there.
pub type Identity = ([u8; 16], u64);

#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub enum Item {
    Symbol(String),
    Number(i64),
    Text(String),
    /// A pid or tag.
    Identity(Identity),
    List(Vec<Item>),
    Other(String),
}

impl Item {
    pub fn read(node: &Node, v: Value) -> Item {
        if is_symbol(v) {
            return Item::Symbol(symbol_name(v).to_string());
        }
        if v.is_fixnum() {
            return Item::Number(v.as_fixnum());
        }
        if is_kind(v, Kind::String) {
            return Item::Text(string_to_rust(v));
        }
        if let Some(identity) = node.identity(v) {
            return Item::Identity(identity);
        }
        if v.is_pair() || v == Value::NULL {
            return Item::List(list_elements(v).map(|e| Item::read(node, e)).collect());
        }
        Item::Other(format!("{v:?}"))
    }

    pub fn text(&self) -> &str {
        match self {
            Item::Symbol(s) | Item::Text(s) | Item::Other(s) => s,
            Item::Number(_) | Item::Identity(_) | Item::List(_) => "",
        }
    }

    pub fn number(&self) -> i64 {
        match self {
            Item::Number(n) => *n,
            _ => i64::MIN,
        }
    }
}

impl fmt::Display for Item {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Item::Symbol(s) | Item::Text(s) | Item::Other(s) => write!(f, "{s}"),
            Item::Number(n) => write!(f, "{n}"),
            Item::Identity(id) => write!(f, "{}", identity(id)),
            Item::List(items) => {
                let all: Vec<String> = items.iter().map(Item::to_string).collect();
                write!(f, "({})", all.join(" "))
            }
        }
    }
}

/// The name of a node's start: its place and which start it is.
pub fn start(incarnation: &[u8; 16]) -> String {
    format!("n{}.{}", incarnation[0], incarnation[1])
}

pub fn identity(id: &Identity) -> String {
    format!("{}#{}", start(&id.0), id.1)
}
