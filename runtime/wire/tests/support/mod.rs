//! A node's side of the codec, faked: every name stands for what it says.

#![allow(dead_code)]

#[path = "../../../heap/tests/support/mod.rs"]
pub mod graphs;

pub mod harm;
pub mod mutate;

use graphs::Node;
use std::borrow::Cow;
use std::collections::HashMap;
use termite_abi::object::{RTD_NAME, STRING_LENGTH};
use termite_abi::{Descriptor, Kind, Value};
use termite_heap::{self as heap, Heap};
use termite_wire::VariableKey;
use termite_wire::control::{Content, Destination, Frame, GlobalId, Variable};
use termite_wire::{
    Code, CodeClass, CodePoint, DecodeContext, EncodeContext, Instance, Limits, NodeName,
    ObjectName, Origin, Place, Refusal, TypeDescriptor, UnitRef,
};

/// Unit numbers of the fake closures' and frames' code.
const CLOSURES: u32 = 7;
const FRAMES: u32 = 11;

/// Records of this type have an identity.
const NAMED_TYPE: &str = "type1";

/// What a node has been told, and what it may be told.
#[derive(Default)]
pub struct Fake {
    pub types: HashMap<ObjectName, Value>,
    pub named: HashMap<ObjectName, Value>,
    /// New symbols that may still be made; `None`: any number.
    pub symbols: Option<usize>,
    /// Closures and frames are found to hold what their code cannot work with.
    pub distrusts_code: bool,
}

fn refused<T>(text: &str) -> Result<T, Refusal> {
    Err(Refusal(text.to_owned()))
}

fn position(all: &[Descriptor], descriptor: *const Descriptor) -> Option<u32> {
    all.iter()
        .position(|d| std::ptr::eq(d, descriptor))
        .map(|i| i as u32)
}

impl EncodeContext for Fake {
    fn origin(&mut self, index: u32) -> Origin {
        Origin {
            incarnation: [(index as u8).wrapping_add(1); 16],
            high: u64::from(index),
        }
    }

    fn node(&mut self, index: u32) -> NodeName {
        NodeName {
            address: format!("host{index}:3001"),
            incarnation: (index > 1).then_some([index as u8; 16]),
        }
    }

    fn code(&mut self, descriptor: *const Descriptor) -> Option<Code> {
        let code = graphs::code();
        if std::ptr::eq(&code.halt, descriptor) {
            return Some(Code::Base);
        }
        if std::ptr::eq(&code.primitive, descriptor) {
            return Some(Code::Builtin(Cow::Borrowed("car")));
        }
        let closure = position(&code.closures, descriptor).map(|id| (CLOSURES, 0, id));
        let frame = || position(&code.frames, descriptor).map(|id| (FRAMES, 1, id));
        let (unit, proc, id) = closure.or_else(frame)?;
        let place = Place { proc, id };
        Some(Code::Point { unit, place })
    }

    fn unit(&mut self, number: u32) -> UnitRef {
        UnitRef {
            hash: [number as u8; 32],
            name: format!("unit{number}"),
            instance: (number == FRAMES).then_some(Instance {
                incarnation: [3; 16],
                serial: 300,
            }),
        }
    }

    fn record_type(&mut self, record_type: Value) -> ObjectName {
        let name = heap::symbol_name(heap::field(record_type, RTD_NAME as usize));
        ObjectName::Unique(name.into_owned())
    }

    fn identity(&mut self, record: Value) -> Option<ObjectName> {
        let record_type = heap::field(record, 0);
        let name = heap::symbol_name(heap::field(record_type, RTD_NAME as usize));
        (name == NAMED_TYPE).then(|| {
            ObjectName::Made(Instance {
                incarnation: [9; 16],
                serial: record.addr(),
            })
        })
    }

    fn port(&mut self, port: Value) -> Option<u64> {
        let number = heap::field(port, 0).as_fixnum();
        (0..3).contains(&number).then_some(number as u64)
    }
}

impl DecodeContext for Fake {
    fn origin(&mut self, origin: &Origin) -> Result<u32, Refusal> {
        Ok(u32::from(origin.incarnation[0].wrapping_sub(1)))
    }

    fn node(&mut self, name: &NodeName) -> Result<u32, Refusal> {
        let digits = name
            .address
            .strip_prefix("host")
            .and_then(|rest| rest.split(':').next());
        let number = digits.and_then(|digits| digits.parse().ok());
        number.map_or_else(|| refused("no such host"), Ok)
    }

    fn unit(&mut self, unit: &UnitRef) -> Result<u32, Refusal> {
        match unit.hash[0] {
            7 => Ok(CLOSURES),
            11 => Ok(FRAMES),
            _ => refused("unit is not here"),
        }
    }

    fn symbol(&mut self, name: &str) -> Result<Value, Refusal> {
        if let Some(symbol) = heap::interned(name) {
            return Ok(symbol);
        }
        if let Some(left) = &mut self.symbols {
            *left = match left.checked_sub(1) {
                Some(left) => left,
                None => return refused("too many new symbols"),
            };
        }
        Ok(heap::intern(name))
    }

    fn builtin(&mut self, name: &str) -> Result<Value, Refusal> {
        match name {
            "car" => Ok(graphs::code().builtin),
            _ => refused("no such primitive"),
        }
    }

    fn record_type(
        &mut self,
        heap: &mut Heap,
        descriptor: &TypeDescriptor<'_>,
    ) -> Result<Value, Refusal> {
        if let Some(&known) = self.types.get(descriptor.identity) {
            return Ok(known);
        }
        let made = descriptor.make(heap, Value::FALSE);
        self.types.insert(descriptor.identity.clone(), made);
        Ok(made)
    }

    fn identified(&mut self, identity: &ObjectName) -> Option<Value> {
        self.named.get(identity).copied()
    }

    fn define(&mut self, identity: ObjectName, record: Value) {
        self.named.insert(identity, record);
    }

    fn code(&mut self, unit: u32, class: CodeClass, place: Place) -> Result<CodePoint, Refusal> {
        let (want, all) = match class {
            CodeClass::Closure => ((CLOSURES, 0), &graphs::code().closures),
            CodeClass::Frame => ((FRAMES, 1), &graphs::code().frames),
        };
        match all.get(place.id as usize) {
            Some(descriptor) if (unit, place.proc) == want => Ok(CodePoint {
                descriptor,
                values: place.id as usize,
            }),
            _ => refused("no such control point"),
        }
    }

    fn procedure(&mut self, _: &mut Heap, point: CodePoint) -> Value {
        assert_eq!(point.values, 0);
        graphs::code().procedure
    }

    /// As if no code relied on the kind of its values, but that all are there.
    fn check(&mut self, object: Value) -> Result<(), Refusal> {
        if self.distrusts_code {
            return refused("value 0 is of another kind");
        }
        for i in 0..heap::code_word_count(object) {
            let v = heap::code_word(object, i);
            if v.is_pointer() && heap::kind(v) == Some(Kind::String) {
                assert!(heap::field(v, STRING_LENGTH as usize).is_fixnum());
            }
        }
        Ok(())
    }

    fn base_frame(&mut self, heap: &mut Heap) -> Value {
        heap.frame(&raw const graphs::code().halt, Value::NO_FRAME, &[])
    }

    fn port(&mut self, _: u64) -> Result<Value, Refusal> {
        refused("no ports here")
    }
}

pub fn encode(node: &mut Node, roots: &[Value]) -> Vec<u8> {
    termite_wire::encode(
        &mut node.heap,
        roots,
        &mut Fake::default(),
        &Limits::default(),
    )
    .unwrap()
}

pub fn decode(node: &mut Node, bytes: &[u8]) -> Vec<Value> {
    let limits = Limits::default();
    termite_wire::decode(bytes, &mut node.heap, &mut Fake::default(), &limits).unwrap()
}

/// A frame of each kind.
pub fn frames() -> Vec<Frame> {
    let id = |n: u8| GlobalId {
        incarnation: [n; 16],
        serial: 100 * u64::from(n),
    };
    let (other, watcher, reference) = (id(1), id(2), id(3));
    let body = || vec![1, 0, 1, 2];
    let plain = || Content {
        body: body(),
        ..Content::default()
    };
    let named = Destination::Service("echo".to_owned());
    let session = Instance {
        incarnation: [5; 16],
        serial: 6,
    };
    let variable = |key, missing: &str| Variable {
        session,
        key,
        name: "größe".to_owned(),
        missing: missing.to_owned(),
    };
    let variables = vec![
        variable(VariableKey::Named("größe".to_owned()), ""),
        variable(VariableKey::Own([9; 32], 300), "it holds a port"),
    ];
    vec![
        Frame::Send {
            from: other,
            to: named.clone(),
            content: Content {
                receipt: 7,
                variables,
                body: body(),
            },
        },
        Frame::LinkTo { to: 300, other },
        Frame::LinkFrom { to: 300, other },
        Frame::UnlinkTo { to: 300, other },
        Frame::UnlinkFrom { to: 300, other },
        Frame::Exit {
            to: 300,
            other,
            content: plain(),
        },
        Frame::Monitor {
            on: Destination::Process(300),
            watcher,
            reference,
        },
        Frame::Demonitor {
            on: named.clone(),
            watcher,
            reference,
        },
        Frame::Down {
            to: 300,
            on: other,
            reference,
            content: plain(),
        },
        Frame::Terminate { to: 300, by: other },
        Frame::Receipt { receipt: 7 },
        Frame::Fetch {
            hashes: vec![[7; 32], [8; 32]],
        },
        Frame::Unit {
            hash: [7; 32],
            code: vec![1, 2, 3, 4],
        },
        Frame::NoUnit { hash: [7; 32] },
        Frame::Hint {
            incarnation: [8; 16],
            host: "localhost".to_owned(),
            port: 3001,
        },
        Frame::Refused {
            from: 300,
            to: named,
            why: "no room".to_owned(),
        },
    ]
}
