#![no_main]
libfuzzer_sys::fuzz_target!(|input: &[u8]| cc_obd_fuzz::read_vin(input));
