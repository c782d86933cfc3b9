//! Several processes of one app that follow the same feed of messages on one file: nobody is given again what it has taken, or what another has.
#![cfg(all(feature = "testing", feature = "tokio", feature = "sqlite"))]
#![allow(clippy::disallowed_methods, clippy::expect_used, clippy::unwrap_used, reason = "tests")]

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use cc_client::engine::HttpRequest;
use cc_client::store::{Durability, SqliteStore};
use cc_client::testing::{FAKE_SESSION, FakeTransport};
use cc_client::transport::{Boxed, HttpAnswer, Transport, TransportError};
use cc_client::{Client, Deliveries, Delivery};

const CAR: &str = "vehicles/local/7";

const ANOTHER: &str = "another session of the same person";

/// The platform, which says of another session whose it is once that is known.
#[derive(Clone, Default)]
struct Late {
    world: FakeTransport,
    is_known: Arc<AtomicBool>,
}

impl Transport for Late {
    fn send(&self, mut request: HttpRequest) -> Boxed<'static, Result<HttpAnswer, TransportError>> {
        for (_, value) in request.headers.iter_mut().filter(|(_, value)| value.ends_with(ANOTHER)) {
            if !self.is_known.load(Ordering::SeqCst) {
                return Box::pin(async { Err(TransportError::NotConnected) });
            }
            *value = format!("Bearer {FAKE_SESSION}");
        }
        self.world.send(request)
    }
}

async fn process(world: &(impl Transport + Clone + 'static), path: &Path) -> (Client, Deliveries) {
    let store = SqliteStore::open(path, Durability::Process).unwrap();
    let builder = Client::builder(world.clone(), store).session(FAKE_SESSION);
    let client = builder.follow(CAR).start().await.unwrap();
    let events = client.read(CAR).unwrap();
    (client, events)
}

fn numbers(delivery: &Delivery) -> Vec<u32> {
    delivery.messages.iter().map(|message| message.parse().unwrap()).collect()
}

async fn next(events: &mut Deliveries) -> Delivery {
    let next = tokio::time::timeout(Duration::from_secs(5), events.recv()).await;
    next.expect("nothing is delivered").expect("the client has ended")
}

/// Takes what comes, each after a moment, until nothing has come for a second and all of them together were given so many, or never are.
async fn read(mut events: Deliveries, wait: Duration, (all, most): (All, usize)) -> Vec<u32> {
    let (mut read, began) = (Vec::new(), Instant::now());
    loop {
        let Ok(next) = tokio::time::timeout(Duration::from_secs(1), events.recv()).await else {
            if all.lock().unwrap().len() >= most || began.elapsed() > Duration::from_secs(60) {
                return read;
            }
            continue;
        };
        let Some(delivery) = next else { return read };
        tokio::time::sleep(wait).await;
        let numbers = numbers(&delivery);
        delivery.taken();
        all.lock().unwrap().extend(&numbers);
        read.extend(numbers);
    }
}

/// What all readers were given.
type All = Arc<Mutex<BTreeSet<u32>>>;

#[tokio::test(flavor = "multi_thread")]
async fn no_process_is_given_again_what_it_has_taken_and_none_goes_back() {
    let folder = tempfile::tempdir().unwrap();
    let (world, path) = (FakeTransport::default(), folder.path().join("client.db"));
    let (mut clients, mut readers, all) = (Vec::new(), Vec::new(), All::default());
    for wait in [0, 3, 20] {
        let (client, events) = process(&world, &path).await;
        clients.push(client);
        readers.push(tokio::spawn(read(events, Duration::from_millis(wait), (all.clone(), 600))));
    }
    for number in 0..600_u32 {
        world.platform().tell(CAR, number.to_string());
        // Now one by one, now many at once.
        tokio::time::sleep(Duration::from_millis(if number / 100 % 2 == 0 { 4 } else { 0 })).await;
    }
    for reader in readers {
        let read = reader.await.unwrap();
        let back = read.windows(2).find(|two| two[0] >= two[1]);
        assert_eq!(back, None, "of {}", read.len());
    }
    assert_eq!(all.lock().unwrap().len(), 600);
    for client in clients {
        client.shutdown().await.unwrap();
    }
}

#[tokio::test]
async fn what_another_process_has_taken_meanwhile_is_not_given() {
    let folder = tempfile::tempdir().unwrap();
    let (world, path) = (FakeTransport::default(), folder.path().join("client.db"));
    let (app, mut of_app) = process(&world, &path).await;
    let (extension, mut of_extension) = process(&world, &path).await;
    world.platform().tell(CAR, "1");
    let both = (next(&mut of_app).await, next(&mut of_extension).await);
    // Both had it in hand before either had taken it. Now one reads on alone.
    both.0.taken();
    for number in 2..9_u32 {
        world.platform().tell(CAR, number.to_string());
        let delivery = next(&mut of_app).await;
        assert_eq!(numbers(&delivery), [number]);
        delivery.taken();
    }
    app.shutdown().await.unwrap();
    both.1.taken();
    world.platform().tell(CAR, "9");
    assert_eq!(numbers(&next(&mut of_extension).await), [9]);
    extension.shutdown().await.unwrap();
}

#[tokio::test]
async fn what_was_taken_before_it_was_known_whose_a_new_session_is_is_not_given_then() {
    let folder = tempfile::tempdir().unwrap();
    let (world, path) = (Late::default(), folder.path().join("client.db"));
    let (app, mut of_app) = process(&world, &path).await;
    let (extension, mut of_extension) = process(&world, &path).await;
    world.world.platform().tell(CAR, "1");
    next(&mut of_app).await.taken();
    app.sign_in(ANOTHER).unwrap();
    world.world.platform().tell(CAR, "2");
    tokio::time::sleep(Duration::from_millis(500)).await;
    // It is given the two one by one, or both at once.
    let mut last = None;
    while last != Some(2) {
        let delivery = next(&mut of_extension).await;
        last = numbers(&delivery).last().copied();
        delivery.taken();
    }
    tokio::time::sleep(Duration::from_millis(200)).await;
    world.is_known.store(true, Ordering::SeqCst);
    app.wait_until_known(Duration::from_secs(20)).await.unwrap();
    world.world.platform().tell(CAR, "3");
    assert_eq!(numbers(&next(&mut of_app).await), [3]);
    app.shutdown().await.unwrap();
    extension.shutdown().await.unwrap();
}
