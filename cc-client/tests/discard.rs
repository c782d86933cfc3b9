//! A write that a person takes out before it is on its way: whatever the lane waited for, it is not sent after that.
#![allow(clippy::disallowed_methods, clippy::expect_used, clippy::unwrap_used, reason = "tests")]

#[path = "common/engine.rs"]
mod engine;

use cc_client::decide::{AuthLoss, OutboxState};
use cc_client::engine::{Input, StoreClient, StoreCommand};
use cc_client::store::{MemoryStore, Store};
use engine::{JSON, PROBLEM, World, device, with_writes, write};

const CHANGES: &str = "/v1/changes";

/// Nobody could be reached for the first attempt.
fn waits() -> World {
    let mut world = World::with_token(&[], with_writes(2));
    let request = world.find(CHANGES);
    world.open.remove(&request);
    world.tell(Input::Lost { request, loss: AuthLoss::NotConnected });
    world
}

/// A person takes the first of them out.
fn discards(world: &mut World) {
    assert!(world.store.discard(write(0).id).unwrap());
    world.tell(Input::Discarded { id: write(0).id });
}

/// What is sent: the second only.
fn sends_the_rest(world: &World, wait: &str) {
    let body = String::from_utf8(world.open[&world.find(CHANGES)].body.clone()).unwrap();
    assert!(!body.contains(&write(0).id.to_string()), "{wait}: what was taken out is sent");
    assert!(body.contains(&write(1).id.to_string()), "{wait}: {body}");
}

#[test]
fn what_is_taken_out_during_a_wait_is_not_sent_after_it() {
    let state = |world: &World| world.engine.status(world.now).outbox;
    let mut world = waits();
    assert!(matches!(state(&world), OutboxState::Backoff { .. }));
    discards(&mut world);
    world.wait();
    // Half of the two is the one that is left.
    sends_the_rest(&world, "backoff");

    let mut world = waits();
    world.tell(Input::Network { up: false });
    assert_eq!(state(&world), OutboxState::Offline);
    discards(&mut world);
    world.tell(Input::Network { up: true });
    sends_the_rest(&world, "no network");

    let mut world = waits();
    world.tell(Input::Asleep(true));
    assert_eq!(state(&world), OutboxState::Suspended);
    discards(&mut world);
    world.tell(Input::Asleep(false));
    sends_the_rest(&world, "sleep");

    let mut world = World::with_token(&[], with_writes(2));
    world.pass(10);
    world.answer(CHANGES, 401, &[PROBLEM], r#"{"code":"token_expired"}"#);
    assert_eq!(state(&world), OutboxState::NeedsToken);
    discards(&mut world);
    world.token("two");
    sends_the_rest(&world, "no token");
}

#[test]
fn what_is_taken_out_while_it_is_held_back_is_not_sent_when_that_is_over() {
    let mut world = World::with_token(&["a"], with_writes(0));
    world.answer("/v1/feeds/a", 503, &[PROBLEM, ("retry-after", "60")], r#"{"code":"unavailable"}"#);
    for number in [0, 1] {
        world.store.accept("main", &[write(number)]).unwrap();
    }
    world.tell(Input::Filled);
    assert!(world.open.is_empty(), "{:?}", world.open);
    discards(&mut world);
    world.pass(59);
    assert!(world.open.is_empty(), "{:?}", world.open);
    world.pass(1);
    sends_the_rest(&world, "held back");
    // It goes on as ever.
    let id = write(1).id;
    let done = format!(r#"{{"results":[{{"id":"{id}","outcome":"applied","version":1}}]}}"#);
    world.answer(CHANGES, 200, &[JSON], &done);
    assert!(world.said.contains(&format!("Settled({id}, Applied)")), "{:?}", world.said);
    assert_eq!(world.store.waiting_count().unwrap(), 0);
}

#[cfg(all(feature = "testing", feature = "tokio"))]
#[tokio::test]
async fn what_the_platform_has_done_is_not_taken_off_the_screen() {
    use cc_client::engine::HttpRequest;
    use cc_client::testing::{FAKE_SESSION, FakeTransport};
    use cc_client::transport::{Boxed, HttpAnswer, Transport, TransportError};
    use cc_client::{Client, WriteKind, decide::SendOutcome};

    /// A platform whose feeds say nothing.
    #[derive(Clone, Default)]
    struct Mute(FakeTransport);
    impl Transport for Mute {
        fn send(&self, request: HttpRequest) -> Boxed<'static, Result<HttpAnswer, TransportError>> {
            let is_feed = request.target.starts_with("/v1/feeds/");
            if is_feed { Box::pin(std::future::pending()) } else { self.0.send(request) }
        }
    }

    let phone =
        Client::builder(Mute::default(), MemoryStore::new()).session(FAKE_SESSION).start().await.unwrap();
    let done = phone.submit("places", "1", WriteKind::Put, r#"{"name":"Home"}"#).await.unwrap();
    assert_eq!(phone.outcome(done).await.unwrap(), SendOutcome::Applied);
    assert!(!phone.discard(done).await.unwrap());
    let item = phone.item("places", "1").await.unwrap().expect("it exists on the platform, and is not shown");
    assert_eq!((&*item.value, item.pending), (r#"{"name":"Home"}"#, false));
    // What has not been sent is taken out as ever.
    phone.set_network(false).unwrap();
    let waits = phone.submit("places", "1", WriteKind::Patch, r#"{"name":"House"}"#).await.unwrap();
    assert!(phone.discard(waits).await.unwrap());
    assert_eq!(&*phone.item("places", "1").await.unwrap().unwrap().value, r#"{"name":"Home"}"#);
}

#[test]
fn what_is_taken_out_just_after_the_store_has_read_it_is_not_sent() {
    for writes in [1, 2] {
        let mut world = World::with_token(&["a"], MemoryStore::new());
        for number in 0..writes {
            world.store.accept("main", &[write(number)]).unwrap();
        }
        world.is_store_slow = true;
        world.tell(Input::Filled);
        let is_load = |command: &StoreCommand| matches!(command, StoreCommand::Load { .. });
        let place = world.asked.iter().position(|(_, command)| is_load(command)).unwrap();
        let (ticket, command) = world.asked.remove(place);
        let answer =
            StoreClient { lane: "main", owner: 1 }.execute(&mut world.store, device(world.now), command);
        assert!(world.store.discard(write(0).id).unwrap());
        // The order comes before what the store has said.
        world.tell(Input::Discarded { id: write(0).id });
        world.tell(Input::Stored { ticket, answer });
        world.store_answers();
        if writes == 2 {
            sends_the_rest(&world, "read before");
        } else {
            assert!(!world.is_asked(CHANGES), "it is sent: {:?}", world.open);
            assert_eq!(world.engine.status(world.now).outbox, OutboxState::Idle);
        }
    }
}
