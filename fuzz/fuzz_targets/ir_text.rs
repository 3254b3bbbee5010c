//! Any text as a unit in text form: see `termite_ir::fuzz::textual`.

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    termite_ir::fuzz::textual(data);
});
