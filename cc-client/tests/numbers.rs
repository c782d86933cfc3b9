//! Numbers that no platform means, and words as none writes them: whatever a server sends, nothing ends by it, and nothing is kept that
//! later ones could not pass.
#![allow(clippy::unwrap_used, reason = "tests")]

#[path = "common/engine.rs"]
mod engine;

use cc_client::decide::OutboxState;
use cc_client::store::Store as _;
use engine::{JSON, PROBLEM, World, with_writes, write};

const LARGEST: &str = "18446744073709551615";

/// One write is on its way.
fn sending() -> World {
    World::with_token(&["vehicles/local/7"], with_writes(1))
}

#[test]
fn a_version_beyond_what_a_store_keeps_is_not_kept() {
    let id = write(0).id;
    for outcome in ["applied", "duplicate", "conflict"] {
        let mut world = sending();
        let body = format!(
            r#"{{"results":[{{"id":"{id}","outcome":"{outcome}","version":{LARGEST},"current":{{"version":{LARGEST},"value":{{}}}}}}]}}"#
        );
        world.answer("/v1/changes", 200, &[JSON], &body);
        let item = world.store.item("places", "0").unwrap();
        assert!(item.is_none_or(|item| item.version == 0), "{outcome}");
        assert!(!world.is_asked("/v1/changes"), "{outcome}");
    }
}

#[test]
fn an_outcome_may_be_written_with_escapes() {
    let id = write(0).id;
    let mut world = sending();
    let body = format!(r#"{{"results":[{{"id":"{id}","outcome":"a\u0070plied","version":1}}]}}"#);
    world.answer("/v1/changes", 200, &[JSON], &body);
    assert_eq!(world.store.waiting_count().unwrap(), 0);
}

#[test]
fn what_is_odd_in_one_result_holds_up_no_other() {
    let [odd, good] = [write(0).id, write(1).id];
    let refused = |problem: &str| format!(r#"{{"id":"{odd}","outcome":"rejected","problem":{problem}}}"#);
    let waiting_after = |result: &str| {
        let mut world = World::with_token(&["vehicles/local/7"], with_writes(2));
        let good = format!(r#"{{"id":"{good}","outcome":"applied","version":1}}"#);
        world.answer("/v1/changes", 200, &[JSON], &format!(r#"{{"results":[{result},{good}]}}"#));
        world.store.waiting_count().unwrap()
    };
    // What became of it is known all the same.
    for result in [
        refused(r#"{"code":"invalid_entity","title":null}"#),
        refused(r#"{"code":"invalid_entity","detail":5,"retryable":"no"}"#),
        refused("7"),
        format!(r#"{{"id":"{odd}","outcome":"applied","version":1.0}}"#),
        format!(r#"{{"id":"{odd}","outcome":"conflict","current":{{"version":null}}}}"#),
    ] {
        assert_eq!(waiting_after(&result), 0, "{result}");
    }
    // Of these nothing is known.
    for result in ["7", "{}", r#"{"outcome":"applied"}"#, r#"{"id":7,"outcome":"applied"}"#] {
        assert_eq!(waiting_after(result), 1, "{result}");
    }
}

#[test]
fn a_sequence_that_cannot_be_expected_is_not_taken() {
    for (code, expected) in
        [("sequence_gap", LARGEST), ("sequence_gap", "1"), ("conflict", "0"), ("x", LARGEST)]
    {
        let mut world = sending();
        for _ in 0..20 {
            let problem = format!(r#"{{"code":"{code}"}}"#);
            world.answer("/v1/changes", 409, &[PROBLEM, ("producer-expected-seq", expected)], &problem);
            let state = world.engine.status(world.now).outbox;
            assert!(matches!(state, OutboxState::Backoff { .. }), "{code} {expected}: {state:?}");
            assert!(!world.is_asked("/v1/changes"), "{code} {expected}");
            while !world.is_asked("/v1/changes") {
                world.pass(1);
                if world.is_asked("/v1/auth/token") {
                    world.token("next");
                }
            }
        }
        assert_eq!(world.store.waiting_count().unwrap(), 1, "{code} {expected}");
    }
}
