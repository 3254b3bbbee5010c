//! Version 1 of messages. When version 2 is made, this folder is copied and then left
//! alone.
//!
//! | module | owns |
//! |---|---|
//! | `op` | the operations |
//! | `encode`, `cursor`, `sharing`, `index`, `header` | writing: the walk, its list, what has been met, tables, the header |
//! | `decode`, `numbers`, `build`, `tables` | reading: operations, numbers, objects under construction, the header |

mod build;
mod cursor;
mod decode;
mod encode;
mod header;
mod index;
mod numbers;
pub mod op;
mod sharing;
mod tables;

pub use decode::decode;
pub use encode::encode;
pub use tables::units_of;

/// First byte of a message.
pub const VERSION: u8 = 1;

/// Bits of the second byte: which tables follow, in this order.
const UNITS: u8 = 1;
const ORIGINS: u8 = 2;
const NODES: u8 = 4;
const SYMBOLS: u8 = 8;
const BUILTINS: u8 = 16;
const TYPES: u8 = 32;
