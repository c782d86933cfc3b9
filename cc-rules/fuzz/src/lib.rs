//! The target functions. Each takes any bytes and must neither panic, nor hang, nor break its law.
//!
//! `cc-rules/tests/fuzz_corpus.rs` includes this file and runs every function over the committed seeds, on stable Rust.

use std::sync::LazyLock;

use cc_rules::batch::{BatchOptions, Job, Start, apply_many};
use cc_rules::signed::TrustedKeys;
use cc_rules::{Pack, Runner, VehicleState, advance, next_deadline, source};
use chrono::{Days, TimeDelta};

static PACK: LazyLock<Pack> = LazyLock::new(cc_rules::standard_pack);
/// A seed with every block that looks back over time.
static BLOCKS: LazyLock<Pack> = LazyLock::new(|| {
    let text = include_str!("../corpus/pack_source/blocks");
    source::compile("blocks", &[("blocks", text)]).expect("the seed is a pack").pack
});

/// A seed with stages, suppression and rules that end by themselves.
static VOICES: LazyLock<Pack> = LazyLock::new(|| {
    let text = include_str!("../corpus/pack_source/voices");
    source::compile("voices", &[("voices", text)]).expect("the seed is a pack").pack
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
    for pack in [&*PACK, &*BLOCKS, &*VOICES] {
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

/// The key that the seeds are signed with; everybody knows its private half.
static TRUSTED: LazyLock<TrustedKeys> = LazyLock::new(|| {
    let key = "ed25519:d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a";
    key.parse().unwrap_or_default()
});

/// Any bytes are a signed pack or an error, and what loads is what stands behind its first line, to the byte.
pub fn signed_load(input: &[u8]) {
    let loaded = Pack::load_signed(input, &TRUSTED, chrono::DateTime::UNIX_EPOCH);
    if let Ok(pack) = loaded {
        let body = input.iter().position(|byte| *byte == b'\n').and_then(|end| input.get(end + 1..));
        assert_eq!(Some(pack.to_canonical_json().as_bytes()), body);
    }
}

/// Any bytes, cut where a state may begin, are a batch in which each state is read or refused by itself, alone as together.
pub fn batch_restore(input: &[u8]) {
    let mut starts: Vec<usize> =
        (0..input.len()).filter(|at| input[*at..].starts_with(b"CCR")).take(16).collect();
    starts.push(input.len());
    let parts: Vec<&[u8]> = starts.windows(2).map(|ends| &input[ends[0]..ends[1]]).collect();
    let job = |part: &&[u8]| Job::new(Start::Bytes(part.to_vec()), Vec::new());
    let options = BatchOptions { encode: true, threads: 1 };
    let outcomes = apply_many(&PACK, parts.iter().map(job).collect(), options);
    assert_eq!(outcomes.len(), parts.len());
    for (part, outcome) in parts.iter().zip(outcomes) {
        let alone = VehicleState::from_bytes(&PACK, part).map(|(state, _)| state.to_bytes(&PACK));
        assert_eq!(outcome.map(|outcome| outcome.bytes), alone);
    }
}
