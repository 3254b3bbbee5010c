//! Libraries: their names, what they show, how they are found, and `define-library`.

mod assigned;
pub mod bytes;
pub mod close;
pub mod declarations;
pub mod decode;
pub mod encode;
pub mod import;
pub mod interface;
pub mod loader;
mod meaning;
pub mod name;
