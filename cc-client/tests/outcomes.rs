//! What callers learn of their writes, whatever becomes of the call, the write or the client.
#![cfg(all(feature = "testing", feature = "tokio", feature = "sqlite"))]
#![allow(clippy::disallowed_methods, clippy::expect_used, clippy::unwrap_used, reason = "tests")]

use std::time::Duration;

use cc_client::decide::{FeedState, OutboxState, SendOutcome};
use cc_client::store::{Durability, MemoryStore, Settled, SqliteStore, Store};
use cc_client::testing::{FAKE_SESSION, FakeTransport};
use cc_client::{
    Client, ClientError, ConflictPolicy, Resolution, Stamp, Write, WriteId, WriteKind, blocking,
};

async fn start(world: &FakeTransport) -> Client {
    Client::builder(world.clone(), MemoryStore::new()).session(FAKE_SESSION).start().await.unwrap()
}

async fn in_time<T>(work: impl Future<Output = T>) -> T {
    tokio::time::timeout(Duration::from_secs(20), work).await.expect("it hung")
}

async fn is_idle(client: &Client) {
    let mut status = client.status();
    let idle = status.wait_for(|status| {
        status.outbox == OutboxState::Idle && status.feeds.iter().all(|(_, feed)| *feed == FeedState::Live)
    });
    in_time(idle).await.unwrap();
}

#[tokio::test]
async fn a_submit_that_is_dropped_at_any_point_is_done_and_sent_all_the_same() {
    for polls in 1..4 {
        let world = FakeTransport::default();
        let phone = start(&world).await;
        is_idle(&phone).await;
        {
            let submit = phone.submit("places", "1", WriteKind::Put, "{}");
            tokio::pin!(submit);
            for _ in 0..polls {
                if tokio::time::timeout(Duration::ZERO, &mut submit).await.is_ok() {
                    break;
                }
                tokio::task::yield_now().await;
            }
        }
        let sent = async {
            while phone.item("places", "1").await.unwrap().is_none_or(|item| item.version == 0) {
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
        };
        in_time(sent).await;
    }
}

#[tokio::test]
async fn a_submit_that_a_shutdown_overtakes_says_what_is_on_disk() {
    let world = FakeTransport::default();
    for _ in 0..20 {
        let phone = start(&world).await;
        phone.set_network(false).unwrap();
        let (ended, submitted) =
            tokio::join!(phone.shutdown(), phone.submit("places", "1", WriteKind::Put, "{}"));
        ended.unwrap();
        let is_there = phone.item("places", "1").await.unwrap().is_some();
        assert_eq!(submitted.is_ok(), is_there, "{submitted:?}");
        let phone = start(&world).await;
        phone.set_network(false).unwrap();
        let (submitted, ended) =
            tokio::join!(phone.submit("places", "1", WriteKind::Put, "{}"), phone.shutdown());
        ended.unwrap();
        let is_there = phone.item("places", "1").await.unwrap().is_some();
        assert_eq!(submitted.is_ok(), is_there, "{submitted:?}");
    }
}

#[tokio::test]
async fn of_a_write_that_nobody_knows_there_is_no_outcome_to_wait_for() {
    let phone = start(&FakeTransport::default()).await;
    let unknown = in_time(phone.outcome(WriteId([9; 16]))).await.unwrap_err();
    assert_eq!(
        unknown.to_string(),
        "no write of this id is known: it was discarded, settled long ago, or belongs to another person"
    );
    phone.set_network(false).unwrap();
    let id = phone.submit("places", "1", WriteKind::Put, "{}").await.unwrap();
    let waiting = phone.outcome(id);
    tokio::pin!(waiting);
    assert!(tokio::time::timeout(Duration::from_millis(100), &mut waiting).await.is_err());
    assert!(phone.discard(id).await.unwrap());
    assert!(matches!(in_time(waiting).await, Err(ClientError::UnknownWrite)));
    assert!(matches!(in_time(phone.outcome(id)).await, Err(ClientError::UnknownWrite)));
    assert!(!phone.discard(id).await.unwrap());
}

#[test]
fn a_program_that_is_not_async_hears_that_too() {
    let builder = Client::builder(FakeTransport::default(), MemoryStore::new()).session(FAKE_SESSION);
    let desk = blocking::Client::start(builder).unwrap();
    let unknown = desk.outcome(WriteId([9; 16]), Duration::from_secs(5));
    assert!(matches!(unknown, Err(ClientError::UnknownWrite)), "{unknown:?}");
}

/// A tablet, with that store, whose change of a booking is in conflict with a phone's, and what it asked about that change before.
async fn conflict(
    store: impl Store + 'static,
    policy: ConflictPolicy,
) -> (Client, WriteId, tokio::task::JoinHandle<Result<SendOutcome, ClientError>>) {
    let world = FakeTransport::default();
    let phone = start(&world).await;
    let builder = Client::builder(world.clone(), store).session(FAKE_SESSION);
    let tablet = builder.on_conflict("bookings", policy).start().await.unwrap();
    let made = phone.submit("bookings", "7", WriteKind::Put, r#"{"time":"09:00"}"#).await.unwrap();
    assert_eq!(in_time(phone.outcome(made)).await.unwrap(), SendOutcome::Applied);
    for device in [&phone, &tablet] {
        let mut changed = device.changed();
        while device.item("bookings", "7").await.unwrap().is_none_or(|item| item.version == 0) {
            in_time(changed.changed()).await.unwrap();
        }
    }
    tablet.set_network(false).unwrap();
    let late = tablet.submit("bookings", "7", WriteKind::Patch, r#"{"time":"10:00"}"#).await.unwrap();
    let early = phone.submit("bookings", "7", WriteKind::Patch, r#"{"time":"08:00"}"#).await.unwrap();
    assert_eq!(in_time(phone.outcome(early)).await.unwrap(), SendOutcome::Applied);
    let asking = tablet.clone();
    let asked = tokio::spawn(async move { asking.outcome(late).await });
    tokio::time::sleep(Duration::from_millis(50)).await;
    tablet.set_network(true).unwrap();
    (tablet, late, asked)
}

#[tokio::test]
async fn a_write_that_a_policy_sent_again_is_followed_under_its_old_id() {
    for (policy, expected) in [
        (ConflictPolicy::KeepMine, SendOutcome::Applied),
        (ConflictPolicy::TakeTheirs, SendOutcome::Conflict),
        (ConflictPolicy::Ask, SendOutcome::Conflict),
    ] {
        let (tablet, late, asked) = conflict(MemoryStore::new(), policy.clone()).await;
        assert_eq!(in_time(asked).await.unwrap().unwrap(), expected, "{policy:?}");
        // And by whoever asks later.
        assert_eq!(in_time(tablet.outcome(late)).await.unwrap(), expected, "{policy:?}");
    }
}

#[tokio::test]
async fn a_write_that_a_person_sent_again_is_followed_under_its_old_id() {
    let (tablet, late, asked) = conflict(MemoryStore::new(), ConflictPolicy::Ask).await;
    assert_eq!(in_time(asked).await.unwrap().unwrap(), SendOutcome::Conflict);
    let again = tablet.resolve(late, Resolution::KeepMine).await.unwrap().unwrap();
    assert_ne!(again, late);
    assert_eq!(in_time(tablet.outcome(late)).await.unwrap(), SendOutcome::Applied);
    assert_eq!(in_time(tablet.outcome(again)).await.unwrap(), SendOutcome::Applied);
}

#[tokio::test]
async fn a_write_that_is_sent_again_is_let_go_under_its_old_id() {
    let (tablet, late, asked) = conflict(MemoryStore::new(), ConflictPolicy::Ask).await;
    assert_eq!(in_time(asked).await.unwrap().unwrap(), SendOutcome::Conflict);
    tablet.set_network(false).unwrap();
    let again = tablet.resolve(late, Resolution::KeepMine).await.unwrap().unwrap();
    assert!(tablet.discard(late).await.unwrap());
    assert!(matches!(in_time(tablet.outcome(again)).await, Err(ClientError::UnknownWrite)));
    assert!(!tablet.discard(late).await.unwrap());
}

#[tokio::test]
async fn a_write_that_was_sent_again_is_followed_after_a_restart_and_by_other_processes() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("client.db");
    let open = || SqliteStore::open(&path, Durability::Process).unwrap();
    let (tablet, late, asked) = conflict(open(), ConflictPolicy::KeepMine).await;
    assert_eq!(in_time(asked).await.unwrap().unwrap(), SendOutcome::Applied);
    let other =
        Client::builder(FakeTransport::default(), open()).session(FAKE_SESSION).start().await.unwrap();
    other.set_network(false).unwrap();
    assert_eq!(in_time(other.outcome(late)).await.unwrap(), SendOutcome::Applied);
    assert_eq!(in_time(other.outcome(late)).await.unwrap(), SendOutcome::Applied);
    tablet.shutdown().await.unwrap();
}

#[tokio::test]
async fn a_discard_that_finds_nothing_ends_no_waiting() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("client.db");
    let store = SqliteStore::open(&path, Durability::Process).unwrap();
    let phone = Client::builder(FakeTransport::default(), store).session(FAKE_SESSION).start().await.unwrap();
    phone.set_network(false).unwrap();
    let id = phone.submit("places", "1", WriteKind::Put, "{}").await.unwrap();
    let waiting = phone.outcome(id);
    tokio::pin!(waiting);
    assert!(tokio::time::timeout(Duration::from_millis(100), &mut waiting).await.is_err());
    // Another process has sent it again, under an id that nobody here knows of yet.
    let raw = rusqlite::Connection::open(&path).unwrap();
    assert_eq!(raw.execute("UPDATE outbox SET id = ?1", [[9_u8; 16]]).unwrap(), 1);
    assert!(!phone.discard(id).await.unwrap());
    assert!(tokio::time::timeout(Duration::from_millis(100), &mut waiting).await.is_err());
}

#[tokio::test]
async fn a_write_that_was_sent_again_is_resolved_under_its_old_id() {
    let (old, new) = (WriteId([1; 16]), WriteId([2; 16]));
    for resolution in [Resolution::KeepMine, Resolution::TakeTheirs] {
        let mut store = MemoryStore::new();
        let clock = Stamp { millis: 1, counter: 0, node: 1 };
        let write = Write::new(new, ("bookings", "7"), WriteKind::Put, "{}", clock);
        store.accept("main", &[write]).unwrap();
        let number = store.waiting("main", 1, 1).unwrap()[0].number;
        store.settle(&[Settled::new((number, new), SendOutcome::Conflict)]).unwrap();
        store.set_value("again", &[&[1][..], &old.0, &new.0].concat()).unwrap();
        let tablet =
            Client::builder(FakeTransport::default(), store).session(FAKE_SESSION).start().await.unwrap();
        tablet.set_network(false).unwrap();
        assert!(tablet.resolve(old, resolution.clone()).await.unwrap().is_some(), "{resolution:?}");
        assert!(tablet.unresolved().await.unwrap().is_empty());
    }
}
