//! Graphs of objects of all kinds that a message may hold, made from a seed.

use super::{MOST_WORDS, Node, Random};
use termite_abi::object::Header;
use termite_abi::{Identity, Kind, Value};
use termite_heap::{self as heap, statics};

/// Makes objects that refer to each other at random, backwards and forwards.
pub struct Maker<'n> {
    pub node: &'n mut Node,
    pub random: Random,
    /// All that was made; roots are to be taken from here. Record types are first.
    pub pool: Vec<Value>,
    types: usize,
    boxes: Vec<Value>,
}

const TYPES: usize = 3;

impl<'n> Maker<'n> {
    pub fn new(node: &'n mut Node, seed: u64) -> Maker<'n> {
        let mut pool = Vec::new();
        for i in 0..TYPES {
            let names: Vec<Value> = (0..=i).map(|f| heap::intern(&format!("f{f}"))).collect();
            let fields = node.heap.vector_from(&names);
            let words = [
                heap::intern(&format!("type{i}")),
                fields,
                Value::FALSE,
                Value::FALSE,
                Value::fixnum(i as i64 + 1),
                Value::fixnum(0),
            ];
            pool.push(node.heap.object(Kind::RecordType, &words));
        }
        Maker {
            node,
            random: Random(seed),
            pool,
            types: TYPES,
            boxes: Vec::new(),
        }
    }

    /// Makes `count` objects and ties them together further.
    pub fn grow(&mut self, count: usize) {
        for _ in 0..count {
            let v = self.make();
            self.pool.push(v);
        }
        (0..count).for_each(|_| self.tie());
    }

    /// Makes what there is old.
    pub fn settle(&mut self) {
        self.boxes.clear();
        self.node.collect(heap::Collection::Minor, &mut self.pool);
    }

    /// Roots out of the pool.
    pub fn roots(&mut self, count: usize) -> Vec<Value> {
        (0..count).map(|_| self.pick()).collect()
    }

    /// Something made before, with a preference for what is recent, or a leaf.
    pub fn pick(&mut self) -> Value {
        if self.random.one_in(4) {
            return self.immediate();
        }
        let span = if self.random.one_in(2) {
            self.pool.len()
        } else {
            self.pool.len().min(6)
        };
        self.pool[self.pool.len() - 1 - self.random.below(span)]
    }

    fn pick_many(&mut self, count: usize) -> Vec<Value> {
        (0..count).map(|_| self.pick()).collect()
    }

    pub fn immediate(&mut self) -> Value {
        let id = Identity {
            origin: self.random.below(3) as u32,
            serial: self.random.next() >> 28,
        };
        match self.random.below(9) {
            0 => Value::fixnum(self.random.next() as i64 >> self.random.below(64).max(4)),
            1 => Value::char(['a', 'λ', '\u{10ffff}'][self.random.below(3)]),
            2 => Value::pid(id),
            3 => Value::unique_tag(id),
            4 => Value::node(self.random.below(4) as u32),
            5 => heap::intern(["a", "b", "lambda", "λ"][self.random.below(4)]),
            6 => [Value::EOF, Value::VOID, Value::DEFAULT, Value::UNBOUND][self.random.below(4)],
            7 => Value::bool(self.random.one_in(2)),
            _ => Value::NULL,
        }
    }

    fn make(&mut self) -> Value {
        match self.random.below(20) {
            0..5 => {
                let v = self.pick_many(2);
                self.node.heap.pair(v[0], v[1])
            }
            5 => self.number(),
            6 => self.text(),
            7 | 8 => self.vector(),
            9 => self.bytes(),
            10 | 11 => self.record(),
            12 | 13 => self.closure(),
            14 | 15 => self.frame(),
            16 => self.gensym(),
            17 => self.table(),
            18 => self.list(),
            _ => self.fixed(),
        }
    }

    fn number(&mut self) -> Value {
        let limbs = [self.random.next(), self.random.next() | 1];
        let negative = self.random.one_in(2);
        let heap = &mut self.node.heap;
        match self.random.below(4) {
            // Payloads that look like pointers and marks among them.
            0 => heap.flonum(f64::from_bits(0xfe | limbs[0] << 8)),
            1 => heap.bignum(negative, &limbs),
            2 => {
                let big = heap.bignum(negative, &limbs);
                heap.object(Kind::Ratnum, &[big, Value::fixnum(7)])
            }
            _ => {
                let (re, im) = (heap.flonum(1.5), heap.flonum(-0.0));
                heap.object(Kind::Compnum, &[re, im])
            }
        }
    }

    fn text(&mut self) -> Value {
        let top = if self.random.one_in(2) { 0x100 } else { 0xd000 };
        let content: Vec<char> = (0..self.random.below(20))
            .map(|_| char::from_u32(self.random.below(top) as u32).unwrap())
            .collect();
        let string = self.node.heap.string_from_chars(&content);
        if self.random.one_in(3) {
            self.node.heap.set_flags(string, Header::FLAG_IMMUTABLE);
        }
        string
    }

    /// Boxes are held by closures and frames alone.
    fn captured(&mut self, count: usize) -> Vec<Value> {
        let mut values = self.pick_many(count);
        for v in &mut values {
            if self.random.one_in(4) {
                *v = match self.boxes.last() {
                    Some(&boxed) if self.random.one_in(2) => boxed,
                    _ => self.node.heap.boxed(*v),
                };
                self.boxes.push(*v);
            }
        }
        values
    }

    fn gensym(&mut self) -> Value {
        self.node.heap.uninterned_symbol("g")
    }

    fn vector(&mut self) -> Value {
        if self.random.one_in(20) {
            let count = [130, 1023, 4096, 9000][self.random.below(4)];
            let v = self.pick();
            return self.node.heap.vector(count, v);
        }
        let count = self.random.below(8);
        let v = self.pick_many(count);
        self.node.heap.vector_from(&v)
    }

    fn bytes(&mut self) -> Value {
        let length = if self.random.one_in(10) { 40_000 } else { 9 };
        let content: Vec<u8> = (0..self.random.below(length))
            .map(|_| self.random.next() as u8)
            .collect();
        self.node.heap.bytevector(&content)
    }

    fn record(&mut self) -> Value {
        let number = self.random.below(self.types);
        let fields = self.pick_many(number + 1);
        let rtd = self.pool[number];
        self.node.heap.record(rtd, &fields)
    }

    fn closure(&mut self) -> Value {
        let count = self.random.below(MOST_WORDS + 1);
        let values = self.captured(count);
        let descriptor = &raw const self.node.code.closures[count];
        self.node.heap.closure(descriptor, &values)
    }

    fn frame(&mut self) -> Value {
        let count = self.random.below(MOST_WORDS + 1);
        let values = self.captured(count);
        let parent = self.pick();
        let parent = if parent.is_frame() {
            parent
        } else {
            self.node.base_frame()
        };
        let descriptor = &raw const self.node.code.frames[count];
        self.node.heap.frame(descriptor, parent, &values)
    }

    /// A table as `stdlib` lays it out: room for more entries, deleted ones, an index.
    fn table(&mut self) -> Value {
        let (used, room) = (self.random.below(5), self.random.below(4));
        let test = self.random.below(4) as i64;
        let mut entries = Vec::new();
        let mut live = 0;
        for _ in 0..used {
            if self.random.one_in(4) {
                entries.extend([Value::TOMBSTONE, Value::FALSE, Value::fixnum(0)]);
            } else {
                // The last test is that of tables of strings.
                let key = if test == 3 { self.text() } else { self.pick() };
                let value = self.pick();
                entries.extend([key, value, Value::fixnum(self.random.below(1000) as i64)]);
                live += 1;
            }
        }
        entries.extend(std::iter::repeat_n(Value::FALSE, 3 * (room + 1)));
        let heap = &mut self.node.heap;
        let entries = heap.vector_from(&entries);
        let index = heap.bytevector(&[1; 64]);
        let number = Value::fixnum;
        let fields = [
            entries,
            index,
            number(used as i64),
            number(live),
            number(0),
            number(heap.epoch() as i64),
            number(test),
            Value::FALSE,
        ];
        heap.object(Kind::HashTable, &fields)
    }

    fn list(&mut self) -> Value {
        let count = self.random.below(30);
        let plain = self.random.one_in(2);
        let mut list = Value::NULL;
        for _ in 0..count {
            let v = if plain { self.immediate() } else { self.pick() };
            list = self.node.heap.pair(v, list);
        }
        list
    }

    /// A literal: static.
    fn fixed(&mut self) -> Value {
        let a = statics::alloc_static_string("static");
        let b = statics::alloc_static_pair(a, heap::intern("b"));
        match self.random.below(5) {
            0 => a,
            1 => b,
            2 => statics::alloc_static_vector(&[a, b, a]),
            3 => statics::alloc_static_flonum(2.5),
            _ if self.random.one_in(2) => self.node.code.procedure,
            _ => self.node.code.builtin,
        }
    }

    /// Changes a slot of something made before, so that graphs have cycles.
    fn tie(&mut self) {
        let (mut target, v) = (self.pick(), self.pick());
        if let Some(&boxed) = self.boxes.last()
            && self.random.one_in(8)
        {
            target = boxed;
        }
        if !target.is_pointer() || self.node.heap.is_static(target) {
            return;
        }
        let heap = &mut self.node.heap;
        match heap::kind(target) {
            Some(Kind::Vector | Kind::Box) if heap::field_count(target) > 0 => {
                let index = self.random.below(heap::field_count(target));
                heap.set_field(target, index, v);
            }
            Some(Kind::Record) => {
                let index = 1 + self.random.below(heap::field_count(target) - 1);
                heap.set_field(target, index, v);
            }
            None if target.is_pair() && self.random.one_in(2) => heap.set_car(target, v),
            None if target.is_pair() => heap.set_cdr(target, v),
            None if target.is_closure() && heap::code_word_count(target) > 0 => {
                let index = self.random.below(heap::code_word_count(target));
                heap.set_closure_word(target, index, v);
            }
            _ => {}
        }
    }

    /// A graph without branches, closed to a cycle or not.
    pub fn chain(&mut self, length: usize) -> Value {
        let mut last = self.immediate();
        let mut closing = None;
        for _ in 0..length {
            let leaf = self.immediate();
            let base = if last.is_frame() {
                last
            } else {
                self.node.base_frame()
            };
            let heap = &mut self.node.heap;
            last = match self.random.below(12) {
                0..6 => heap.pair(leaf, last),
                6 => heap.pair(last, leaf),
                7 => {
                    let boxed = heap.boxed(last);
                    heap.closure(&raw const self.node.code.closures[1], &[boxed])
                }
                8 => heap.vector_from(&[leaf, last, leaf]),
                9 => heap.closure(&raw const self.node.code.closures[2], &[leaf, last]),
                _ if last.is_frame() => {
                    heap.frame(&raw const self.node.code.frames[1], base, &[leaf])
                }
                _ => heap.frame(&raw const self.node.code.frames[1], base, &[last]),
            };
            if last.is_pair() {
                closing.get_or_insert(last);
            }
        }
        if let Some(pair) = closing
            && self.random.one_in(3)
        {
            let slot_is_free = !heap::cdr(pair).is_pointer();
            if slot_is_free {
                self.node.heap.set_cdr(pair, last);
            }
        }
        last
    }
}
