#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| tasuki_fuzzing::fact(bytes));
