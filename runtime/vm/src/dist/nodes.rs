//! The nodes that this one knows: what `Value::node` stands for.
//!
//! An entry is an address, a hint, with the incarnation that was last found there; or an
//! incarnation of which no address is known. An address has one entry for ever, so that
//! nodes are compared by `eq?`.

use crate::identity::Incarnation;
use rustc_hash::FxHashMap;

#[derive(Clone, PartialEq, Eq, Debug)]
pub struct NodeEntry {
    /// `None`: known by its incarnation alone.
    pub address: Option<(String, u16)>,
    pub incarnation: Option<Incarnation>,
}

pub struct Nodes {
    table: Vec<NodeEntry>,
    by_address: FxHashMap<(String, u16), u32>,
    own: u32,
}

/// What a host is called in the table: the names of this machine are one.
fn canonical(host: &str) -> String {
    match host {
        "" | "127.0.0.1" | "::1" | "[::1]" => "localhost".to_owned(),
        other => other.to_ascii_lowercase(),
    }
}

/// Whether two names of hosts are one in the table.
pub(super) fn is_same_host(a: &str, b: &str) -> bool {
    canonical(a) == canonical(b)
}

/// Entries that strangers can bring about.
const MOST: usize = 1 << 20;

impl Nodes {
    pub fn new(own: Incarnation) -> Nodes {
        Nodes {
            table: vec![NodeEntry {
                address: None,
                incarnation: Some(own),
            }],
            by_address: FxHashMap::default(),
            own: 0,
        }
    }

    /// The running node.
    pub fn own(&self) -> u32 {
        self.own
    }

    pub fn get(&self, index: u32) -> Option<&NodeEntry> {
        self.table.get(index as usize)
    }

    /// The entry of an address; `None` when there are too many.
    pub fn at(&mut self, host: &str, port: u16) -> Option<u32> {
        let key = (canonical(host), port);
        if let Some(&index) = self.by_address.get(&key) {
            return Some(index);
        }
        self.add(NodeEntry {
            address: Some(key),
            incarnation: None,
        })
    }

    fn add(&mut self, entry: NodeEntry) -> Option<u32> {
        if self.table.len() >= MOST {
            return None;
        }
        let index = self.table.len() as u32;
        if let Some(address) = &entry.address {
            self.by_address.insert(address.clone(), index);
        }
        self.table.push(entry);
        Some(index)
    }

    /// The first entry of an incarnation.
    pub fn find(&self, incarnation: &Incarnation) -> Option<u32> {
        if self.table[self.own as usize].incarnation.as_ref() == Some(incarnation) {
            return Some(self.own);
        }
        let same = |e: &NodeEntry| e.incarnation.as_ref() == Some(incarnation);
        self.table.iter().position(same).map(|i| i as u32)
    }

    /// An entry for an incarnation: its own, or that of the address where it was, unless
    /// somebody else is known to be there now.
    pub fn of(&mut self, incarnation: Incarnation, address: Option<(&str, u16)>) -> Option<u32> {
        if let Some(index) = self.find(&incarnation) {
            return Some(index);
        }
        let Some((host, port)) = address else {
            return self.add(NodeEntry {
                address: None,
                incarnation: Some(incarnation),
            });
        };
        let index = self.at(host, port)?;
        self.table[index as usize]
            .incarnation
            .get_or_insert(incarnation);
        Some(index)
    }

    /// This node listens there. What stood for it before still does.
    pub fn set_own(&mut self, host: &str, port: u16) {
        let incarnation = self.table[self.own as usize].incarnation;
        if let Some(index) = self.at(host, port) {
            self.own = index;
            self.table[index as usize].incarnation = incarnation;
        }
    }

    /// Whether an entry stands for the running node.
    pub fn is_own(&self, index: u32) -> bool {
        let own = self.table[self.own as usize].incarnation;
        index == self.own || self.get(index).is_some_and(|e| e.incarnation == own)
    }

    /// Who was found at an address.
    pub fn reached(&mut self, host: &str, port: u16, incarnation: Incarnation) {
        if let Some(index) = self.at(host, port) {
            self.table[index as usize].incarnation = Some(incarnation);
        }
    }

    /// The incarnation may be gone: who answers at its addresses is to be found out anew.
    pub fn lost(&mut self, incarnation: &Incarnation) {
        if self.table[self.own as usize].incarnation == Some(*incarnation) {
            return;
        }
        for entry in &mut self.table {
            if entry.address.is_some() && entry.incarnation == Some(*incarnation) {
                entry.incarnation = None;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_one_node_under_all_its_names() {
        let mut n = Nodes::new([0; 16]);
        let a = n.at("localhost", 3001);
        assert_eq!(a, n.at("127.0.0.1", 3001));
        assert_eq!(a, n.at("LOCALHOST", 3001));
        assert_ne!(a, n.at("localhost", 3002));
    }

    #[test]
    fn the_node_is_the_one_at_the_address_where_it_listens() {
        let mut n = Nodes::new([0; 16]);
        let before = n.at("localhost", 3001);
        n.set_own("127.0.0.1", 3001);
        assert_eq!(Some(n.own()), before);
        assert_eq!(n.find(&[0; 16]), before);
    }

    #[test]
    fn another_start_may_answer_at_an_address() {
        let mut n = Nodes::new([0; 16]);
        n.reached("a", 1, [1; 16]);
        n.lost(&[1; 16]);
        assert_eq!(n.find(&[1; 16]), None);
        n.reached("a", 1, [2; 16]);
        assert_eq!(n.find(&[2; 16]), n.at("a", 1));
    }
}
