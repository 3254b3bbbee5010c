//! Mutants of sound units: see `termite_ir::fuzz::structural`.

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    termite_ir::fuzz::structural(data);
});
