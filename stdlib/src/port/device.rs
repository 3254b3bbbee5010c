//! What ports onto the outside stand for: the node's table of devices.
//!
//! A device has an input, an output, or both (a connection, a child process), each open until
//! its port is closed in that direction; one whose port is dropped stays open until the node
//! ends. Its number is never used again, so a port that was closed never gets at another
//! one's file.
//!
//! Processes that read one input take turns: who has to wait for the rest of what it reads
//! is the first in line, and nobody else reads in between. The order of lines, data and bytes
//! is that of the readers.

use super::inlet::{Input, Origin};
use super::outlet::{Destination, Output};
use super::waiting::Waits;
use std::collections::VecDeque;
use std::io::{self, IsTerminal};
use termite_abi::Value;
use termite_heap::statics;
use termite_io::Listener;
use termite_vm::{Node, Pid};

pub(super) const CONSOLE_INPUT: i64 = 0;
pub(super) const CONSOLE_OUTPUT: i64 = 1;
pub(super) const CONSOLE_ERROR: i64 = 2;

/// A device's number is its place, and how often that was used before.
const PLACE_BITS: u32 = 32;

/// The processes that read an input, the first of which has begun.
#[derive(Default)]
pub(super) struct Turns(VecDeque<Pid>);

impl Turns {
    pub(super) fn is_free(&self) -> bool {
        self.0.is_empty()
    }

    pub(super) fn first(&self) -> Option<Pid> {
        self.0.front().copied()
    }

    /// Whether it is the process's turn; else it stands in line now.
    pub(super) fn begin(&mut self, pid: Pid) -> bool {
        match self.first() {
            None => true,
            Some(first) if first == pid => true,
            Some(_) => {
                if !self.0.contains(&pid) {
                    self.0.push_back(pid);
                }
                false
            }
        }
    }

    /// The process whose turn it is has to wait.
    pub(super) fn wait(&mut self, pid: Pid) {
        if self.first() != Some(pid) {
            self.0.push_front(pid);
        }
    }

    /// The process has done; whose turn it is now.
    pub(super) fn end(&mut self, pid: Pid) -> Option<Pid> {
        if self.first() == Some(pid) {
            self.0.pop_front();
        }
        self.first()
    }

    /// The process has gone away. Whether it was in the midst of reading.
    pub(super) fn leave(&mut self, pid: Pid) -> bool {
        let was_first = self.first() == Some(pid);
        self.0.retain(|&p| p != pid);
        was_first
    }

    pub(super) fn take_all(&mut self) -> VecDeque<Pid> {
        std::mem::take(&mut self.0)
    }
}

/// Takes connections.
pub(super) struct Server {
    pub listener: Listener,
    pub turns: Turns,
}

/// A program that was started.
#[derive(Default)]
pub(super) struct Child {
    pub id: u32,
    /// Its exit code, when it has ended.
    pub status: Option<i32>,
    pub waiting: Vec<Pid>,
}

#[derive(Default)]
pub(super) struct Device {
    pub input: Option<Input>,
    pub output: Option<Output>,
    pub server: Option<Server>,
    pub child: Option<Child>,
}

#[derive(Default)]
struct Place {
    uses: i64,
    device: Option<Device>,
}

/// The open devices of a node, by number.
pub(super) struct Devices {
    places: Vec<Place>,
    free: Vec<usize>,
    /// Those with something in their output's buffer.
    pub unwritten: Vec<i64>,
    pub waits: Waits,
}

impl Default for Devices {
    fn default() -> Devices {
        let mut devices = Devices {
            places: Vec::new(),
            free: Vec::new(),
            unwritten: Vec::new(),
            waits: Waits::default(),
        };
        let input = match termite_io::console_input() {
            Ok(source) => Origin::Descriptor(source),
            Err(_) => Origin::Other(Box::new(io::empty())),
        };
        let output = |errors| match termite_io::console_output(errors) {
            Ok(sink) => Destination::Descriptor(sink),
            Err(_) => Destination::Other(Box::new(io::sink())),
        };
        devices.add_input(Input::new(input, io::stdin().is_terminal()));
        devices.add_output(Output::new(output(false), io::stdout().is_terminal()));
        devices.add_output(Output::new(output(true), true));
        devices
    }
}

impl Devices {
    /// Adds a device; its number.
    pub(super) fn add(&mut self, device: Device) -> i64 {
        let place = self.free.pop().unwrap_or_else(|| {
            self.places.push(Place::default());
            self.places.len() - 1
        });
        let entry = &mut self.places[place];
        entry.device = Some(device);
        entry.uses << PLACE_BITS | place as i64
    }

    pub(super) fn add_input(&mut self, input: Input) -> i64 {
        self.add(Device {
            input: Some(input),
            ..Device::default()
        })
    }

    pub(super) fn add_output(&mut self, output: Output) -> i64 {
        self.add(Device {
            output: Some(output),
            ..Device::default()
        })
    }

    pub(super) fn get(&mut self, id: i64) -> Option<&mut Device> {
        let place = self.places.get_mut(id as u32 as usize)?;
        if place.uses == id >> PLACE_BITS {
            place.device.as_mut()
        } else {
            None
        }
    }

    pub(super) fn input(&mut self, id: i64) -> Option<&mut Input> {
        self.get(id)?.input.as_mut()
    }

    pub(super) fn output(&mut self, id: i64) -> Option<&mut Output> {
        self.get(id)?.output.as_mut()
    }

    pub(super) fn all(&mut self) -> impl Iterator<Item = (i64, &mut Device)> {
        self.places.iter_mut().enumerate().filter_map(|(i, place)| {
            let id = place.uses << PLACE_BITS | i as i64;
            Some((id, place.device.as_mut()?))
        })
    }

    /// Forgets a device of which nothing is left. A child's exit code can be asked for
    /// after its ports are closed.
    pub(super) fn forget_closed(&mut self, id: i64) {
        let Some(device) = self.get(id) else { return };
        let is_used = device.input.is_some()
            || device.output.is_some()
            || device.server.is_some()
            || device.child.is_some();
        if !is_used {
            let place = id as u32 as usize;
            let entry = &mut self.places[place];
            entry.device = None;
            entry.uses += 1;
            self.free.push(place);
        }
    }
}

/// The running process. Primitives that tests call by themselves run in none.
pub(super) fn current(node: &Node) -> Pid {
    node.sched.current_pid().unwrap_or(Pid(0))
}

/// The port objects of the console: the same in all nodes, immovable.
pub(super) fn console_port(id: i64, flags: i64, name: &str) -> Value {
    let name = statics::alloc_static_string(name);
    statics::alloc_static_object(
        termite_abi::Kind::Port,
        0,
        &[Value::fixnum(id), Value::fixnum(flags), name],
    )
}
