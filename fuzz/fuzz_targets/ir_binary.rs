//! Any bytes as an encoded unit: see `termite_ir::fuzz::binary`.

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    termite_ir::fuzz::binary(data);
});
