//! The virtual machine: processes, frames, the code store, the interpreter and the
//! driver.
//!
//! | module | owns |
//! |---|---|
//! | `node` | a node: heap, code, processes; the one owner of all of it |
//! | `code`, `literal` | loaded units, descriptors, linking |
//! | `foreign` | what is checked of units from strangers |
//! | `written` | frames, closures, processes as places and values; what is checked of them |
//! | `segment`, `interp` | the interpreter's form of a segment, and its loop |
//! | `driver` | what happens between segments |
//! | `process`, `mailbox` | a computation while it does not run, and its messages |
//! | `scheduler` | who runs when: the table of processes, the queue, deadlines |
//! | `message`, `exits` | sending and receiving; ends, links and monitors |
//! | `identity` | who made a pid or tag |
//! | `session`, `reach` | toplevel variables of a run, and which of them code can reach |
//! | `dist` | other nodes |
//! | `traffic` | bytes to and from them |
//! | `faults` | what tests can have go wrong |
//! | `outside` | what the scheduler asks of whoever does IO |
//! | `prim`, `prims` | what a primitive is; those of the machine itself |
//! | `machine`, `compile` | machine code as a trait, and when to ask for it |
//! | `host` | the compiler front end as a trait |
//! | `report` | messages and backtraces of uncaught errors |
//! | `limits` | fuel |
//! | `charge` | limits of single processes: heap, mailbox |
//! | `blocked` | processes that wait for descriptors and other answers of the system |
//! | `resident`, `wake` | calls from outside: a REPL's process, ending the node's wait |
//! | `inspect` | processes, mailboxes, nodes and services as text |
//! | `zeal` | modes that make rare events happen all the time |
//!
//! Does not know the expander, the lowering passes or Cranelift.

mod blocked;
mod charge;
pub mod code;
mod compile;
pub mod dist;
mod driver;
mod exits;
pub mod faults;
mod foreign;
pub mod host;
pub mod identity;
pub mod inspect;
mod interp;
mod limits;
mod literal;
pub mod machine;
mod mailbox;
mod message;
pub mod node;
pub mod outside;
mod parameters;
pub mod prim;
pub mod prims;
pub mod process;
mod reach;
pub mod report;
pub mod resident;
pub mod scheduler;
pub mod segment;
pub mod session;
pub mod testing;
pub mod traffic;
mod wake;
pub mod written;
pub mod zeal;

pub use blocked::{Cause, Watch};
pub use code::{Bodies, LinkError, LoadedUnit};
pub use driver::Served;
pub use host::{Arrival, Host};
pub use machine::{LinkData, Machine};
pub use node::{Attention, Flush, FlushSlot, LogSlot, Node, NodeOptions, Tier, Vm, remember_slot};
pub use outside::Reactor;
pub use prim::{Body, Cx, ErrorKind, Flow, Outcome, PrimCode, PrimError, Primitive, Raise};
pub use process::{Ending, Exit, Pid};
pub use report::{Writer, WriterSlot};
pub use wake::Wake;
pub use zeal::{Rewrite, Zeal};
