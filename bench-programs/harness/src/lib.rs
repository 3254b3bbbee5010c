//! Measuring Termite beside other systems, and what the tests share with that.
//!
//! Owns: finding the `termite` command ([`binary`]), running a command under limits
//! ([`process`]), assembling the programs of `bench-programs` ([`program`]); then, for
//! the `bench` command alone, the systems, the rounds, the lines to meet, the tables;
//! the same once more for processes and nodes ([`processes`]); and the experiment of the
//! paper on Termite's modules ([`experiment`]).
//! Imports nothing of Termite: it sees what a user's shell sees.

pub mod args;
pub mod binary;
pub mod experiment;
pub mod extras;
pub mod goals;
pub mod measure;
pub mod process;
pub mod processes;
pub mod program;
pub mod report;
pub mod systems;
pub mod temp;
