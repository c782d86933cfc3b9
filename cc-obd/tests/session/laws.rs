//! What holds for every line.

use std::collections::BTreeSet;
use std::time::Duration;

use cc_core::SignalId;
use cc_obd::capture::Item;
use cc_obd::session::{Input, Job, Output, Session, SessionOptions};
use cc_obd::sim::{Elm327, Scenario};
use proptest::prelude::*;

use crate::harness::{Line, World, word};

const SECOND: Duration = Duration::from_secs(1);

fn story(line: Line) -> World {
    let mut world = World::new(Scenario::standard(), line);
    world.session.watch(&SignalId::ENGINE_SPEED, SECOND).unwrap();
    assert_eq!(world.job(Job::Codes), Ok(()), "{line:?}");
    world.run_until(SECOND * 40);
    world
}

#[test]
fn chunks_do_not_matter() {
    let whole = story(Line::default());
    for chunk in [1, 2, 3, 7, 16] {
        let other = story(Line { chunk, ..Line::default() });
        assert_eq!(whole.reports, other.reports, "chunks of {chunk}");
        assert_eq!(whole.transcript, other.transcript);
    }
}

/// A cut may repeat what was read and never invents anything; and the job ends well.
#[test]
fn a_cut_behind_any_byte_is_survived() {
    let whole: BTreeSet<String> = story(Line::default()).items().map(word).collect();
    // The set-up, the search and the codes are some 900 bytes.
    for cut in 0..900 {
        let world = story(Line { cut_behind: Some(cut), ..Line::default() });
        let found: BTreeSet<String> = world.items().map(word).collect();
        assert_eq!(found, whole, "cut behind byte {cut}: {:?}", world.sent);
        assert!(
            !world.items().any(|decoded| matches!(decoded.item, Item::Error(_))),
            "cut behind byte {cut}"
        );
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn whatever_comes_back_it_goes_on(noise in prop::collection::vec(any::<u8>(), 0..600), chunk in 1..40_usize) {
        let mut session = Session::with_adapter(SessionOptions::default());
        session.watch_all(SECOND);
        session.start(Job::Codes);
        session.handle(Duration::ZERO, Input::Connected);
        let mut now = Duration::ZERO;
        for chunk in noise.chunks(chunk) {
            now += SECOND / 2;
            session.handle(now, Input::Received(chunk));
            session.handle(now, Input::Tick);
            while let Some(output) = session.poll() {
                if output == Output::Hangup {
                    session.handle(now, Input::Connected);
                }
            }
        }
        while session.poll().is_some() {}
        // Whatever state that left, time brings it to the next step.
        prop_assert!(session.next_deadline().is_some());
    }

    #[test]
    fn the_adapter_answers_every_line_with_a_prompt(text in "[ATSHZIPD0-9A-F @]{0,12}") {
        let mut adapter = Elm327::new(Scenario::standard());
        adapter.handle(Duration::ZERO, text.as_bytes());
        adapter.handle(Duration::ZERO, b"\r");
        let mut said = Vec::new();
        while let Some(due) = adapter.next_deadline() {
            if let Some(cc_obd::sim::SimOutput::Bytes(bytes)) = adapter.poll(due) {
                said.extend(bytes);
            }
        }
        prop_assert!(said.ends_with(b"\r>"), "{:?}", String::from_utf8_lossy(&said));
    }
}
