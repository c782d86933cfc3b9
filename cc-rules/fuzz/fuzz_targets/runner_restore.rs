//! Any text is the saved state of a runner or an error.
#![no_main]

libfuzzer_sys::fuzz_target!(|text: &str| {
    let pack = cc_rules::standard_pack();
    if let Ok((mut runner, _)) = cc_rules::Runner::restore(pack, chrono::TimeDelta::zero(), text) {
        let _ = runner.drain();
        let _ = runner.save();
    }
});
