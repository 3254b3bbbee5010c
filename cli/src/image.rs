//! The standard library, compiled when this program was built.

use termite_driver::Image;
use termite_expand::LibraryName;
use termite_syntax::{FileId, read_all};

static IMAGE: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/image.bin"));
/// Tells this build of the compiler from others whose code may differ.
pub const BUILD: &str = include_str!(concat!(env!("OUT_DIR"), "/build-id.txt"));
static INITIAL: &str = include_str!("../../lib-scheme/initial.scm");

pub fn open() -> Image {
    // Written by this program's own build; an empty image is what is left otherwise, and
    // the first import says so.
    Image::open(IMAGE).unwrap_or_default()
}

/// The libraries that scripts and the REPL start from.
pub fn initial_libraries() -> Vec<LibraryName> {
    let data = read_all(FileId::NONE, INITIAL).unwrap_or_default();
    let names = data.iter().flat_map(|list| list.items());
    names.filter_map(LibraryName::from_datum).collect()
}
