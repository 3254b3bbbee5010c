//! Chains are copied as such, whatever their length.

use super::{Node, SMALL};
use crate::snapshot::chain::Chain;
use termite_abi::Value;

#[test]
fn lists_of_any_length_are_chains() {
    let mut node = Node::new(SMALL);
    let numbers: Vec<Value> = (0..1100).map(Value::fixnum).collect();
    for length in 1..=numbers.len() {
        let list = node.heap.list(&numbers[..length]);
        // Alone, and as the last element of another list.
        let message = node.heap.list(&[Value::TRUE, list]);
        for root in [list, message] {
            let outcome = node.heap.copy_chain(root, &|_| false);
            let Chain::Copied(copy) = outcome else {
                panic!("{length} elements are no chain");
            };
            assert_ne!(copy, root);
        }
    }
}

#[test]
fn lists_that_go_round_are_none() {
    let mut node = Node::new(SMALL);
    for length in [1, 2, 3, 4, 7, 8, 1000, 1024] {
        let numbers: Vec<Value> = (0..length).map(Value::fixnum).collect();
        let list = node.heap.list(&numbers);
        let mut last = list;
        while crate::cdr(last).is_pair() {
            last = crate::cdr(last);
        }
        node.heap.set_cdr(last, list);
        let outcome = node.heap.copy_chain(list, &|_| false);
        assert!(matches!(outcome, Chain::Branches), "{length} elements");
    }
}
