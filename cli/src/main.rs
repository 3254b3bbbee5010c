//! The `termite` command; everything is in the library beside it.

fn main() {
    std::process::exit(termite_cli::main());
}
