//! The harness of the tests that see Termite from outside.
//!
//! Programs go in as text, what the `termite` command prints comes out, and every way of
//! running a program must give the same ([`suite`]); the source tree itself is checked
//! too ([`tree`], [`rust_source`], [`manifest`], [`scheme_source`]). Tests of several nodes
//! start them as processes of the system ([`cluster`], [`proxy`]). Nothing here is
//! linked with Termite: what tests a crate from inside stands in that crate, and what
//! tests the compiler as a whole in `frontend`.
//!
//! Variables that change a run:
//!
//! - `TERMITE_BIN`: the command to test, instead of the one built from this tree;
//! - `TERMITE_BLESS=1`: take what the interpreter prints on stderr as right, and its
//!   output too where no `.out` file exists yet;
//! - `TERMITE_FILTER=text`: only programs with this in their path;
//! - `TERMITE_MODES=interp,jit`: only these modes;
//! - `TERMITE_SEEDS=FROM..TO`: these generated programs;
//! - `TERMITE_HOPS=N`: how often a process goes on to the next node of a ring.

pub mod appendix;
pub mod bless;
pub mod case;
pub mod check;
pub mod cluster;
pub mod diff;
pub mod generate;
pub mod manifest;
pub mod mode;
pub mod pool;
pub mod proxy;
pub mod readme;
pub mod report;
pub mod rust_source;
pub mod scheme_source;
pub mod suite;
pub mod tree;
pub mod upstream;
