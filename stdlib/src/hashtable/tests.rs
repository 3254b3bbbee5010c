//! Hash tables: text in, text out; and against Rust's, with collections in between.

use super::hash::equal_hash;
use super::{Table, Test};
use crate::testing::{Bench, check};
use std::collections::HashMap;
use termite_abi::Value;
use termite_abi::value::Identity;
use termite_heap::{Collection, intern};

#[test]
fn primitives() {
    check(
        r#"
        (%make-hash-table 'eq?) => #<hash-table 0>
        (%make-hash-table 'foo) => error: make-hash-table: argument 1 must be eq?, eqv?, equal? or string=?, but is foo
        (define t (%make-hash-table 'eq?)) (hash-table-set! t 'a 1) (hash-table-set! t 'a 2) (%hash-table-ref t 'a 0) => 2
        (define t (%make-hash-table 'equal?)) (hash-table-set! t '(1 "x") 1) (hash-table-ref/default t (list 1 "x") 0) => 1
        (define t (%make-hash-table 'eqv?)) (hash-table-set! t 1.5 1) (hash-table-contains? t 1.5) => #t
        (define t (%make-hash-table 'eq?)) (hash-table-set! t "a" 1) (hash-table-contains? t "a") => #f
        (define t (%make-hash-table 'string=?)) (hash-table-set! t "λ" 1) (hash-table-contains? t "λ") => #t
        (define t (%make-hash-table 'string=?)) (hash-table-set! t 'a 1) => error: hash-table-set!: argument 2 must be a string, but is a
        (define t (%make-hash-table 'eq?)) (hash-table-set! t 'b 1) (hash-table-set! t 'a 2) (hash-table->alist t) => ((b . 1) (a . 2))
        (define t (%make-hash-table 'eq?)) (hash-table-set! t 'b 1) (hash-table-set! t 'a 2) (hash-table-delete! t 'b) (hash-table-set! t 'b 3) (hash-table-keys t) => (a b)
        (define t (%make-hash-table 'eq?)) (hash-table-delete! t 'b) => #f
        (define t (%make-hash-table 'eq?)) (hash-table-set! t 1 2) (hash-table-clear! t) (hash-table-count t) => 0
        (define t (%make-hash-table 'eq?)) (hash-table-set! t 1 2) (define u (hash-table-copy t)) (hash-table-set! u 2 3) (list (hash-table-values t) (hash-table-values u)) => ((2) (2 3))
        (define t (%make-hash-table 'eqv?)) (%hash-table-test t) => eqv?
        (define t (%make-hash-table 'eq?)) (hash-table-set! t 1 2) (list (%hash-table-next t 0) (%hash-table-key t 0) (%hash-table-value t 0) (%hash-table-next t 1)) => (0 1 2 #f)
        (%hash-table-key (%make-hash-table 'eq?) 0) => error: hash-table-key: argument 2 must be the index of an entry, but is 0
        (hash-table-count 5) => error: hash-table-count: argument 1 must be a hash table, but is 5
        (= (equal-hash '(1 "a" #(2.5))) (equal-hash (list 1 "a" (vector 2.5)))) => #t
        (= (string-hash "abc") (string-hash "abc")) => #t
        (string-hash "abc" 1) => 0
        (= (string-ci-hash "ABC") (string-ci-hash "abc")) => #t
        (string-hash "abc" 0) => error: string-hash: argument 2 must be an exact positive integer, but is 0
        (< (equal-hash '#0=(1 . #0#)) 0) => #f
        "#,
    );
}

#[test]
fn pids_have_the_same_hash_on_every_node() {
    let pid = |origin| Value::pid(Identity { origin, serial: 70 });
    assert_eq!(equal_hash(pid(0)), equal_hash(pid(5)));
    assert_ne!(
        equal_hash(pid(0)),
        equal_hash(Value::unique_tag(Identity {
            origin: 0,
            serial: 71
        }))
    );
}

#[test]
fn wide_strings_hash_as_narrow_ones() {
    let mut bench = Bench::new();
    let text = bench.run(
        r#"(define s (make-string 1 #\λ)) (string-set! s 0 #\a)
           (define t (%make-hash-table 'equal?)) (hash-table-set! t s 'found) (%hash-table-ref t "a" 'lost)"#,
    );
    assert_eq!(text, "found");
}

/// A small generator: the same steps each time.
fn steps(seed: u64) -> impl Iterator<Item = u64> {
    let mut state = seed;
    std::iter::repeat_with(move || {
        state = state.wrapping_mul(0x5851_f42d_4c95_7f2d).wrapping_add(1);
        let a = (state ^ state >> 33).wrapping_mul(0xff51_afd7_ed55_8ccd);
        a ^ a >> 33
    })
}

/// Keys compared by identity, of which some are young, some old, some dropped and made
/// again; collections at random. Key `i` is kept in variable `k<i>`.
fn agrees_with_rust(test: Test, seed: u64, make_key: fn(&mut Bench, u64) -> Value) {
    let mut bench = Bench::new();
    let table = Table::new(&mut bench.vm.heap, test, 0).unwrap();
    bench.variables.insert("table".to_owned(), table.value());
    let mut shadow: HashMap<u64, u64> = HashMap::new();
    let mut order: Vec<u64> = Vec::new();
    for (i, step) in steps(seed).take(30_000).enumerate() {
        let table = Table::from_value(bench.variables["table"]).unwrap();
        let number = step / 16 % 500;
        let name = format!("k{number}");
        let key = match bench.variables.get(&name) {
            Some(&key) => key,
            None => {
                let key = make_key(&mut bench, number);
                bench.variables.insert(name, key);
                key
            }
        };
        let heap = &mut bench.vm.heap;
        match step % 16 {
            0..=6 => {
                table.set(heap, key, Value::fixnum(i as i64)).unwrap();
                if shadow.insert(number, i as u64).is_none() {
                    order.push(number);
                }
            }
            7..=10 => {
                assert_eq!(
                    table.remove(heap, key).unwrap(),
                    shadow.remove(&number).is_some()
                );
                order.retain(|&other| other != number);
            }
            _ => {
                let got = table.get(heap, key).unwrap().map(|v| v.as_fixnum() as u64);
                assert_eq!(got, shadow.get(&number).copied(), "step {i}, key {number}");
            }
        }
        assert_eq!(table.len(), shadow.len());
        if step % 997 == 0 {
            bench.collect(if step % 2 == 0 {
                Collection::Minor
            } else {
                Collection::Full
            });
        }
        if step % 5003 == 0 {
            let copy = Table::from_value(bench.variables["table"])
                .unwrap()
                .copy(&mut bench.vm.heap)
                .unwrap();
            bench.variables.insert("table".to_owned(), copy.value());
        }
    }
    let table = Table::from_value(bench.variables["table"]).unwrap();
    let values: Vec<u64> = table
        .iter()
        .map(|(_, value)| value.as_fixnum() as u64)
        .collect();
    let expected: Vec<u64> = order.iter().map(|number| shadow[number]).collect();
    assert_eq!(values, expected, "in the order of insertion");
}

#[test]
fn tables_by_identity_agree_with_rust() {
    for seed in 1..6 {
        agrees_with_rust(Test::Eq, seed, |bench, n| {
            let heap = &mut bench.vm.heap;
            match n % 3 {
                0 => heap.pair(Value::NULL, Value::NULL),
                1 => Value::fixnum(n as i64),
                _ => intern(&format!("key-{n}")),
            }
        });
        agrees_with_rust(Test::Eqv, seed, |bench, n| {
            let heap = &mut bench.vm.heap;
            match n % 3 {
                0 => heap.vector(1, Value::FALSE),
                1 => heap.flonum(n as f64 + 0.5),
                _ => heap.bignum(n % 2 == 0, &[n, n + 1]),
            }
        });
    }
}

#[test]
fn tables_by_content_agree_with_rust() {
    for seed in 1..6 {
        agrees_with_rust(Test::Equal, seed, |bench, n| {
            let heap = &mut bench.vm.heap;
            let text = heap.string(&format!("key {n}"));
            match n % 3 {
                0 => heap.list(&[text, Value::fixnum(n as i64)]),
                1 => text,
                _ => heap.bytevector(&n.to_le_bytes()),
            }
        });
        agrees_with_rust(Test::String, seed, |bench, n| {
            bench.vm.heap.string(&format!("λ{n}"))
        });
    }
}

#[test]
fn a_table_without_index_is_rebuilt() {
    let mut bench = Bench::new();
    let heap = &mut bench.vm.heap;
    let table = Table::new(heap, Test::Equal, 0).unwrap();
    let keys: Vec<Value> = (0..100).map(|_| heap.vector(0, Value::FALSE)).collect();
    let identities: Vec<Value> = (0..100)
        .map(|i| heap.record(Value::FALSE, &[Value::fixnum(i)]))
        .collect();
    for (i, &key) in identities.iter().enumerate() {
        table.set(heap, key, Value::fixnum(i as i64)).unwrap();
    }
    // As one who copies a table into another heap leaves it.
    heap.set_field(table.value(), 1, Value::FALSE);
    heap.set_field(table.value(), 5, Value::fixnum(-1));
    for (i, &key) in identities.iter().enumerate() {
        assert_eq!(table.get(heap, key).unwrap(), Some(Value::fixnum(i as i64)));
    }
    assert_eq!(table.get(heap, keys[0]).unwrap(), None);
}
