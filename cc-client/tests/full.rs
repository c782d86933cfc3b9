//! What a feed says when what came could not be stored.
#![allow(clippy::disallowed_methods, clippy::expect_used, clippy::unwrap_used, reason = "tests")]

#[path = "common/engine.rs"]
mod engine;

use cc_client::decide::{FeedState, Loss};
use cc_client::engine::{EngineConfig, Input, StoreCommand};
use cc_client::store::{MemoryStore, StoreError};
use engine::{JSON, PROBLEM, World};

#[test]
fn a_disk_that_is_full_is_told_from_a_store_that_fails() {
    for is_listing in [false, true] {
        for (error, expected) in [
            (StoreError::Full, Loss::StorageFull),
            (StoreError::Busy, Loss::StoreFailed),
            (StoreError::Corrupt, Loss::StoreFailed),
        ] {
            let (said, is_full) = (error.to_string(), matches!(error, StoreError::Full));
            let mut config = EngineConfig::new(1, 7);
            config.collections = vec!["places".into()];
            let mut world = World::start(config, MemoryStore::new());
            world.token("one");
            if is_listing {
                world.answer("/v1/feeds/me", 410, &[PROBLEM], r#"{"code":"offset_gone"}"#);
            }
            world.is_store_slow = true;
            if is_listing {
                let page = r#"{"items":[],"more":false,"offset":"5"}"#;
                world.answer("/v1/collections/places", 200, &[JSON], page);
            } else {
                world.nothing_new("/v1/feeds/me");
            }
            let what = if is_listing { "Replace" } else { "Take" };
            let of_it = |(_, command): &&(u64, StoreCommand)| format!("{command:?}") == what;
            let ticket = world.asked.iter().find(of_it).unwrap().0;
            world.is_store_slow = false;
            world.tell(Input::Stored { ticket, answer: Err(error) });
            let status = world.engine.status(world.now);
            assert_eq!(status.store_full, is_full, "{said} {is_listing}");
            let state = status.feeds[0].1;
            assert!(
                matches!(state, FeedState::Backoff { loss, .. } if loss == expected),
                "{said} {is_listing}: {state:?}"
            );
            // What would be thrown away again is not asked for before that.
            assert!(world.open.is_empty(), "{said} {is_listing}: {:?}", world.open);
            if is_listing {
                let wait = if said == "another process has used the database for too long" { 15 } else { 60 };
                world.pass(wait - 1);
                assert!(world.open.is_empty(), "{said}: {:?}", world.open);
                world.pass(1);
                assert!(world.is_asked("/v1/collections/places"), "{said}: {:?}", world.open);
                let page = r#"{"items":[],"more":false,"offset":"5"}"#;
                world.answer("/v1/collections/places", 200, &[JSON], page);
                assert!(!world.engine.status(world.now).store_full, "{said}: there is room again");
            }
        }
    }
}

/// The next messages may begin behind a longer gap, and nothing but this says so.
#[test]
fn a_gap_of_which_it_cannot_be_stored_that_the_app_knows_it_is_told_again() {
    const CAR: &str = "/v1/feeds/vehicles/local/7";
    let mut world = World::with_token(&["vehicles/local/7"], MemoryStore::new());
    let up_to = |offset| [JSON, ("stream-next-offset", offset), ("stream-up-to-date", "true")];
    world.answer(CAR, 200, &up_to("5"), r#"["4"]"#);
    world.tell(Input::Delivered { ticket: world.last_ticket });
    world.answer(CAR, 410, &[PROBLEM], r#"{"code":"offset_gone"}"#);
    world.answer(CAR, 200, &up_to("9"), r#"["8"]"#);
    let count = |world: &World| world.said.iter().filter(|said| said.starts_with("Missed")).count();
    assert_eq!(count(&world), 1, "{:?}", world.said);

    world.is_store_slow = true;
    world.tell(Input::Delivered { ticket: world.last_ticket });
    let of_it = |(_, command): &&(u64, StoreCommand)| format!("{command:?}") == "Told";
    let ticket = world.asked.iter().find(of_it).unwrap().0;
    world.is_store_slow = false;
    world.tell(Input::Stored { ticket, answer: Err(StoreError::Full) });
    assert_eq!(count(&world), 2, "{:?}", world.said);
}
