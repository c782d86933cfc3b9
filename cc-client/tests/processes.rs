//! Several processes of one app with one file: here each is a client of this process, in `started` a process of its own.
#![cfg(all(feature = "testing", feature = "tokio", feature = "sqlite"))]
#![allow(clippy::disallowed_methods, clippy::expect_used, clippy::unwrap_used, reason = "tests")]

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use cc_client::decide::{FeedState, OutboxState, SendOutcome};
use cc_client::engine::HttpRequest;
use cc_client::store::{Durability, SqliteStore};
use cc_client::testing::{FAKE_SESSION, FakeTransport};
use cc_client::transport::{Boxed, HttpAnswer, Transport, TransportError};
use cc_client::{Client, WriteId, WriteKind};

struct File {
    _folder: tempfile::TempDir,
    path: PathBuf,
}

impl File {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("client.db");
        Self { _folder: folder, path }
    }
}

async fn process(world: &FakeTransport, path: &Path) -> Client {
    let store = SqliteStore::open(path, Durability::Process).unwrap();
    Client::builder(world.clone(), store).session(FAKE_SESSION).start().await.unwrap()
}

async fn live(client: &Client) {
    let mut status = client.status();
    let wait = status.wait_for(|status| status.feeds.iter().all(|(_, feed)| *feed == FeedState::Live));
    tokio::time::timeout(Duration::from_secs(20), wait).await.expect("never live").unwrap();
}

async fn put(client: &Client, key: &str) -> WriteId {
    client.submit("places", key, WriteKind::Put, "{}").await.unwrap()
}

async fn outcome(client: &Client, id: WriteId) -> SendOutcome {
    tokio::time::timeout(Duration::from_secs(40), client.outcome(id)).await.expect("it hung").unwrap()
}

#[tokio::test]
async fn a_process_from_which_another_took_the_lane_takes_it_back() {
    let (world, file) = (FakeTransport::default(), File::new());
    let app = process(&world, &file.path).await;
    live(&app).await;
    let first = put(&app, "1").await;
    assert_eq!(outcome(&app, first).await, SendOutcome::Applied);
    let extension = process(&world, &file.path).await;
    let second = put(&extension, "2").await;
    assert_eq!(outcome(&extension, second).await, SendOutcome::Applied);
    extension.shutdown().await.unwrap();
    let third = put(&app, "3").await;
    assert_eq!(outcome(&app, third).await, SendOutcome::Applied);
    app.flush(Duration::from_secs(20)).await.unwrap();
    assert_eq!(app.status().borrow().outbox, OutboxState::Idle);
}

/// Takes the network away; where that leaves the outbox.
async fn without_network(client: &Client) -> OutboxState {
    // What waits for a token does not say that there is no network.
    live(client).await;
    client.set_network(false).unwrap();
    let mut status = client.status();
    let is_off = |feeds: &[_]| feeds.iter().all(|(_, feed)| *feed == FeedState::Offline);
    let off = status.wait_for(|status| is_off(&status.feeds));
    tokio::time::timeout(Duration::from_secs(20), off).await.expect("never off").unwrap().outbox
}

/// The platform for the first process of a file, which never has the lane again once another has begun.
struct Taken(FakeTransport);

impl Transport for Taken {
    fn send(&self, mut request: HttpRequest) -> Boxed<'static, Result<HttpAnswer, TransportError>> {
        let epoch = request.headers.iter_mut().find(|(name, _)| *name == "producer-epoch");
        if let Some((_, epoch)) = epoch {
            "0".clone_into(epoch);
        }
        self.0.send(request)
    }
}

#[tokio::test]
async fn a_process_from_which_another_took_the_lane_need_not_have_it_to_know_that_all_is_sent() {
    let (world, file) = (FakeTransport::default(), File::new());
    let store = SqliteStore::open(&file.path, Durability::Process).unwrap();
    let builder = Client::builder(Taken(world.clone()), store).session(FAKE_SESSION);
    let app = builder.start().await.unwrap();
    // While one looks for more to send, it may find what the other has just written, and send it: only one of them has a network at a time.
    without_network(&app).await;
    let extension = process(&world, &file.path).await;
    let first = put(&extension, "1").await;
    assert_eq!(outcome(&extension, first).await, SendOutcome::Applied);
    without_network(&extension).await;
    put(&app, "2").await;
    // After how long it takes the lane back is drawn, and may be a moment. Without a network it does not.
    let stays_fenced = async {
        loop {
            app.set_network(true).unwrap();
            app.status().wait_for(|status| status.outbox == OutboxState::Fenced).await.unwrap();
            if without_network(&app).await == OutboxState::Fenced {
                return;
            }
        }
    };
    tokio::time::timeout(Duration::from_secs(40), stays_fenced).await.expect("never fenced");
    extension.set_network(true).unwrap();
    extension.flush(Duration::from_secs(20)).await.unwrap();
    app.flush(Duration::from_secs(20)).await.unwrap();
    assert_eq!(app.status().borrow().outbox, OutboxState::Fenced);
}

#[tokio::test]
async fn what_a_killed_process_left_is_found_by_whoever_flushes_or_wakes_and_in_time_by_itself() {
    for way in ["flush", "resume", "itself"] {
        let (world, file) = (FakeTransport::default(), File::new());
        let app = process(&world, &file.path).await;
        live(&app).await;
        let killed = process(&world, &file.path).await;
        killed.set_network(false).unwrap();
        let left = put(&killed, "1").await;
        killed.shutdown().await.unwrap();
        match way {
            "flush" => app.flush(Duration::from_secs(20)).await.unwrap(),
            "resume" => {
                app.suspend().await.unwrap();
                app.resume().unwrap();
            }
            _ => {}
        }
        assert_eq!(outcome(&app, left).await, SendOutcome::Applied, "{way}");
        assert!(world.platform().knows(left), "{way}");
    }
}

#[tokio::test]
async fn two_processes_that_write_by_turns_both_learn_what_became_of_everything() {
    let (world, file) = (FakeTransport::default(), File::new());
    let (app, other) = (process(&world, &file.path).await, process(&world, &file.path).await);
    live(&app).await;
    live(&other).await;
    let mut ids = Vec::new();
    for number in 0..20 {
        let key = number.to_string();
        ids.push((put(&app, &key).await, put(&other, &key).await));
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    for (mine, theirs) in ids {
        for (client, id) in [(&app, mine), (&other, theirs)] {
            let told = outcome(client, id).await;
            assert!(matches!(told, SendOutcome::Applied | SendOutcome::Duplicate), "{told:?}");
        }
    }
}

/// Counts requests for tokens, and tells the time or does not.
struct Counting {
    world: FakeTransport,
    tokens: AtomicUsize,
    has_date: bool,
}

impl Transport for Counting {
    fn send(&self, request: HttpRequest) -> Boxed<'static, Result<HttpAnswer, TransportError>> {
        let is_token = request.target == "/v1/auth/token";
        self.tokens.fetch_add(usize::from(is_token), Ordering::SeqCst);
        let (answer, has_date) = (self.world.send(request), self.has_date);
        Box::pin(async move {
            tokio::time::sleep(Duration::from_millis(if is_token { 100 } else { 0 })).await;
            let mut answer = answer.await?;
            if has_date {
                let date = "Fri, 01 May 2026 10:00:00 GMT".to_owned();
                answer.head.headers.push(("date".to_owned(), date));
            }
            Ok(answer)
        })
    }
}

#[tokio::test]
async fn six_processes_that_start_at_once_ask_for_one_token() {
    for has_date in [true, false] {
        let (world, file) = (FakeTransport::default(), File::new());
        let counting = Arc::new(Counting { world, tokens: AtomicUsize::new(0), has_date });
        let mut clients = Vec::new();
        for _ in 0..6 {
            let store = SqliteStore::open(&file.path, Durability::Process).unwrap();
            let builder = Client::builder(counting.clone(), store).session(FAKE_SESSION);
            clients.push(builder.configure(|config| config.share_tokens = true).start().await.unwrap());
        }
        for client in &clients {
            live(client).await;
        }
        assert_eq!(counting.tokens.load(Ordering::SeqCst), 1, "has_date: {has_date}");
    }
}

/// The first start of an app with its extensions: all make the file.
#[test]
fn whoever_opens_a_new_file_at_the_same_time_as_others_opens_it() {
    for round in 0..150 {
        let file = File::new();
        let start = std::sync::Barrier::new(6);
        std::thread::scope(|scope| {
            for _ in 0..6 {
                scope.spawn(|| {
                    start.wait();
                    let opened = SqliteStore::open(&file.path, Durability::Process);
                    assert!(opened.is_ok(), "round {round}: {:?}", opened.err());
                });
            }
        });
    }
}

#[tokio::test]
async fn what_another_process_writes_and_takes_back_is_to_be_looked_at_here_too() {
    let (world, file) = (FakeTransport::default(), File::new());
    let app = process(&world, &file.path).await;
    live(&app).await;
    let other = process(&world, &file.path).await;
    other.set_network(false).unwrap();
    let mut changed = app.changed();
    let mut look = async || {
        changed.mark_unchanged();
        app.suspend().await.unwrap();
        app.resume().unwrap();
        tokio::time::timeout(Duration::from_secs(5), changed.changed())
            .await
            .expect("it was not told")
            .unwrap();
    };
    look().await;
    app.set_network(false).unwrap();
    let id = put(&other, "1").await;
    look().await;
    assert!(app.item("places", "1").await.unwrap().is_some_and(|item| item.pending));
    assert!(other.discard(id).await.unwrap());
    look().await;
    assert_eq!(app.item("places", "1").await.unwrap(), None);
}
