//! The target functions. Each takes any bytes and must neither panic, nor hang, nor break its law.
//!
//! `cc-rules/tests/fuzz_corpus.rs` includes this file and runs every function over the committed seeds, on stable Rust.

use std::sync::LazyLock;

use cc_rules::{Pack, Runner, VehicleState, advance, next_deadline, source};
use chrono::{Days, TimeDelta};

static PACK: LazyLock<Pack> = LazyLock::new(cc_rules::standard_pack);
/// A seed with every block that looks back over time.
static BLOCKS: LazyLock<Pack> = LazyLock::new(|| {
    let text = include_str!("../corpus/pack_source/blocks");
    source::compile("blocks", &[("blocks", text)]).expect("the seed is a pack").pack
});

/// Any bytes are a pack or findings; what loads says the same again.
pub fn pack_load(input: &[u8]) {
    if let Ok(pack) = Pack::load(input) {
        assert_eq!(pack.to_canonical_json().as_bytes(), input);
    }
}

/// Any text is a pack or findings, each with its place; what compiles loads, and its tests run. What can be laid out anew is
/// so once and for all, and means the same.
pub fn pack_source(input: &[u8]) {
    let Ok(text) = std::str::from_utf8(input) else { return };
    let formatted = source::format(text);
    if let Ok(formatted) = &formatted {
        assert_eq!(source::format(formatted).as_ref(), Ok(formatted));
    }
    match source::compile("fuzz.yaml", &[("fuzz.yaml", text)]) {
        Ok(compiled) => {
            let bytes = compiled.pack.to_canonical_json().as_bytes();
            let loaded = Pack::load(bytes).expect("what compiles loads");
            assert_eq!(loaded.hash(), compiled.pack.hash());
            if let Ok(formatted) = &formatted {
                let again = source::compile("fuzz.yaml", &[("fuzz.yaml", formatted)])
                    .expect("the layout means nothing");
                assert_eq!(again.pack.hash(), compiled.pack.hash());
            }
            for test in compiled.tests.iter().take(4) {
                let _ = test.run(&compiled.pack).to_string();
            }
        }
        Err(found) => assert!(found.iter().all(|found| found.line > 0 && found.column > 0)),
    }
}

/// Any bytes are a state or an error. A state that was read has stable bytes, and its time moves on: deadline by
/// deadline it comes to the same as at once.
pub fn state_restore(input: &[u8]) {
    for pack in [&*PACK, &*BLOCKS] {
        restored(pack, input);
    }
}

fn restored(pack: &Pack, input: &[u8]) {
    let Ok((mut state, _)) = VehicleState::from_bytes(pack, input) else { return };
    let again = state.to_bytes(pack);
    let (same, _) = VehicleState::from_bytes(pack, &again).expect("what is written reads back");
    assert_eq!(same.to_bytes(pack), again);
    let Some(until) = state.reached().and_then(|reached| reached.checked_add_days(Days::new(40))) else {
        return;
    };
    let mut at_once = state.clone();
    let mut changes = Vec::new();
    let mut last = None;
    while let Some(next) = next_deadline(pack, &state).filter(|next| *next < until) {
        assert!(last < Some(next), "a deadline that ran is due again");
        last = Some(next);
        changes.extend(advance(pack, &mut state, next + TimeDelta::nanoseconds(1)));
    }
    changes.extend(advance(pack, &mut state, until));
    assert_eq!(changes, advance(pack, &mut at_once, until));
    assert_eq!(state.to_bytes(pack), at_once.to_bytes(pack));
}

/// Any text is the saved state of a runner or an error; what was read is saved again, and ends.
pub fn runner_restore(input: &[u8]) {
    let Ok(text) = std::str::from_utf8(input) else { return };
    let Ok((mut runner, _)) = Runner::restore(PACK.clone(), TimeDelta::zero(), text) else { return };
    let saved = runner.save();
    let (again, _) =
        Runner::restore(PACK.clone(), TimeDelta::zero(), &saved).expect("what is saved reads back");
    assert_eq!(again.save(), saved);
    let _ = runner.drain();
    let _ = runner.save();
}
