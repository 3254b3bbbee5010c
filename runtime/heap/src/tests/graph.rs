//! The property test: random graphs against a model in Rust.
//!
//! The model has the same nodes, referring to each other by index. Every value in use is
//! reached anew from the roots, along the model and the heap at once, so the test holds
//! no stale value itself. After each collection the whole graph is compared, identity
//! included, and the heap is verified.

use super::{MOST_WORDS, Node, Random, SMALL};
use crate::object::*;
use crate::{Collection, HeapOptions, Outcome, string_chars};
use std::collections::HashMap;
use termite_abi::Value;
use termite_abi::object::Kind;

#[derive(Clone, Copy, PartialEq, Debug)]
enum Link {
    Number(i64),
    To(usize),
}

#[derive(Clone, PartialEq, Debug)]
enum Shape {
    Pair,
    Flonum(f64),
    Words(Kind),
    Bytes(Vec<u8>),
    Bignum(bool, Vec<u64>),
    Text(Vec<char>),
    Closure,
    Frame,
}

#[derive(Clone, Debug)]
struct Model {
    shape: Shape,
    links: Vec<Link>,
}

struct World {
    node: Node,
    roots: Vec<Value>,
    model_roots: Vec<Link>,
    models: Vec<Model>,
    random: Random,
}

/// Root slots.
const ROOTS: usize = 24;

impl World {
    fn new(seed: u64, options: HeapOptions) -> World {
        World {
            node: Node::new(options),
            roots: vec![Value::fixnum(0); ROOTS],
            model_roots: vec![Link::Number(0); ROOTS],
            models: Vec::new(),
            random: Random(seed),
        }
    }

    /// Something reachable: a random walk from a random root.
    fn pick(&mut self) -> (Link, Value) {
        let root = self.random.below(ROOTS);
        let (mut link, mut value) = (self.model_roots[root], self.roots[root]);
        for _ in 0..self.random.below(8) {
            let Link::To(id) = link else { break };
            let links = &self.models[id].links;
            if links.is_empty() {
                break;
            }
            let index = self.random.below(links.len());
            (link, value) = (links[index], slot(value, index));
        }
        (link, value)
    }

    fn pick_many(&mut self, count: usize) -> (Vec<Link>, Vec<Value>) {
        (0..count).map(|_| self.pick()).unzip()
    }

    /// Makes a node of random kind, and has a random root refer to it.
    fn make(&mut self) {
        let (shape, links, value) = match self.random.below(11) {
            0..3 => self.make_pair(),
            3 => self.make_flonum(),
            4 => self.make_words(),
            5 => self.make_long(),
            6 => self.make_bytes(),
            7 => self.make_text(),
            8 => self.make_bignum(),
            9 => self.make_closure(),
            _ => self.make_frame(),
        };
        self.models.push(Model { shape, links });
        let root = self.random.below(ROOTS);
        self.roots[root] = value;
        self.model_roots[root] = Link::To(self.models.len() - 1);
    }

    fn make_pair(&mut self) -> (Shape, Vec<Link>, Value) {
        let (links, values) = self.pick_many(2);
        (
            Shape::Pair,
            links,
            self.node.heap.pair(values[0], values[1]),
        )
    }

    fn make_flonum(&mut self) -> (Shape, Vec<Link>, Value) {
        // Payloads that look like pointers, headers and forwarding marks among them.
        let x = match self.random.below(3) {
            0 => f64::from_bits(crate::layout::FORWARDED),
            1 => f64::from_bits(self.roots[0].0),
            _ => self.random.next() as f64,
        };
        (Shape::Flonum(x), vec![], self.node.heap.flonum(x))
    }

    fn make_words(&mut self) -> (Shape, Vec<Link>, Value) {
        let kind = [
            Kind::Vector,
            Kind::Record,
            Kind::Box,
            Kind::Cell,
            Kind::Ratnum,
            Kind::Opaque,
        ][self.random.below(6)];
        let count = match kind {
            Kind::Vector | Kind::Opaque => self.random.below(20),
            Kind::Record => 1 + self.random.below(5),
            Kind::Box => 1,
            _ => 2,
        };
        let (links, values) = self.pick_many(count);
        let heap = &mut self.node.heap;
        let value = match kind {
            Kind::Record => heap.record(values[0], &values[1..]),
            Kind::Cell => heap.cell(values[0], values[1]),
            Kind::Box => heap.boxed(values[0]),
            kind => heap.object(kind, &values),
        };
        (Shape::Words(kind), links, value)
    }

    /// Around the sizes where objects are born old and where they are large.
    fn make_long(&mut self) -> (Shape, Vec<Link>, Value) {
        let count = [300, 1022, 1023, 1024, 4094, 4095, 4096, 20_000][self.random.below(8)];
        let (link, value) = self.pick();
        let vector = self.node.heap.vector(count, value);
        (Shape::Words(Kind::Vector), vec![link; count], vector)
    }

    fn make_bytes(&mut self) -> (Shape, Vec<Link>, Value) {
        let length = if self.random.one_in(4) {
            self.random.below(50_000)
        } else {
            self.random.below(40)
        };
        let content: Vec<u8> = (0..length).map(|_| self.random.next() as u8).collect();
        let value = self.node.heap.bytevector(&content);
        (Shape::Bytes(content), vec![], value)
    }

    fn make_text(&mut self) -> (Shape, Vec<Link>, Value) {
        let top = if self.random.one_in(2) { 0x100 } else { 0xd000 };
        let content: Vec<char> = (0..self.random.below(30))
            .map(|_| char::from_u32(self.random.below(top) as u32).unwrap())
            .collect();
        let value = self.node.heap.string_from_chars(&content);
        (Shape::Text(content), vec![], value)
    }

    fn make_bignum(&mut self) -> (Shape, Vec<Link>, Value) {
        let limbs: Vec<u64> = (0..1 + self.random.below(5))
            .map(|_| self.random.next() | 1)
            .collect();
        let negative = self.random.one_in(2);
        let value = self.node.heap.bignum(negative, &limbs);
        (Shape::Bignum(negative, limbs), vec![], value)
    }

    fn make_closure(&mut self) -> (Shape, Vec<Link>, Value) {
        let count = self.random.below(MOST_WORDS + 1);
        let (links, values) = self.pick_many(count);
        let value = self
            .node
            .heap
            .closure(&raw const self.node.closures[count], &values);
        (Shape::Closure, links, value)
    }

    fn make_frame(&mut self) -> (Shape, Vec<Link>, Value) {
        let count = self.random.below(MOST_WORDS + 1);
        let (mut links, values) = self.pick_many(count);
        let (parent_link, parent) = match self.pick() {
            (link, value) if value.is_frame() => (link, value),
            _ => (Link::Number(0), Value::NO_FRAME),
        };
        links.insert(0, parent_link);
        let value = self
            .node
            .heap
            .frame(&raw const self.node.frames[count], parent, &values);
        (Shape::Frame, links, value)
    }

    /// Changes a random reachable node, if it can be.
    fn change(&mut self) {
        let (Link::To(id), target) = self.pick() else {
            return;
        };
        let (link, value) = self.pick();
        if let Shape::Text(text) = &mut self.models[id].shape
            && !text.is_empty()
        {
            let index = self.random.below(text.len());
            let c = char::from_u32(self.random.below(0x300) as u32).unwrap();
            text[index] = c;
            self.node.heap.string_set(target, index, c);
            return;
        }
        let (model, heap) = (&mut self.models[id], &mut self.node.heap);
        if model.links.is_empty() || model.shape == Shape::Frame {
            return;
        }
        let index = self.random.below(model.links.len());
        model.links[index] = link;
        match (&model.shape, index) {
            (Shape::Pair, 0) => heap.set_car(target, value),
            (Shape::Pair, _) => heap.set_cdr(target, value),
            (Shape::Closure, _) => heap.set_closure_word(target, index, value),
            (Shape::Words(Kind::Cell), 0) => heap.set_cell(target, value),
            _ => heap.set_field(target, index, value),
        }
    }

    fn forget(&mut self) {
        let root = self.random.below(ROOTS);
        let n = self.random.below(1000) as i64;
        (self.roots[root], self.model_roots[root]) = (Value::fixnum(n), Link::Number(n));
    }

    fn collect(&mut self, what: Collection) {
        self.check("before");
        assert_eq!(self.node.heap.collect(what, &mut self.roots), Outcome::Done);
        self.check("after");
    }

    fn check(&mut self, when: &str) {
        if let Err(text) = self.node.verify(&mut self.roots) {
            panic!("{when} collection {:?}: {text}", self.node.heap.stats());
        }
        self.compare();
    }

    /// Compares all that is reachable, node by node, with identity in both directions.
    fn compare(&self) {
        let mut values: HashMap<usize, Value> = HashMap::new();
        let mut ids: HashMap<Value, usize> = HashMap::new();
        let mut work: Vec<(Link, Value)> = self
            .model_roots
            .iter()
            .copied()
            .zip(self.roots.iter().copied())
            .collect();
        while let Some((link, value)) = work.pop() {
            let id = match link {
                // Parents of base frames are no numbers.
                Link::Number(n) => {
                    assert!(
                        value == Value::fixnum(n) || value == Value::NO_FRAME,
                        "{value:?} for {n}"
                    );
                    continue;
                }
                Link::To(id) => id,
            };
            match values.insert(id, value) {
                Some(other) => assert_eq!(other, value, "node {id} in two places"),
                None => {
                    assert_eq!(ids.insert(value, id), None, "two nodes at {value:?}");
                    self.compare_node(id, value);
                    let links = &self.models[id].links;
                    work.extend(
                        links
                            .iter()
                            .enumerate()
                            .map(|(i, &link)| (link, slot(value, i))),
                    );
                }
            }
        }
    }

    fn compare_node(&self, id: usize, value: Value) {
        let model = &self.models[id];
        match &model.shape {
            Shape::Pair => assert!(value.is_pair()),
            Shape::Flonum(x) => assert_eq!(flonum_value(value).to_bits(), x.to_bits()),
            Shape::Words(k) => assert_eq!(
                (kind(value), field_count(value)),
                (Some(*k), model.links.len())
            ),
            Shape::Bytes(content) => assert_eq!(bytes(value), content),
            Shape::Bignum(negative, limbs) => {
                assert_eq!(
                    (bignum_is_negative(value), bignum_limbs(value)),
                    (*negative, &limbs[..])
                );
            }
            Shape::Text(content) => assert!(string_chars(value).eq(content.iter().copied())),
            Shape::Closure | Shape::Frame => {
                assert_eq!(value.is_frame(), model.shape == Shape::Frame);
                assert_eq!(code_word_count(value), model.links.len());
            }
        }
    }
}

/// Slot `index` of an object, counted as in the model.
fn slot(value: Value, index: usize) -> Value {
    match index {
        0 if value.is_pair() => car(value),
        _ if value.is_pair() => cdr(value),
        _ if value.is_object() => field(value, index),
        _ => code_word(value, index),
    }
}

fn run(seed: u64, options: HeapOptions, steps: usize, rarely: usize) {
    let mut world = World::new(seed, options);
    for _ in 0..steps {
        match world.random.below(20) {
            0..11 => world.make(),
            11..18 => world.change(),
            _ => world.forget(),
        }
        if world.random.one_in(rarely) {
            let what = [
                Collection::Minor,
                Collection::Minor,
                Collection::Auto,
                Collection::Full,
            ][world.random.below(4)];
            world.collect(what);
        }
    }
    world.collect(Collection::Full);
}

#[test]
fn random_graphs_survive_frequent_collections() {
    (0..12).for_each(|seed| run(seed, SMALL, 3000, 20));
}

/// The nursery overflows between collections, so objects are born old.
#[test]
fn random_graphs_survive_rare_collections() {
    (100..112).for_each(|seed| run(seed, SMALL, 6000, 500));
}

#[test]
fn random_graphs_survive_without_poison() {
    (200..208).for_each(|seed| {
        run(
            seed,
            HeapOptions {
                poison: false,
                ..SMALL
            },
            4000,
            60,
        )
    });
}

/// A collection at every step: zeal level 1.
#[test]
fn random_graphs_survive_a_collection_at_every_step() {
    (300..306).for_each(|seed| run(seed, SMALL, 400, 1));
}
