//! Networks on real sockets of loopback.

mod between;
mod hostile;
mod pair;
mod rogue;
