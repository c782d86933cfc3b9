//! Conflicts of the running client: with others, and with itself, which there must not be.
#![cfg(all(feature = "testing", feature = "tokio"))]
#![allow(clippy::disallowed_methods, clippy::expect_used, clippy::unwrap_used, reason = "tests")]

#[path = "common/known.rs"]
mod known;

use std::sync::Arc;
use std::time::Duration;

use cc_client::decide::{FeedState, OutboxState, SendOutcome};
#[cfg(feature = "sqlite")]
use cc_client::store::{Durability, SqliteStore};
use cc_client::store::{MemoryStore, Store};
use cc_client::testing::{FAKE_SESSION, FakeTransport};
use cc_client::{Client, ClientError, ConflictPolicy, Resolution, Stamp, WriteKind};
use known::is_known;

async fn client(world: &FakeTransport, store: impl Store + 'static) -> Client {
    Client::builder(world.clone(), store).session(FAKE_SESSION).start().await.unwrap()
}

/// A booking that a tablet without a network and a phone have changed both: the tablet, and the change that is in conflict.
async fn conflict(policy: ConflictPolicy) -> (Client, FakeTransport, cc_client::WriteId) {
    conflict_with(policy, (WriteKind::Patch, r#"{"note":"keys at the desk"}"#)).await
}

/// The same, with that behind the change.
async fn conflict_with(
    policy: ConflictPolicy,
    (kind, behind): (WriteKind, &str),
) -> (Client, FakeTransport, cc_client::WriteId) {
    let world = FakeTransport::default();
    let phone = client(&world, MemoryStore::new()).await;
    let builder = Client::builder(world.clone(), MemoryStore::new()).session(FAKE_SESSION);
    let tablet = builder.on_conflict("bookings", policy).start().await.unwrap();
    let made = phone.submit("bookings", "7", WriteKind::Put, r#"{"time":"09:00"}"#).await.unwrap();
    assert_eq!(phone.outcome(made).await.unwrap(), SendOutcome::Applied);
    for device in [&phone, &tablet] {
        is_known(device, "bookings", "7").await;
    }
    tablet.set_network(false).unwrap();
    let late = tablet.submit("bookings", "7", WriteKind::Patch, r#"{"time":"10:00"}"#).await.unwrap();
    // What is behind it waits for it.
    tablet.submit("bookings", "7", kind, behind).await.unwrap();
    let early = phone.submit("bookings", "7", WriteKind::Patch, r#"{"time":"08:00"}"#).await.unwrap();
    assert_eq!(phone.outcome(early).await.unwrap(), SendOutcome::Applied);
    tablet.set_network(true).unwrap();
    let outcome = tablet.outcome(late).await.unwrap();
    assert!(matches!(outcome, SendOutcome::Applied | SendOutcome::Conflict), "{outcome:?}");
    (tablet, world, late)
}

/// What a phone without a network writes of a booking, one after the other, is no conflict with itself.
#[tokio::test]
async fn a_phone_is_in_no_conflict_with_itself() {
    let world = FakeTransport::default();
    let phone = client(&world, MemoryStore::new()).await;
    let made = phone.submit("bookings", "7", WriteKind::Put, r#"{"time":"09:00"}"#).await.unwrap();
    assert_eq!(phone.outcome(made).await.unwrap(), SendOutcome::Applied);
    phone.set_network(false).unwrap();
    let mut written = Vec::new();
    for (key, kind, body) in [
        ("7", WriteKind::Put, r#"{"time":"10:00"}"#),
        ("8", WriteKind::Put, r#"{"time":"11:00"}"#),
        ("7", WriteKind::Put, r#"{"time":"12:00"}"#),
        ("7", WriteKind::Act, r#"{"action":"cancel"}"#),
        ("8", WriteKind::Put, r#"{"time":"13:00"}"#),
    ] {
        written.push(phone.submit("bookings", key, kind, body).await.unwrap());
    }
    phone.set_network(true).unwrap();
    for id in written {
        let outcome =
            tokio::time::timeout(Duration::from_secs(20), phone.outcome(id)).await.unwrap().unwrap();
        assert_eq!(outcome, SendOutcome::Applied);
    }
    assert!(phone.unresolved().await.unwrap().is_empty());
    assert_eq!(world.platform().item("bookings", "8"), Some((2, r#"{"time":"13:00"}"#)));
}

/// A key that was used before goes on counting: the first version of what is made under it is not 1.
#[tokio::test]
async fn what_is_written_on_top_of_an_item_under_a_key_that_was_used_before_is_no_conflict_either() {
    for (is_known, is_told) in [(true, true), (true, false), (false, true), (false, false)] {
        let world = FakeTransport::default();
        let place = ("bookings".to_owned(), "7".to_owned());
        let stamp = |millis| Stamp { millis, counter: 0, node: 9 };
        let delete = || {
            world.platform().write(&place, "put", r#"{"time":"07:00"}"#, stamp(1));
            world.platform().write(&place, "delete", "{}", stamp(2));
        };
        // The phone has learned that it was deleted, or never saw it.
        if is_known {
            delete();
        }
        let phone = client(&world, MemoryStore::new()).await;
        let mut status = phone.status();
        let live = status.wait_for(|status| status.feeds.iter().all(|(_, feed)| *feed == FeedState::Live));
        tokio::time::timeout(Duration::from_secs(20), live).await.unwrap().unwrap();
        phone.set_network(false).unwrap();
        if !is_known {
            delete();
        }
        let mut written =
            vec![phone.submit("bookings", "7", WriteKind::Put, r#"{"time":"09:00"}"#).await.unwrap()];
        if is_told {
            phone.set_network(true).unwrap();
            assert_eq!(phone.outcome(written[0]).await.unwrap(), SendOutcome::Applied);
        }
        for (kind, body) in [
            (WriteKind::Patch, r#"{"time":"10:00"}"#),
            (WriteKind::Put, r#"{"time":"11:00"}"#),
            (WriteKind::Act, r#"{"action":"cancel"}"#),
        ] {
            written.push(phone.submit("bookings", "7", kind, body).await.unwrap());
        }
        phone.set_network(true).unwrap();
        for id in written {
            let outcome = tokio::time::timeout(Duration::from_secs(20), phone.outcome(id)).await;
            assert_eq!(outcome.unwrap().unwrap(), SendOutcome::Applied, "{is_known} {is_told}");
        }
        assert_eq!(world.platform().item("bookings", "7").map(|(version, _)| version), Some(6));
    }
}

async fn booking(world: &FakeTransport, expected: &str) {
    let wait = async {
        while world.platform().item("bookings", "7").map(|(_, value)| value.to_owned()).as_deref()
            != Some(expected)
        {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    let waited = tokio::time::timeout(Duration::from_secs(20), wait).await;
    assert!(waited.is_ok(), "{:?}, expected {expected}", world.platform().item("bookings", "7"));
}

#[tokio::test]
async fn conflicts_are_resolved_as_their_collection_says() {
    let decide = |conflict: &cc_client::Conflict<'_>| {
        if !conflict.mine.body.contains("10:00") {
            return Resolution::KeepMine;
        }
        let meet = conflict.theirs.is_some_and(|theirs| theirs.value.contains("08:00"));
        if meet { Resolution::Merge(r#"{"time":"09:00"}"#.into()) } else { Resolution::Ask }
    };
    // The second change was made on the first version as well: it is in conflict in its turn.
    for (policy, expected) in [
        (ConflictPolicy::TakeTheirs, r#"{"time":"08:00"}"#),
        (ConflictPolicy::KeepMine, r#"{"note":"keys at the desk","time":"10:00"}"#),
        (ConflictPolicy::Decide(Arc::new(decide)), r#"{"note":"keys at the desk","time":"09:00"}"#),
    ] {
        let (tablet, world, _) = conflict(policy).await;
        booking(&world, expected).await;
        tablet.flush(Duration::from_secs(20)).await.unwrap();
        assert!(tablet.unresolved().await.unwrap().is_empty());
    }
}

/// What waits behind a conflict is not what the platform has: that an item will be gone is no news of the platform's.
#[tokio::test]
async fn what_counts_is_done_also_where_the_item_is_deleted_behind_it() {
    let decide = |conflict: &cc_client::Conflict<'_>| {
        let theirs = conflict.theirs.map(|theirs| (&*theirs.value, theirs.pending));
        if theirs == Some((r#"{"time":"08:00"}"#, false)) {
            Resolution::KeepMine
        } else {
            Resolution::TakeTheirs
        }
    };
    for policy in [ConflictPolicy::Ask, ConflictPolicy::KeepMine, ConflictPolicy::Decide(Arc::new(decide))] {
        let is_asked = matches!(policy, ConflictPolicy::Ask);
        let (tablet, world, mut id) = conflict_with(policy, (WriteKind::Delete, "")).await;
        if is_asked {
            id = tablet.resolve(id, Resolution::KeepMine).await.unwrap().unwrap();
        }
        let outcome = tokio::time::timeout(Duration::from_secs(20), tablet.outcome(id)).await;
        assert_eq!(outcome.unwrap().unwrap(), SendOutcome::Applied);
        tablet.flush(Duration::from_secs(20)).await.unwrap();
        assert!(world.platform().item("bookings", "7").is_none());
        assert!(tablet.unresolved().await.unwrap().is_empty());
    }
}

#[tokio::test]
async fn a_policy_that_panics_leaves_the_conflict_open_and_the_client_running() {
    let policy = ConflictPolicy::Decide(Arc::new(|_| panic!("a fault of the app")));
    let (tablet, world, id) = conflict(policy).await;
    assert_eq!(tablet.unresolved().await.unwrap().len(), 1);
    tablet.resolve(id, Resolution::TakeTheirs).await.unwrap();
    booking(&world, r#"{"time":"08:00"}"#).await;
}

#[tokio::test]
async fn a_conflict_without_a_policy_waits_for_a_person() {
    let (tablet, world, id) = conflict(ConflictPolicy::Ask).await;
    let open = tablet.unresolved().await.unwrap();
    assert_eq!((open.len(), open[0].0.write.id, open[0].1), (1, id, SendOutcome::Conflict));
    assert_eq!(tablet.resolve(id, Resolution::Ask).await.unwrap(), None);
    // What is behind it waits, and that is no rest.
    let mut status = tablet.status();
    let waits = status.wait_for(|status| status.outbox == OutboxState::Unresolved);
    tokio::time::timeout(Duration::from_secs(20), waits).await.unwrap().unwrap();
    assert!(tablet.item("bookings", "7").await.unwrap().unwrap().pending);
    let flushed = tablet.flush(Duration::from_millis(50)).await;
    assert!(matches!(flushed, Err(ClientError::TimedOut)), "{flushed:?}");
    let refused = tablet.resolve(id, Resolution::Merge("[1]".into())).await.unwrap_err();
    assert_eq!(refused.to_string(), "the body of a patch is a JSON object");
    assert_eq!(tablet.unresolved().await.unwrap().len(), 1);
    let again = tablet.resolve(id, Resolution::KeepMine).await.unwrap().unwrap();
    assert_eq!(tablet.outcome(again).await.unwrap(), SendOutcome::Applied);
    assert_eq!(tablet.resolve(id, Resolution::KeepMine).await.unwrap(), None);
    // What was written on top of it goes out too.
    booking(&world, r#"{"note":"keys at the desk","time":"10:00"}"#).await;
    tablet.flush(Duration::from_secs(20)).await.unwrap();
    assert_eq!(tablet.status().borrow().outbox, OutboxState::Idle);
}

/// Another process of the file, without the policy, was told of it, and nobody waits for that write here.
#[cfg(feature = "sqlite")]
#[tokio::test]
async fn a_policy_decides_about_what_another_process_was_told() {
    let (world, folder) = (FakeTransport::default(), tempfile::tempdir().unwrap());
    let open = || SqliteStore::open(folder.path().join("client.db"), Durability::Process).unwrap();
    let phone = client(&world, MemoryStore::new()).await;
    let made = phone.submit("bookings", "7", WriteKind::Put, r#"{"time":"09:00"}"#).await.unwrap();
    assert_eq!(phone.outcome(made).await.unwrap(), SendOutcome::Applied);
    let extension = client(&world, open()).await;
    is_known(&extension, "bookings", "7").await;
    let builder = Client::builder(world.clone(), open()).session(FAKE_SESSION);
    let app = builder.on_conflict("bookings", ConflictPolicy::KeepMine).start().await.unwrap();
    for one in [&app, &extension] {
        one.set_network(false).unwrap();
    }
    let late = extension.submit("bookings", "7", WriteKind::Patch, r#"{"time":"10:00"}"#).await.unwrap();
    let early = phone.submit("bookings", "7", WriteKind::Patch, r#"{"time":"08:00"}"#).await.unwrap();
    assert_eq!(phone.outcome(early).await.unwrap(), SendOutcome::Applied);
    extension.set_network(true).unwrap();
    assert_eq!(extension.outcome(late).await.unwrap(), SendOutcome::Conflict);
    extension.shutdown().await.unwrap();
    app.set_network(true).unwrap();
    app.suspend().await.unwrap();
    app.resume().unwrap();
    let kept = async {
        while world.platform().item("bookings", "7").is_none_or(|(_, value)| !value.contains("10:00")) {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(20), kept).await.expect("nobody decides");
    assert!(app.unresolved().await.unwrap().is_empty());
}

#[tokio::test]
async fn a_policy_for_a_collection_that_there_is_not_is_an_error_at_the_start() {
    let start = |collection: &'static str, own: bool| async move {
        let builder = Client::builder(FakeTransport::default(), MemoryStore::new()).session(FAKE_SESSION);
        let builder = builder.configure(|config| config.collections.extend(own.then(|| "keys".into())));
        builder.on_conflict(collection, ConflictPolicy::KeepMine).start().await
    };
    for (collection, own, is_one) in [
        ("bookings", false, true),
        ("booking", false, false),
        ("no such\0one", false, false),
        ("keys", true, true),
    ] {
        let started = start(collection, own).await;
        let refused = started.err().map(|error| error.to_string());
        let why = "there is no collection of that name whose conflicts could be resolved";
        assert_eq!(refused.as_deref(), (!is_one).then_some(why), "{collection:?}");
    }
}
