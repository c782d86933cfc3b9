//! The running client against a platform in memory.
#![cfg(all(feature = "testing", feature = "tokio", feature = "sqlite"))]
#![allow(clippy::disallowed_methods, clippy::expect_used, clippy::unwrap_used, reason = "tests")]

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use cc_client::decide::{FeedState, OutboxState, SendOutcome};
use cc_client::engine::HttpRequest;
use cc_client::store::{Durability, MemoryStore, SqliteStore, Store};
use cc_client::testing::{FAKE_SESSION, FakeTransport};
use cc_client::transport::{Boxed, HttpAnswer, Transport, TransportError};
use cc_client::{Client, ClientError, Deliveries, Delivery, Metrics, Sample, Stamp, WriteKind};

async fn client(world: &FakeTransport, store: impl Store + 'static) -> Client {
    Client::builder(world.clone(), store).session(FAKE_SESSION).start().await.unwrap()
}

/// Waits until an item looks as expected.
async fn shows(client: &Client, key: &str, expected: &str) {
    let mut changed = client.changed();
    let wait = async {
        loop {
            let item = client.item("places", key).await.unwrap();
            if item.is_some_and(|item| &*item.value == expected && !item.pending) {
                return;
            }
            changed.changed().await.unwrap();
        }
    };
    tokio::time::timeout(Duration::from_secs(20), wait).await.expect("the item never looked as expected");
}

#[tokio::test]
async fn what_one_device_writes_shows_on_the_other() {
    let world = FakeTransport::default();
    let phone = client(&world, MemoryStore::new()).await;
    let tablet = client(&world, MemoryStore::new()).await;
    let id = phone.submit("places", "1", WriteKind::Put, r#"{"name":"Home"}"#).await.unwrap();
    assert_eq!(phone.outcome(id).await.unwrap(), SendOutcome::Applied);
    shows(&tablet, "1", r#"{"name":"Home"}"#).await;
    tablet.submit("places", "1", WriteKind::Patch, r#"{"radius":150}"#).await.unwrap();
    shows(&phone, "1", r#"{"name":"Home","radius":150}"#).await;
    phone.shutdown().await.unwrap();
    assert!(matches!(phone.outcome(id).await, Err(ClientError::Closed)));
}

#[tokio::test]
async fn offline_everything_is_readable_and_writable_and_goes_out_later() {
    let world = FakeTransport::default();
    let phone = client(&world, MemoryStore::new()).await;
    phone.set_network(false).unwrap();
    let id = phone.submit("places", "1", WriteKind::Put, r#"{"name":"Home"}"#).await.unwrap();
    let item = phone.item("places", "1").await.unwrap().unwrap();
    assert_eq!((&*item.value, item.pending, item.version), (r#"{"name":"Home"}"#, true, 0));
    assert!(matches!(phone.flush(Duration::from_millis(50)).await, Err(ClientError::TimedOut)));
    assert!(!world.platform().knows(id));
    phone.set_network(true).unwrap();
    phone.flush(Duration::from_secs(20)).await.unwrap();
    assert!(world.platform().knows(id));
}

#[tokio::test]
async fn a_write_that_can_never_be_sent_is_refused_where_it_is_written() {
    let world = FakeTransport::default();
    let phone = client(&world, MemoryStore::new()).await;
    let refused = phone.submit("places", "1", WriteKind::Put, "[1]").await.unwrap_err();
    assert_eq!(refused.to_string(), "the body of a put is a JSON object");
}

#[tokio::test]
async fn an_app_that_sleeps_lets_go_of_its_file_and_goes_on_when_it_wakes() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("client.db");
    let world = FakeTransport::default();
    let phone = client(&world, SqliteStore::open(&path, Durability::Process).unwrap()).await;
    phone.submit("places", "1", WriteKind::Put, r#"{"name":"Home"}"#).await.unwrap();
    shows(&phone, "1", r#"{"name":"Home"}"#).await;
    phone.suspend().await.unwrap();
    // A widget reads and the app writes: the files are let go again each time.
    let log = folder.path().join("client.db-wal");
    phone.item("places", "1").await.unwrap().unwrap();
    phone.submit("places", "2", WriteKind::Put, "{}").await.unwrap();
    assert_eq!(phone.items("places", "", 9).await.unwrap().len(), 2);
    let closed = async {
        while log.exists() {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    let closed = tokio::time::timeout(Duration::from_secs(20), closed).await;
    assert!(closed.is_ok(), "the file is held open in the sleep");
    phone.resume().unwrap();
    phone.submit("places", "1", WriteKind::Patch, r#"{"name":"House"}"#).await.unwrap();
    shows(&phone, "1", r#"{"name":"House"}"#).await;
    phone.shutdown().await.unwrap();

    // The next start knows everything, without a network.
    let again =
        client(&FakeTransport::default(), SqliteStore::open(&path, Durability::Process).unwrap()).await;
    again.set_network(false).unwrap();
    assert_eq!(&*again.item("places", "1").await.unwrap().unwrap().value, r#"{"name":"House"}"#);
}

#[tokio::test]
async fn a_session_that_has_ended_is_told() {
    let world = FakeTransport::default();
    let phone = Client::builder(world, MemoryStore::new()).session("another").start().await.unwrap();
    let mut out = phone.signed_out();
    tokio::time::timeout(Duration::from_secs(20), out.wait_for(|out| *out)).await.unwrap().unwrap();
}

#[tokio::test]
async fn a_person_who_signs_in_again_is_signed_in() {
    let world = FakeTransport::default();
    let phone = Client::builder(world.clone(), MemoryStore::new()).session("another").start().await.unwrap();
    let mut out = phone.signed_out();
    tokio::time::timeout(Duration::from_secs(20), out.wait_for(|out| *out)).await.unwrap().unwrap();
    phone.sign_in(FAKE_SESSION).unwrap();
    tokio::time::timeout(Duration::from_secs(20), out.wait_for(|out| !*out)).await.unwrap().unwrap();
    let mut status = phone.status();
    let live = status.wait_for(|status| status.feeds.iter().all(|(_, feed)| *feed == FeedState::Live));
    tokio::time::timeout(Duration::from_secs(20), live).await.unwrap().unwrap();
    let id = phone.submit("places", "1", WriteKind::Put, "{}").await.unwrap();
    assert_eq!(phone.outcome(id).await.unwrap(), SendOutcome::Applied);
}

/// A client that follows `me` as messages.
async fn reader_of_messages(world: &FakeTransport) -> Client {
    Client::builder(world.clone(), MemoryStore::new())
        .session(FAKE_SESSION)
        .configure(|config| config.follow_only(["me"]))
        .start()
        .await
        .unwrap()
}

#[tokio::test]
async fn messages_that_a_reader_did_not_take_are_given_again_and_those_it_took_are_not() {
    let world = FakeTransport::default();
    let writer = client(&world, MemoryStore::new()).await;
    let reader = reader_of_messages(&world).await;
    let next = async |messages: &mut cc_client::Deliveries| {
        tokio::time::timeout(Duration::from_secs(20), messages.recv()).await.unwrap().unwrap()
    };
    writer.submit("places", "1", WriteKind::Put, r#"{"n":1}"#).await.unwrap();
    let mut first = reader.read("me").unwrap();
    // This reader dies with what it holds.
    let dropped = next(&mut first).await.messages.clone();
    drop(first);
    let mut second = reader.read("me").unwrap();
    let again = next(&mut second).await;
    assert_eq!((again.messages.len(), &again.messages), (1, &dropped));
    again.taken();
    writer.submit("places", "1", WriteKind::Put, r#"{"n":2}"#).await.unwrap();
    let news = next(&mut second).await;
    assert!(news.messages.len() == 1 && news.messages != dropped);
}

#[tokio::test]
async fn messages_that_came_before_anybody_read_are_all_given_in_their_order() {
    let world = FakeTransport::default();
    let writer = client(&world, MemoryStore::new()).await;
    let reader = reader_of_messages(&world).await;
    live(&reader).await;
    // Each comes for itself.
    for n in 0..20 {
        let body = format!("{{\"n\":{n}}}");
        let id = writer.submit("places", &n.to_string(), WriteKind::Put, &body).await.unwrap();
        assert_eq!(writer.outcome(id).await.unwrap(), SendOutcome::Applied);
        tokio::time::sleep(Duration::from_millis(15)).await;
    }
    let mut deliveries = reader.read("me").unwrap();
    let mut given = Vec::new();
    while given.len() < 20 {
        let next = tokio::time::timeout(Duration::from_secs(20), deliveries.recv());
        let delivery = next.await.unwrap().unwrap();
        given.extend(delivery.messages.iter().map(ToString::to_string));
        delivery.taken();
    }
    for (n, message) in given.iter().enumerate() {
        assert!(message.contains(&format!("\"n\":{n}}}")), "{n}: {message}");
    }
}

/// A platform that says what time it is, and counts the tokens that it was asked for.
#[derive(Clone, Default)]
struct Counting(FakeTransport, Arc<AtomicUsize>);

impl Transport for Counting {
    fn send(&self, request: HttpRequest) -> Boxed<'static, Result<HttpAnswer, TransportError>> {
        if request.target == "/v1/auth/token" {
            self.1.fetch_add(1, Ordering::SeqCst);
        }
        let answer = self.0.send(request);
        Box::pin(async move {
            let mut answer = answer.await?;
            let now = cc_core::Timestamp::from(std::time::SystemTime::now());
            let date = now.format("%a, %d %b %Y %H:%M:%S GMT").to_string();
            answer.head.headers.push(("date".to_owned(), date));
            Ok(answer)
        })
    }
}

async fn live(client: &Client) {
    let mut status = client.status();
    let live = status.wait_for(|status| status.feeds.iter().all(|(_, state)| *state == FeedState::Live));
    tokio::time::timeout(Duration::from_secs(20), live).await.unwrap().unwrap();
}

#[tokio::test]
async fn processes_that_share_a_file_share_one_token_and_renew_it_once() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("client.db");
    let world = Counting::default();
    let start = async || {
        let store = SqliteStore::open(&path, Durability::Process).unwrap();
        let builder = Client::builder(world.clone(), store).session(FAKE_SESSION);
        builder.configure(|config| config.share_tokens = true).start().await.unwrap()
    };
    let app = start().await;
    live(&app).await;
    let extension = start().await;
    live(&extension).await;
    assert_eq!(world.1.load(Ordering::SeqCst), 1);
    world.0.platform().revoke_tokens();
    // Both are refused, and one of them gets a new token.
    for client in [&extension, &app] {
        client.set_network(false).unwrap();
        client.set_network(true).unwrap();
    }
    for _ in 0..2_000 {
        if world.1.load(Ordering::SeqCst) > 1 {
            break;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    tokio::time::sleep(Duration::from_millis(500)).await;
    for client in [&extension, &app] {
        live(client).await;
    }
    assert_eq!(world.1.load(Ordering::SeqCst), 2);
}

#[tokio::test]
async fn who_signs_out_hears_no_more_until_somebody_signs_in() {
    let world = FakeTransport::default();
    let phone = client(&world, MemoryStore::new()).await;
    let id = phone.submit("places", "1", WriteKind::Put, r#"{"n":1}"#).await.unwrap();
    assert_eq!(phone.outcome(id).await.unwrap(), SendOutcome::Applied);
    shows(&phone, "1", r#"{"n":1}"#).await;
    phone.sign_out().unwrap();
    let mut out = phone.signed_out();
    tokio::time::timeout(Duration::from_secs(20), out.wait_for(|out| *out)).await.unwrap().unwrap();
    let late = phone.submit("places", "1", WriteKind::Patch, r#"{"n":2}"#).await.unwrap();
    assert!(matches!(phone.flush(Duration::from_millis(50)).await, Err(ClientError::TimedOut)));
    assert!(!world.platform().knows(late));
    phone.sign_in(FAKE_SESSION).unwrap();
    shows(&phone, "1", r#"{"n":2}"#).await;
}

/// Two people's platforms, of which the one that is signed in to is reached.
#[derive(Clone)]
struct Two {
    worlds: [FakeTransport; 2],
    present: Arc<AtomicUsize>,
}

impl Transport for Two {
    fn send(&self, request: HttpRequest) -> Boxed<'static, Result<HttpAnswer, TransportError>> {
        match self.worlds.get(self.present.load(Ordering::SeqCst)) {
            Some(world) => world.send(request),
            None => Box::pin(async { Err(TransportError::NotConnected) }),
        }
    }
}

fn write_elsewhere(world: &FakeTransport, key: &str, body: &str, millis: u64) {
    let place = ("places".to_owned(), key.to_owned());
    world.platform().write(&place, "put", body, Stamp { millis, counter: 0, node: 9 });
}

/// Anna writes without a network and signs out; Bo signs in; then Anna does.
async fn two_people_on_one_device(store: impl Store + 'static) {
    let two = Two { worlds: Default::default(), present: Arc::default() };
    let [annas, bos] = &two.worlds;
    bos.platform().belongs_to("eyJzdWIiOiJibyJ9");
    for n in 1..4 {
        write_elsewhere(annas, "old", &format!("{{\"n\":{n}}}"), n);
    }
    write_elsewhere(bos, "bos", "{}", 1);
    let builder = Client::builder(two.clone(), store).session(FAKE_SESSION);
    let phone = builder.start().await.unwrap();
    shows(&phone, "old", "{\"n\":3}").await;
    phone.set_network(false).unwrap();
    let id = phone.submit("places", "annas", WriteKind::Put, r#"{"secret":1}"#).await.unwrap();
    // A list that one person began is not gone on with for another, nor seems it to be at its end.
    let [mut at_once, mut later] = [phone.pages("places", 1), phone.pages("places", 1)];
    for pages in [&mut at_once, &mut later] {
        assert_eq!(&*pages.next().await.unwrap().unwrap()[0].key, "annas");
    }
    phone.sign_out().unwrap();
    let mut out = phone.signed_out();
    out.wait_for(|out| *out).await.unwrap();
    two.present.store(1, Ordering::SeqCst);
    phone.sign_in(FAKE_SESSION).unwrap();
    let refused = at_once.next().await.unwrap().unwrap_err();
    assert!(matches!(refused, ClientError::NotYetKnown), "{refused}");
    assert!(at_once.next().await.is_none());
    phone.set_network(true).unwrap();
    shows(&phone, "bos", "{}").await;
    let refused = later.next().await.unwrap().unwrap_err();
    assert!(matches!(refused, ClientError::AnotherPerson), "{refused}");
    assert!(later.next().await.is_none());
    phone.flush(Duration::from_secs(20)).await.unwrap();
    assert!(!bos.platform().knows(id));
    for key in ["annas", "old"] {
        assert!(phone.item("places", key).await.unwrap().is_none(), "{key}");
    }
    assert_eq!(phone.set_aside().await.unwrap(), 1);
    assert_eq!(phone.items("places", "", 9).await.unwrap().len(), 1);

    two.present.store(0, Ordering::SeqCst);
    phone.sign_in(FAKE_SESSION).unwrap();
    shows(&phone, "old", "{\"n\":3}").await;
    assert!(phone.item("places", "bos").await.unwrap().is_none());
    assert_eq!(phone.outcome(id).await.unwrap(), SendOutcome::Applied);
    assert_eq!(phone.set_aside().await.unwrap(), 0);
}

#[tokio::test]
async fn nothing_of_one_person_is_sent_or_shown_under_another() {
    two_people_on_one_device(MemoryStore::new()).await;
    two_people_on_one_device(SqliteStore::in_memory().unwrap()).await;
}

#[tokio::test]
async fn until_it_is_known_who_signed_in_nothing_is_shown_or_accepted() {
    let two = Two { worlds: Default::default(), present: Arc::default() };
    let phone = Client::builder(two.clone(), MemoryStore::new()).session(FAKE_SESSION).start().await.unwrap();
    let id = phone.submit("places", "1", WriteKind::Put, "{}").await.unwrap();
    phone.outcome(id).await.unwrap();
    two.present.store(2, Ordering::SeqCst);
    phone.sign_in("somebody's session").unwrap();
    let refused = phone.submit("places", "2", WriteKind::Put, "{}").await.unwrap_err();
    assert_eq!(refused.to_string(), "the platform has not yet said who signed in: wait until it has");
    assert!(phone.item("places", "1").await.unwrap().is_none());
    assert!(phone.items("places", "", 9).await.unwrap().is_empty());
    two.present.store(0, Ordering::SeqCst);
    phone.sign_in(FAKE_SESSION).unwrap();
    shows(&phone, "1", "{}").await;
    phone.submit("places", "2", WriteKind::Put, "{}").await.unwrap();
}

async fn next(deliveries: &mut Deliveries) -> Delivery {
    tokio::time::timeout(Duration::from_secs(20), deliveries.recv()).await.unwrap().unwrap()
}

#[tokio::test]
async fn a_feed_of_messages_goes_on_with_what_is_kept_and_says_that_some_is_missing() {
    let world = FakeTransport::default();
    let builder = Client::builder(world.clone(), MemoryStore::new()).session(FAKE_SESSION);
    let phone = builder.follow("vehicles/local/7").start().await.unwrap();
    let mut events = phone.read("vehicles/local/7").unwrap();
    world.platform().tell("vehicles/local/7", "0");
    let first = next(&mut events).await;
    assert_eq!((&*first.messages[0], first.is_after_gap), ("0", false));
    first.taken();
    tokio::time::sleep(Duration::from_millis(100)).await;
    phone.set_network(false).unwrap();
    let mut status = phone.status();
    let off = status.wait_for(|status| status.feeds.iter().all(|(_, state)| *state == FeedState::Offline));
    tokio::time::timeout(Duration::from_secs(20), off).await.unwrap().unwrap();
    for number in 1..20 {
        world.platform().tell("vehicles/local/7", number.to_string());
    }
    world.platform().forget_old();
    phone.set_network(true).unwrap();
    let second = next(&mut events).await;
    assert_eq!((&*second.messages[0], second.is_after_gap), ("15", true));
    second.taken();
    world.platform().tell("vehicles/local/7", "20");
    let third = next(&mut events).await;
    assert!(third.messages.iter().any(|message| &**message == "20") && !third.is_after_gap);
}

/// Counts records that cannot be read.
#[derive(Default)]
struct Unread(AtomicUsize);

impl Metrics for Unread {
    fn take(&self, sample: &Sample) {
        if let Sample::Unreadable { messages } = sample {
            self.0.fetch_add(*messages, Ordering::SeqCst);
        }
    }
}

#[tokio::test]
async fn records_that_cannot_be_read_are_counted() {
    let (world, unread) = (FakeTransport::default(), Arc::new(Unread::default()));
    for damaged in
        [r#"{"collection":"places","version":1}"#, r#"{"collection":"places","key":"1","version":-1}"#]
    {
        world.platform().tell("me", damaged);
    }
    write_elsewhere(&world, "2", "{}", 1);
    let builder = Client::builder(world.clone(), MemoryStore::new()).session(FAKE_SESSION);
    let phone = builder.metrics(unread.clone()).start().await.unwrap();
    shows(&phone, "2", "{}").await;
    assert_eq!(unread.0.load(Ordering::SeqCst), 2);
}

#[tokio::test]
async fn all_items_come_page_by_page_once_and_by_key() {
    let world = FakeTransport::default();
    let phone = client(&world, MemoryStore::new()).await;
    phone.set_network(false).unwrap();
    for key in ["c", "a", "e", "b", "d"] {
        phone.submit("places", key, WriteKind::Put, "{}").await.unwrap();
    }
    let (mut pages, mut found) = (phone.pages("places", 2), Vec::new());
    while let Some(page) = pages.next().await {
        found.push(page.unwrap().iter().map(|item| &*item.key).collect::<Vec<_>>().concat());
    }
    assert_eq!(found, ["ab", "cd", "e"]);
    assert!(pages.next().await.is_none());
    // Nobody asks for pages of nothing.
    assert_eq!(phone.pages("places", 0).next().await.unwrap().unwrap().len(), 5);
    assert_eq!(phone.items("places", "", 0).await.unwrap().len(), 5);
}

#[tokio::test]
async fn messages_that_came_while_nobody_read_are_read_in_order_and_one_delivery_at_a_time() {
    let world = FakeTransport::default();
    let builder = Client::builder(world.clone(), MemoryStore::new()).session(FAKE_SESSION);
    let phone = builder.follow("vehicles/local/7").start().await.unwrap();
    let live =
        |status: &cc_client::engine::Status| status.feeds.iter().all(|(_, state)| *state == FeedState::Live);
    phone.status().wait_for(live).await.unwrap();
    for number in 0..5 {
        world.platform().tell("vehicles/local/7", number.to_string());
        tokio::time::sleep(Duration::from_millis(30)).await;
    }
    let mut events = phone.read("vehicles/local/7").unwrap();
    let mut read: Vec<String> = Vec::new();
    while read.len() < 5 {
        let next = tokio::time::timeout(Duration::from_secs(20), events.recv()).await.expect("no delivery");
        let delivery = next.unwrap();
        // The next come once these were taken.
        tokio::time::sleep(Duration::from_millis(20)).await;
        assert!(tokio::time::timeout(Duration::ZERO, events.recv()).await.is_err());
        read.extend(delivery.messages.iter().map(ToString::to_string));
        delivery.taken();
    }
    assert_eq!(read, ["0", "1", "2", "3", "4"]);
}

#[tokio::test]
async fn a_client_that_was_shut_down_does_not_say_that_it_is_live() {
    let app = client(&FakeTransport::default(), MemoryStore::new()).await;
    let mut live = app.status();
    live.wait_for(|status| status.feeds[0].1 == FeedState::Live).await.unwrap();
    app.shutdown().await.unwrap();
    let status = app.status().borrow().clone();
    assert_eq!((status.feeds[0].1, status.outbox), (FeedState::Suspended, OutboxState::Suspended));
}

#[tokio::test]
async fn a_client_that_was_shut_down_has_closed_its_file() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("client.db");
    let app = client(&FakeTransport::default(), SqliteStore::open(&path, Durability::Process).unwrap()).await;
    app.submit("places", "1", WriteKind::Put, "{}").await.unwrap();
    app.shutdown().await.unwrap();
    // The log goes with the last connection.
    assert!(!folder.path().join("client.db-wal").exists(), "the file is held open");
    assert!(app.item("places", "1").await.unwrap().is_some());
}

#[tokio::test]
async fn where_no_feed_of_items_is_followed_what_was_written_leaves_with_its_outcome() {
    let builder = Client::builder(FakeTransport::default(), MemoryStore::new()).session(FAKE_SESSION);
    let phone = builder.configure(|config| config.follow_only(["vehicles/local/7"])).start().await.unwrap();
    // At once, where nothing waits.
    phone.flush(Duration::from_secs(20)).await.unwrap();
    for _ in 0..20 {
        phone.flush(Duration::ZERO).await.unwrap();
    }
    // It does not leave before it was looked at.
    phone.set_network(false).unwrap();
    let id = phone.submit("places", "1", WriteKind::Put, "{}").await.unwrap();
    assert!(phone.item("places", "1").await.unwrap().unwrap().pending);
    phone.set_network(true).unwrap();
    let outcome = tokio::time::timeout(Duration::from_secs(20), phone.outcome(id)).await;
    assert_eq!(outcome.expect("it hung").unwrap(), SendOutcome::Applied);
    assert_eq!(phone.item("places", "1").await.unwrap(), None);
    assert_eq!(phone.outcome(id).await.unwrap(), SendOutcome::Applied);
}

#[tokio::test]
async fn a_page_that_was_not_waited_for_is_given_again() {
    let phone = Client::builder(FakeTransport::default(), MemoryStore::new())
        .session(FAKE_SESSION)
        .start()
        .await
        .unwrap();
    for key in ["1", "2", "3", "4", "5"] {
        phone.submit("places", key, WriteKind::Put, "{}").await.unwrap();
    }
    let (mut pages, mut keys) = (phone.pages("places", 2), Vec::new());
    loop {
        // Looked at once, and dropped.
        let looked = tokio::select! {
            biased;
            page = pages.next() => Some(page),
            () = std::future::ready(()) => None,
        };
        let page = match looked {
            Some(page) => page,
            None => pages.next().await,
        };
        let Some(page) = page else { break };
        keys.extend(page.unwrap().into_iter().map(|item| item.key.to_string()));
    }
    assert_eq!(keys, ["1", "2", "3", "4", "5"]);
}
