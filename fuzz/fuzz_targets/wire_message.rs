//! Any bytes as a message: see `harm::message` of the codec's tests.

#![no_main]

#[path = "../../runtime/wire/tests/support/mod.rs"]
mod support;

use libfuzzer_sys::fuzz_target;
use std::cell::RefCell;
use support::graphs::{Node, SMALL};
use termite_heap::HeapOptions;

thread_local! {
    static NODE: RefCell<Node> = RefCell::new(Node::new(HeapOptions { poison: false, ..SMALL }));
}

fuzz_target!(|data: &[u8]| {
    NODE.with_borrow_mut(|node| support::harm::message(node, data));
});
