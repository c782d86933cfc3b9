//! A client that begins with a session of which nobody here has heard: it waits until the platform has said whose it is.
#![cfg(all(feature = "testing", feature = "tokio", feature = "sqlite"))]
#![allow(clippy::disallowed_methods, clippy::expect_used, clippy::unwrap_used, reason = "tests")]

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::time::Duration;

use cc_client::decide::SendOutcome;
use cc_client::engine::HttpRequest;
use cc_client::store::{Durability, SqliteStore};
use cc_client::testing::{FAKE_PASSWORD, FAKE_SESSION, FakeTransport};
use cc_client::transport::{Boxed, HttpAnswer, HttpBody, Transport, TransportError};
use cc_client::{Client, ClientError, WriteKind, blocking, sign_in};

/// A platform that gives a new session to everyone who signs in, and may be out of reach.
#[derive(Clone, Default)]
struct Anew {
    inner: FakeTransport,
    given: Arc<AtomicU32>,
    is_down: Arc<AtomicBool>,
    has_revoked: Arc<AtomicBool>,
}

struct Whole(Option<Vec<u8>>);

impl HttpBody for Whole {
    fn next(&mut self) -> Boxed<'_, Option<Result<bytes::Bytes, TransportError>>> {
        Box::pin(async move { self.0.take().map(|body| Ok(body.into())) })
    }
}

impl Transport for Anew {
    fn send(&self, mut request: HttpRequest) -> Boxed<'static, Result<HttpAnswer, TransportError>> {
        if self.is_down.load(Ordering::SeqCst) {
            return Box::pin(async { Err(TransportError::NotConnected) });
        }
        if request.target == "/v1/auth/password" {
            let mut answer = self.inner.platform().answer(&request);
            let number = self.given.fetch_add(1, Ordering::SeqCst);
            let body = String::from_utf8(std::mem::take(&mut answer.body)).unwrap();
            let body = body.replace(FAKE_SESSION, &format!("{FAKE_SESSION}-{number}")).into_bytes();
            let body = Box::new(Whole(Some(body)));
            return Box::pin(async move { Ok(HttpAnswer { head: answer.head, body }) });
        }
        for (_, value) in &mut request.headers {
            if value.contains(FAKE_SESSION) && !self.has_revoked.load(Ordering::SeqCst) {
                *value = format!("Bearer {FAKE_SESSION}");
            }
        }
        self.inner.send(request)
    }
}

/// What the guide shows first, from its first line.
async fn first_steps(
    world: &Anew,
    path: &std::path::Path,
) -> Result<SendOutcome, Box<dyn std::error::Error>> {
    let store = SqliteStore::open_or_salvage(path, Durability::Process)?.0;
    let who = sign_in::with_password(world, "anna@demo.example", FAKE_PASSWORD, "phone").await?;
    let client = Client::builder(world.clone(), store).session(&who).start().await?;
    client.wait_until_known(Duration::from_secs(30)).await?;
    let key = "019f3c52-8d1e-7b60-a4c9-5e2f71d08b36";
    let id = client.submit("places", key, WriteKind::Put, "{}").await?;
    assert!(client.item("places", key).await?.is_some());
    let outcome = client.outcome(id).await?;
    client.shutdown().await.unwrap();
    Ok(outcome)
}

#[tokio::test]
async fn the_first_steps_go_each_time() {
    let folder = tempfile::tempdir().unwrap();
    let world = Anew::default();
    for time in 0..3 {
        let outcome = first_steps(&world, &folder.path().join("client.db")).await;
        assert_eq!(outcome.unwrap(), SendOutcome::Applied, "{time}");
    }
}

#[tokio::test]
async fn a_known_session_waits_for_nothing_and_a_new_one_until_the_platform_is_there() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("client.db");
    let world = Anew::default();
    first_steps(&world, &path).await.unwrap();
    world.is_down.store(true, Ordering::SeqCst);
    let start = async |session: &str| {
        let store = SqliteStore::open(&path, Durability::Process).unwrap();
        Client::builder(world.clone(), store).session(session).start().await.unwrap()
    };
    let moment = Duration::from_millis(50);
    let known = start(&format!("{FAKE_SESSION}-0")).await;
    known.wait_until_known(Duration::from_secs(20)).await.unwrap();
    known.submit("places", "1", WriteKind::Put, "{}").await.unwrap();
    known.shutdown().await.unwrap();

    let fresh = start(&format!("{FAKE_SESSION}-1")).await;
    let refused = fresh.submit("places", "2", WriteKind::Put, "{}").await.unwrap_err();
    assert!(matches!(refused, ClientError::NotYetKnown));
    assert_eq!(refused.to_string(), "the platform has not yet said who signed in: wait until it has");
    assert!(matches!(fresh.wait_until_known(moment).await, Err(ClientError::TimedOut)));
    // What waits there may be theirs.
    assert!(matches!(fresh.flush(moment).await, Err(ClientError::TimedOut)));
    let waits = fresh.clone();
    let waits = tokio::spawn(async move { waits.wait_until_known(Duration::from_secs(20)).await });
    tokio::time::sleep(moment).await;
    world.is_down.store(false, Ordering::SeqCst);
    fresh.set_network(true).unwrap();
    waits.await.unwrap().unwrap();
    fresh.submit("places", "2", WriteKind::Put, "{}").await.unwrap();

    // A session that ends before that is none to wait for.
    world.has_revoked.store(true, Ordering::SeqCst);
    fresh.sign_in("never given").unwrap();
    let ended = fresh.wait_until_known(Duration::from_secs(20)).await;
    assert!(matches!(ended, Err(ClientError::SignedOut)), "{ended:?}");
    fresh.shutdown().await.unwrap();
    assert!(matches!(fresh.wait_until_known(moment).await, Err(ClientError::Closed)));
}

/// A session that never had a token, since the network went first, is still of somebody.
#[tokio::test]
async fn what_was_written_before_a_first_token_is_sent_after_its_person_has_signed_in_anew() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("client.db");
    let open = || SqliteStore::open(&path, Durability::Process).unwrap();
    let world = Anew::default();
    let sign_in =
        async || sign_in::with_password(&world, "anna@demo.example", FAKE_PASSWORD, "phone").await.unwrap();
    let who = sign_in().await;
    world.is_down.store(true, Ordering::SeqCst);
    let phone = Client::builder(world.clone(), open()).session(&who).start().await.unwrap();
    let one = phone.submit("places", "1", WriteKind::Put, "{}").await.unwrap();
    let beside = Client::builder(world.clone(), open()).session(&who).start().await.unwrap();
    let two = beside.submit("places", "2", WriteKind::Put, "{}").await.unwrap();

    // Anew in the same process, while another goes on; and after that in the next.
    world.is_down.store(false, Ordering::SeqCst);
    let again = sign_in().await;
    world.is_down.store(true, Ordering::SeqCst);
    phone.sign_in(&again).unwrap();
    phone.wait_until_known(Duration::from_secs(20)).await.unwrap();
    assert!(phone.item("places", "1").await.unwrap().is_some());
    let three = phone.submit("places", "3", WriteKind::Put, "{}").await.unwrap();
    assert!(beside.item("places", "3").await.unwrap().is_some());
    phone.shutdown().await.unwrap();
    beside.shutdown().await.unwrap();

    world.is_down.store(false, Ordering::SeqCst);
    let last = sign_in().await;
    let phone = Client::builder(world.clone(), open()).session(last).start().await.unwrap();
    for id in [one, two, three] {
        let outcome = tokio::time::timeout(Duration::from_secs(20), phone.outcome(id)).await;
        assert_eq!(outcome.unwrap().unwrap(), SendOutcome::Applied);
    }
    assert_eq!(phone.set_aside().await.unwrap(), 0);
}

/// The app may have kept what is long over: only the platform takes a file from somebody.
#[tokio::test]
async fn a_start_takes_no_file_from_another_person_before_the_platform_has_said_so() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("client.db");
    let open = || SqliteStore::open(&path, Durability::Process).unwrap();
    let world = Anew::default();
    let mut bo = sign_in::with_password(&world, "anna@demo.example", FAKE_PASSWORD, "phone").await.unwrap();
    bo.principal = "user/2".into();
    first_steps(&world, &path).await.unwrap();
    world.is_down.store(true, Ordering::SeqCst);
    let stranger = Client::builder(world.clone(), open()).session(&bo).start().await.unwrap();
    let refused = stranger.submit("places", "1", WriteKind::Put, "{}").await.unwrap_err();
    assert!(matches!(refused, ClientError::NotYetKnown), "{refused}");
    stranger.shutdown().await.unwrap();
    let anna =
        Client::builder(world.clone(), open()).session(format!("{FAKE_SESSION}-1")).start().await.unwrap();
    assert_eq!(anna.items("places", "", 10).await.unwrap().len(), 1);
}

#[test]
fn programs_that_are_not_async_wait_as_well() {
    let builder = Client::builder(Anew::default(), cc_client::store::MemoryStore::new());
    let desk = blocking::Client::start(builder.session(FAKE_SESSION)).unwrap();
    desk.wait_until_known(Duration::from_secs(20)).unwrap();
    desk.submit("places", "1", WriteKind::Put, "{}").unwrap();
}

#[test]
fn the_guide_shows_the_example_that_is_built() {
    let guide = include_str!("../../docs/guides/sync.md");
    let example = include_str!("../examples/first_steps.rs");
    let (_, program) = example.split_once("\n\n").unwrap();
    assert!(guide.contains(&format!("```rust\n{program}```")), "they differ");
    assert!(program.contains("wait_until_known"));
}
