//! Readers of a feed of messages: what they do not take, and who comes after them.
#![cfg(all(feature = "testing", feature = "tokio"))]
#![allow(clippy::disallowed_methods, clippy::expect_used, clippy::unwrap_used, reason = "tests")]

use std::time::{Duration, Instant};

use cc_client::store::MemoryStore;
use cc_client::testing::{FAKE_SESSION, FakeTransport};
use cc_client::{Client, Deliveries, Delivery, NoDelivery};

const FEED: &str = "vehicles/local/7";

async fn follower(world: &FakeTransport) -> Client {
    let builder = Client::builder(world.clone(), MemoryStore::new()).session(FAKE_SESSION);
    builder.follow(FEED).start().await.unwrap()
}

async fn next(deliveries: &mut Deliveries) -> Delivery {
    let next = tokio::time::timeout(Duration::from_secs(5), deliveries.recv()).await;
    next.expect("nothing is delivered").expect("the client has ended")
}

/// Takes all until `last` has come; gives what came.
async fn take_until(deliveries: &mut Deliveries, last: &str) -> Vec<String> {
    let mut read: Vec<String> = Vec::new();
    while read.last().is_none_or(|read| read != last) {
        let delivery = next(deliveries).await;
        read.extend(delivery.messages.iter().map(ToString::to_string));
        delivery.taken();
    }
    read
}

#[tokio::test]
async fn what_a_reader_does_not_take_comes_again_after_a_wait() {
    let world = FakeTransport::default();
    let phone = follower(&world).await;
    world.platform().tell(FEED, "1");
    let mut events = phone.read(FEED).unwrap();
    drop(next(&mut events).await);
    let (since, mut given) = (Instant::now(), 0);
    while since.elapsed() < Duration::from_millis(2_500) {
        if let Ok(Some(again)) = tokio::time::timeout(Duration::from_millis(100), events.recv()).await {
            drop(again);
            given += 1;
        }
    }
    assert!((1..=3).contains(&given), "given {given} times more");
    // A new reader does not wait for that.
    let mut anew = phone.read(FEED).unwrap();
    assert_eq!(take_until(&mut anew, "1").await, ["1"]);
}

#[tokio::test]
async fn a_second_reader_takes_the_place_of_the_first() {
    let world = FakeTransport::default();
    let phone = follower(&world).await;
    world.platform().tell(FEED, "1");
    // One that never looks at what it was given, and one that has it in hand.
    for has_it_in_hand in [false, true] {
        let mut first = phone.read(FEED).unwrap();
        let in_hand = if has_it_in_hand { Some(next(&mut first).await) } else { None };
        tokio::time::sleep(Duration::from_millis(200)).await;
        let mut second = phone.read(FEED).unwrap();
        assert_eq!(&*next(&mut second).await.messages[0], "1", "{has_it_in_hand}");
        drop((first, in_hand));
    }
}

#[tokio::test]
async fn what_the_second_reader_has_taken_is_not_given_to_the_first_which_had_not_fetched_it() {
    for polls in [false, true] {
        let world = FakeTransport::default();
        let phone = follower(&world).await;
        world.platform().tell(FEED, "1");
        let mut first = phone.read(FEED).unwrap();
        // It is there for the first by now.
        tokio::time::sleep(Duration::from_millis(200)).await;
        let mut second = phone.read(FEED).unwrap();
        assert_eq!(take_until(&mut second, "1").await, ["1"]);
        if polls {
            assert_eq!(first.try_recv().unwrap_err(), NoDelivery::Closed);
        } else {
            assert!(first.recv().await.is_none());
        }
    }
}

#[tokio::test]
async fn a_first_reader_that_takes_late_takes_nothing_from_the_second() {
    let world = FakeTransport::default();
    let phone = follower(&world).await;
    world.platform().tell(FEED, "1");
    let mut first = phone.read(FEED).unwrap();
    let late = next(&mut first).await;
    let mut second = phone.read(FEED).unwrap();
    let held = next(&mut second).await;
    late.taken();
    world.platform().tell(FEED, "2");
    tokio::time::sleep(Duration::from_millis(100)).await;
    // One at a time: the next comes once this was taken.
    let second_has = tokio::time::timeout(Duration::from_millis(50), second.recv()).await;
    assert!(second_has.is_err());
    held.taken();
    assert_eq!(take_until(&mut second, "2").await, ["2"]);
    assert!(first.recv().await.is_none());
}

#[tokio::test]
async fn what_was_taken_just_before_the_next_reader_came_is_not_given_to_it() {
    let world = FakeTransport::default();
    let phone = follower(&world).await;
    for number in 0..50 {
        let number = number.to_string();
        world.platform().tell(FEED, number.clone());
        let mut events = phone.read(FEED).unwrap();
        assert_eq!(take_until(&mut events, &number).await, [number]);
    }
}
