#![no_main]
libfuzzer_sys::fuzz_target!(|input: &[u8]| cc_core_fuzz::recommendations(input));
