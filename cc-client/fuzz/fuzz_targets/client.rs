#![no_main]
libfuzzer_sys::fuzz_target!(|input: &[u8]| cc_client_fuzz::client(input));
