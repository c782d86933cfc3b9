//! What a reader of a feed is given once somebody signs in: nothing before it is known who that is, and nothing of anybody else.
#![cfg(all(feature = "testing", feature = "tokio"))]
#![allow(clippy::disallowed_methods, clippy::expect_used, clippy::unwrap_used, reason = "tests")]

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use cc_client::engine::HttpRequest;
use cc_client::store::MemoryStore;
use cc_client::testing::{FAKE_SESSION, FakeTransport};
use cc_client::transport::{Boxed, HttpAnswer, Transport, TransportError};
use cc_client::{Client, Deliveries, Delivery, Metrics, NoDelivery, Sample, blocking};

const FEED: &str = "vehicles/local/7";
const ANNA: &str = "annas session";
const ANNA_AGAIN: &str = "another session of anna";
const BO: &str = "bos session";

/// The platforms of Anna and Bo, each of whom may read a car of that name; nobody where there is no network.
#[derive(Clone, Default)]
struct World {
    anna: FakeTransport,
    bo: FakeTransport,
    is_down: Arc<AtomicBool>,
    is_bo: Arc<AtomicBool>,
    /// How many messages were handed to readers.
    handed: Arc<AtomicUsize>,
}

impl Metrics for World {
    fn take(&self, sample: &Sample) {
        if let Sample::Delivered { messages } = sample {
            self.handed.fetch_add(*messages, Ordering::SeqCst);
        }
    }
}

impl Transport for World {
    fn send(&self, mut request: HttpRequest) -> Boxed<'static, Result<HttpAnswer, TransportError>> {
        if self.is_down.load(Ordering::SeqCst) {
            return Box::pin(async { Err(TransportError::NotConnected) });
        }
        for (_, value) in &mut request.headers {
            if request.target == "/v1/auth/token" && value.ends_with("session") || value.ends_with("anna") {
                self.is_bo.store(value.ends_with(BO), Ordering::SeqCst);
                *value = format!("Bearer {FAKE_SESSION}");
            }
        }
        if self.is_bo.load(Ordering::SeqCst) { self.bo.send(request) } else { self.anna.send(request) }
    }
}

impl World {
    fn new() -> Self {
        let world = Self::default();
        world.bo.platform().belongs_to("eyJzdWIiOiJibyJ9");
        world.anna.platform().tell(FEED, "\"of anna\"");
        world
    }

    fn down(&self, is_down: bool) {
        self.is_down.store(is_down, Ordering::SeqCst);
    }

    /// Anna's client, and a reader for whom a delivery waits.
    async fn phone(&self) -> (Client, Deliveries) {
        let builder = Client::builder(self.clone(), MemoryStore::new()).session(ANNA);
        let phone = builder.metrics(Arc::new(self.clone())).follow(FEED).start().await.unwrap();
        let events = phone.read(FEED).unwrap();
        phone.wait_until_known(Duration::from_secs(20)).await.unwrap();
        self.waits(1).await;
        (phone, events)
    }

    /// So many messages have come, and are with their reader a moment later.
    async fn waits(&self, messages: usize) {
        for _ in 0..2_000 {
            if self.handed.load(Ordering::SeqCst) >= messages {
                return tokio::time::sleep(Duration::from_millis(300)).await;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        panic!("nothing comes");
    }
}

fn text(delivery: Delivery) -> String {
    let text = delivery.messages.join(",");
    delivery.taken();
    text
}

async fn next(events: &mut Deliveries) -> Option<String> {
    tokio::time::timeout(Duration::from_secs(20), events.recv()).await.expect("nothing is given").map(text)
}

async fn is_given_nothing(events: &mut Deliveries) {
    let given = tokio::time::timeout(Duration::from_millis(500), events.recv()).await;
    assert!(given.is_err(), "given {:?}", given.unwrap().map(text));
}

#[tokio::test]
async fn what_waits_for_a_reader_is_not_given_once_another_has_signed_in() {
    for signs_out in [false, true] {
        let world = World::new();
        let (phone, mut events) = world.phone().await;
        if signs_out {
            phone.sign_out().unwrap();
        }
        world.down(true);
        phone.sign_in(BO).unwrap();
        is_given_nothing(&mut events).await;
        world.down(false);
        phone.set_network(true).unwrap();
        phone.wait_until_known(Duration::from_secs(20)).await.unwrap();
        is_given_nothing(&mut events).await;
        world.bo.platform().tell(FEED, "\"of bo\"");
        phone.set_network(true).unwrap();
        assert_eq!(next(&mut events).await.unwrap(), "\"of bo\"", "{signs_out}");
        phone.shutdown().await.unwrap();
        assert_eq!(next(&mut events).await, None);
    }
}

#[tokio::test]
async fn the_same_person_is_given_it_once_they_are_known() {
    let world = World::new();
    let (phone, mut events) = world.phone().await;
    world.down(true);
    phone.sign_in(ANNA_AGAIN).unwrap();
    is_given_nothing(&mut events).await;
    world.down(false);
    phone.set_network(true).unwrap();
    assert_eq!(next(&mut events).await.unwrap(), "\"of anna\"");

    // A session that is known needs no network.
    let before = world.handed.load(Ordering::SeqCst);
    world.anna.platform().tell(FEED, "\"more\"");
    world.waits(before + 1).await;
    world.down(true);
    phone.sign_in(ANNA).unwrap();
    assert_eq!(next(&mut events).await.unwrap(), "\"more\"");
}

#[tokio::test]
async fn after_a_sign_out_it_is_given_as_items_are_shown() {
    let world = World::new();
    let (phone, mut events) = world.phone().await;
    phone.sign_out().unwrap();
    let mut is_out = phone.signed_out();
    is_out.wait_for(|is_out| *is_out).await.unwrap();
    assert_eq!(next(&mut events).await.unwrap(), "\"of anna\"");
}

#[tokio::test]
async fn a_client_that_ends_before_it_is_known_who_signed_in_gives_nothing() {
    let world = World::new();
    let (phone, mut events) = world.phone().await;
    world.down(true);
    phone.sign_in(BO).unwrap();
    phone.shutdown().await.unwrap();
    assert_eq!(next(&mut events).await, None);
}

#[test]
fn nor_is_it_given_to_a_reader_that_blocks() {
    let world = World::new();
    let builder = Client::builder(world.clone(), MemoryStore::new()).session(ANNA).follow(FEED);
    let phone = blocking::Client::start(builder).unwrap();
    let mut events = phone.read(FEED).unwrap();
    assert_eq!(text(events.next().unwrap()), "\"of anna\"");
    world.anna.platform().tell(FEED, "\"of anna, too\"");
    std::thread::sleep(Duration::from_millis(300));
    world.down(true);
    phone.sign_in(BO).unwrap();
    let (tell, told) = std::sync::mpsc::channel();
    let reads = std::thread::spawn(move || tell.send(events.next().map(text)));
    assert_eq!(told.recv_timeout(Duration::from_millis(500)).ok(), None);
    world.bo.platform().tell(FEED, "\"of bo\"");
    world.down(false);
    phone.set_network(true).unwrap();
    assert_eq!(told.recv_timeout(Duration::from_secs(20)).unwrap().unwrap(), "\"of bo\"");
    reads.join().unwrap().unwrap();
}

#[tokio::test]
async fn whoever_polls_is_given_the_same_and_nothing_of_anybody_else() {
    let world = World::new();
    let (phone, mut events) = world.phone().await;
    // Where it is there and is not taken, it comes again.
    assert!(events.try_recv().is_ok());
    assert_eq!(events.try_recv().unwrap_err(), NoDelivery::Empty);
    let mut anew = phone.read(FEED).unwrap();
    tokio::time::sleep(Duration::from_millis(300)).await;
    assert_eq!(events.try_recv().unwrap_err(), NoDelivery::Closed);
    world.down(true);
    phone.sign_in(BO).unwrap();
    assert_eq!(anew.try_recv().unwrap_err(), NoDelivery::Empty);
    tokio::time::sleep(Duration::from_millis(300)).await;
    assert_eq!(anew.try_recv().unwrap_err(), NoDelivery::Empty);
    world.down(false);
    phone.set_network(true).unwrap();
    phone.wait_until_known(Duration::from_secs(20)).await.unwrap();
    world.bo.platform().tell(FEED, "\"of bo\"");
    phone.set_network(true).unwrap();
    let polled = async {
        loop {
            match anew.try_recv() {
                Ok(delivery) => return text(delivery),
                Err(NoDelivery::Empty) => tokio::time::sleep(Duration::from_millis(10)).await,
                Err(closed) => panic!("{closed}"),
            }
        }
    };
    let given = tokio::time::timeout(Duration::from_secs(20), polled).await.expect("nothing is given");
    assert_eq!(given, "\"of bo\"");
    phone.shutdown().await.unwrap();
    assert_eq!(anew.try_recv().unwrap_err(), NoDelivery::Closed);
}
