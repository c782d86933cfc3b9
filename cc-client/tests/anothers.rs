//! A process whose file another has made another person's: what it had read to send, and what it says when it has nothing to send.
#![cfg(all(feature = "testing", feature = "tokio", feature = "sqlite"))]
#![allow(clippy::disallowed_methods, clippy::expect_used, clippy::unwrap_used, reason = "tests")]

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use cc_client::decide::{OutboxState, SendOutcome};
use cc_client::engine::{HttpRequest, Status};
use cc_client::store::{Durability, SqliteStore, Store};
use cc_client::testing::{FAKE_SESSION, FakeTransport};
use cc_client::transport::{Boxed, HttpAnswer, Transport, TransportError};
use cc_client::{Client, WriteKind};

const FEED: &str = "vehicles/local/7";

/// A line over which nobody is reached while it is down, whatever the system says of it.
#[derive(Clone, Default)]
struct Line {
    world: FakeTransport,
    is_down: Arc<AtomicBool>,
}

impl Transport for Line {
    fn send(&self, request: HttpRequest) -> Boxed<'static, Result<HttpAnswer, TransportError>> {
        if self.is_down.load(Ordering::SeqCst) {
            return Box::pin(async { Err(TransportError::NotConnected) });
        }
        self.world.send(request)
    }
}

fn open(path: &Path) -> SqliteStore {
    SqliteStore::open(path, Durability::Process).unwrap()
}

/// A process of Anna, whom the platform has confirmed, and the file.
async fn annas(line: &Line) -> (Client, PathBuf, tempfile::TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("client.db");
    let builder = Client::builder(line.clone(), open(&path)).session(FAKE_SESSION);
    let anna = builder.follow(FEED).start().await.unwrap();
    let id = anna.submit("places", "first", WriteKind::Put, "{}").await.unwrap();
    let outcome = tokio::time::timeout(Duration::from_secs(20), anna.outcome(id)).await;
    assert_eq!(outcome.expect("it hung").unwrap(), SendOutcome::Applied);
    (anna, path, folder)
}

async fn says(client: &Client, what: &str, is_so: impl FnMut(&Status) -> bool) {
    let mut status = client.status();
    let said = tokio::time::timeout(Duration::from_secs(10), status.wait_for(is_so)).await;
    let _ = said.unwrap_or_else(|_| panic!("{what}: {:?}", *client.status().borrow())).unwrap();
}

#[tokio::test]
async fn what_was_read_to_be_sent_is_not_sent_once_the_file_is_another_persons() {
    let line = Line::default();
    let (anna, path, _folder) = annas(&line).await;
    line.is_down.store(true, Ordering::SeqCst);
    let hers = anna.submit("places", "hers", WriteKind::Put, "{}").await.unwrap();
    says(&anna, "backoff", |status| matches!(status.outbox, OutboxState::Backoff { .. })).await;
    anna.set_network(false).unwrap();
    says(&anna, "offline", |status| status.outbox == OutboxState::Offline).await;
    open(&path).belong("bo").unwrap();
    line.is_down.store(false, Ordering::SeqCst);
    anna.set_network(true).unwrap();
    says(&anna, "found", |status| status.another_person).await;
    tokio::time::sleep(Duration::from_millis(300)).await;
    assert!(!line.world.platform().knows(hers), "hers was sent where nothing is sent");
    assert_eq!(open(&path).aside_count().unwrap(), 1);
}

#[tokio::test]
async fn whose_the_file_is_shows_also_after_somebody_has_signed_out() {
    let line = Line::default();
    let (anna, path, _folder) = annas(&line).await;
    let owner = String::from_utf8(open(&path).value("principal").unwrap().unwrap()).unwrap();
    anna.sign_out().unwrap();
    let mut is_out = anna.signed_out();
    is_out.wait_for(|is_out| *is_out).await.unwrap();
    for (person, is_anothers) in [("bo", true), (&*owner, false), ("bo", true)] {
        open(&path).belong(person).unwrap();
        // Whoever wakes looks at once.
        anna.suspend().await.unwrap();
        anna.resume().unwrap();
        says(&anna, person, |status| status.another_person == is_anothers).await;
    }
}

#[tokio::test]
async fn messages_that_come_once_the_file_is_another_persons_wait_until_it_is_this_persons_again() {
    let line = Line::default();
    let (anna, path, _folder) = annas(&line).await;
    let mut events = anna.read(FEED).unwrap();
    line.world.platform().tell(FEED, "1");
    let first = tokio::time::timeout(Duration::from_secs(20), events.recv()).await.expect("it hung").unwrap();
    assert_eq!(&*first.messages[0], "1");
    first.taken();
    let owner = String::from_utf8(open(&path).value("principal").unwrap().unwrap()).unwrap();
    open(&path).belong("bo").unwrap();
    line.world.platform().tell(FEED, "2");
    let given = tokio::time::timeout(Duration::from_millis(1_500), events.recv()).await;
    assert!(given.is_err(), "hers was given where nothing is shown");
    // It is found out by that, and not only by the next look.
    assert!(anna.status().borrow().another_person);
    open(&path).belong(&owner).unwrap();
    anna.suspend().await.unwrap();
    anna.resume().unwrap();
    let again = async {
        while let Some(delivery) = events.recv().await {
            let is_it = delivery.messages.iter().any(|message| &**message == "2");
            delivery.taken();
            if is_it {
                return;
            }
        }
    };
    tokio::time::timeout(Duration::from_secs(20), again).await.expect("it is not given");
}
