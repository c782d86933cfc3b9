#![no_main]
libfuzzer_sys::fuzz_target!(|input: &[u8]| cc_rules_fuzz::batch_restore(input));
