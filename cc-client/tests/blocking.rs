//! The client of programs that are not async.
#![cfg(all(feature = "testing", feature = "tokio"))]
#![allow(clippy::disallowed_methods, clippy::expect_used, clippy::unwrap_used, reason = "tests")]

use std::sync::Arc;
use std::sync::atomic::AtomicUsize;
use std::sync::atomic::Ordering::SeqCst;
use std::time::Duration;

use cc_client::decide::SendOutcome;
use cc_client::engine::HttpRequest;
use cc_client::store::MemoryStore;
use cc_client::testing::{FAKE_SESSION, FakeTransport};
use cc_client::transport::{Boxed, HttpAnswer, Transport, TransportError};
use cc_client::{Client, ClientError, Resolution, WriteId, WriteKind, blocking};

const LONG: Duration = Duration::from_secs(20);

fn start(world: &FakeTransport) -> blocking::Client {
    blocking::Client::start(Client::builder(world.clone(), MemoryStore::new()).session(FAKE_SESSION)).unwrap()
}

#[test]
fn two_threads_write_and_a_third_client_shows_it() {
    let world = FakeTransport::default();
    let (desk, screen) = (start(&world), start(&world));
    let writers: Vec<_> = (0..2)
        .map(|writer| {
            let desk = desk.clone();
            std::thread::spawn(move || {
                let id = desk.submit("places", &writer.to_string(), WriteKind::Put, "{}").unwrap();
                desk.outcome(id, LONG).unwrap()
            })
        })
        .collect();
    for writer in writers {
        assert_eq!(writer.join().unwrap(), SendOutcome::Applied);
    }
    let mut seen = 0;
    while screen.items("places", "", 10).unwrap().len() < 2 {
        seen = screen.wait_for_change(seen, LONG).unwrap();
    }
    assert!(desk.unresolved().unwrap().is_empty() && desk.flush(LONG).is_ok());
    desk.shutdown().unwrap();
    assert!(matches!(desk.submit("places", "3", WriteKind::Put, "{}"), Err(ClientError::Closed)));
}

#[test]
fn waits_end_when_the_caller_says_so_and_lose_nothing() {
    let world = FakeTransport::default();
    let desk = start(&world);
    desk.set_network(false).unwrap();
    let id = desk.submit("places", "1", WriteKind::Put, "{}").unwrap();
    let short = Duration::from_millis(30);
    assert!(matches!(desk.outcome(id, short), Err(ClientError::TimedOut)));
    assert!(matches!(desk.wait_for_change(1_000, short), Err(ClientError::TimedOut)));
    assert!(desk.item("places", "1").unwrap().unwrap().pending);
    desk.suspend().unwrap();
    desk.resume().unwrap();
    desk.set_network(true).unwrap();
    assert_eq!(desk.outcome(id, LONG).unwrap(), SendOutcome::Applied);
}

#[cfg(feature = "sqlite")]
#[test]
fn who_does_not_wait_is_told_what_is_known() {
    use cc_client::store::{Durability, SqliteStore};

    let folder = tempfile::tempdir().unwrap();
    let store = SqliteStore::open(folder.path().join("client.db"), Durability::Process).unwrap();
    let builder = Client::builder(FakeTransport::default(), store).session(FAKE_SESSION);
    let desk = blocking::Client::start(builder).unwrap();
    let id = desk.submit("places", "1", WriteKind::Put, "{}").unwrap();
    desk.outcome(id, LONG).unwrap();
    for _ in 0..1_000 {
        assert_eq!(desk.outcome(id, Duration::ZERO).unwrap(), SendOutcome::Applied);
    }
    desk.set_network(false).unwrap();
    let waits = desk.submit("places", "2", WriteKind::Put, "{}").unwrap();
    assert!(matches!(desk.outcome(waits, Duration::ZERO), Err(ClientError::TimedOut)));
    assert!(desk.discard(waits).unwrap());
    for _ in 0..100 {
        assert!(matches!(desk.outcome(waits, Duration::ZERO), Err(ClientError::UnknownWrite)));
    }
}

#[test]
fn a_feed_of_messages_is_an_iterator_that_ends_with_its_client() {
    let world = FakeTransport::default();
    let writer = start(&world);
    let builder = Client::builder(world.clone(), MemoryStore::new())
        .session(FAKE_SESSION)
        .configure(|config| config.follow_only(["me"]));
    let reader = blocking::Client::start(builder).unwrap();
    writer.submit("places", "1", WriteKind::Put, r#"{"n":1}"#).unwrap();
    let mut deliveries = reader.read("me").unwrap();
    let first = deliveries.next().unwrap();
    assert_eq!(first.messages.len(), 1);
    first.taken();
    reader.shutdown().unwrap();
    assert!(deliveries.next().is_none());
}

#[test]
fn a_call_from_inside_a_runtime_is_refused_and_holds_nothing_up() {
    let world = FakeTransport::default();
    let desk = start(&world);
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    runtime.block_on(async {
        assert!(matches!(desk.items("places", "", 1), Err(ClientError::InsideRuntime)));
        assert!(matches!(desk.read("me").map(drop), Err(ClientError::InsideRuntime)));
        let builder = Client::builder(world.clone(), MemoryStore::new());
        assert!(matches!(blocking::Client::start(builder), Err(ClientError::InsideRuntime)));
        // The last copy may be dropped here.
        drop(desk);
    });
    assert!(start(&world).items("places", "", 1).unwrap().is_empty());
}

#[test]
fn what_the_async_client_does_this_one_does_too() {
    let world = FakeTransport::default();
    let desk = start(&world);
    assert!(!desk.signed_out());
    for number in 0..5 {
        let id = desk.submit("places", &number.to_string(), WriteKind::Put, "{}").unwrap();
        assert_eq!(desk.outcome(id, LONG).unwrap(), SendOutcome::Applied);
    }
    assert!(desk.changed() > 0);
    let pages: Vec<_> = desk.pages("places", 2).map(|page| page.unwrap().len()).collect();
    assert_eq!(pages, [2, 2, 1]);
    assert_eq!(desk.set_aside().unwrap(), 0);
    assert_eq!(desk.resolve(WriteId([9; 16]), Resolution::KeepMine).unwrap(), None);
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let mut inside = desk.pages("places", 2);
    let refused = runtime.block_on(async { inside.next() });
    assert!(matches!(refused, Some(Err(ClientError::InsideRuntime))) && inside.next().is_none());

    desk.sign_out().unwrap();
    while !desk.signed_out() {
        // Nothing of an item changes: this is a short wait.
        let _ = desk.wait_for_change(desk.changed(), Duration::from_millis(5));
    }
    desk.shutdown().unwrap();
    assert!(matches!(desk.sign_out(), Err(ClientError::Closed)));
    let pages: Vec<_> = desk.pages("places", 2).collect();
    assert!(
        pages.iter().all(Result::is_ok),
        "what is on disk is shown without a client that runs: {pages:?}"
    );
}

/// Who ends it by letting go of it, and not by `shutdown`, has been heard as well.
#[cfg(feature = "sqlite")]
#[test]
fn what_it_was_told_before_its_last_copy_went_is_done() {
    use cc_client::store::{Durability, SqliteStore};

    let folder = tempfile::tempdir().unwrap();
    let open = || SqliteStore::open(folder.path().join("client.db"), Durability::Process).unwrap();
    let start = |world: &FakeTransport| {
        let builder = Client::builder(world.clone(), open()).session(FAKE_SESSION);
        blocking::Client::start(builder.configure(|config| config.follow_only(["me"]))).unwrap()
    };
    let world = FakeTransport::default();
    let mut given = Vec::new();
    for round in 0..20 {
        let desk = start(&world);
        let mut deliveries = desk.read("me").unwrap();
        desk.submit("places", &round.to_string(), WriteKind::Put, "{}").unwrap();
        let delivery = deliveries.next().unwrap();
        given.extend(delivery.messages.iter().map(|message| (**message).to_owned()));
        delivery.taken();
        drop((deliveries, desk));
    }
    let mut once = given.clone();
    once.sort();
    once.dedup();
    assert_eq!(given.len(), once.len(), "a message that was taken came again");
    // And the platform hears that somebody has left.
    let left = Leaving::default();
    let desk = Client::builder(left.clone(), open()).session(FAKE_SESSION);
    let desk = blocking::Client::start(desk).unwrap();
    desk.sign_out().unwrap();
    drop(desk);
    assert_eq!(left.1.load(SeqCst), 1);
}

/// Counts who signs out.
#[cfg(feature = "sqlite")]
#[derive(Clone, Default)]
struct Leaving(FakeTransport, Arc<AtomicUsize>);

#[cfg(feature = "sqlite")]
impl Transport for Leaving {
    fn send(&self, request: HttpRequest) -> Boxed<'static, Result<HttpAnswer, TransportError>> {
        self.1.fetch_add(usize::from(request.method == "DELETE"), SeqCst);
        self.0.send(request)
    }
}
