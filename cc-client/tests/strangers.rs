//! Processes of one file of which one runs with a session that the file does not know: it changes nothing for the others.
#![cfg(all(feature = "testing", feature = "tokio", feature = "sqlite"))]
#![allow(clippy::disallowed_methods, clippy::expect_used, clippy::unwrap_used, reason = "tests")]

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use cc_client::decide::SendOutcome;
use cc_client::engine::HttpRequest;
use cc_client::store::{Durability, SqliteStore};
use cc_client::testing::{FAKE_SESSION, FakeTransport};
use cc_client::transport::{Boxed, HttpAnswer, Transport, TransportError};
use cc_client::wire::ProblemCode;
use cc_client::{Client, ClientError, WriteId, WriteKind};

const GONE: SendOutcome = SendOutcome::Rejected(ProblemCode::SessionRevoked);
const MOMENT: Duration = Duration::from_millis(300);

/// The platform as one process reaches it, or not; a session that it knows is "anna …" or "bo …".
#[derive(Clone)]
struct Way {
    platform: FakeTransport,
    is_up: Arc<AtomicBool>,
}

impl Transport for Way {
    fn send(&self, mut request: HttpRequest) -> Boxed<'static, Result<HttpAnswer, TransportError>> {
        if !self.is_up.load(Ordering::SeqCst) {
            return Box::pin(async { Err(TransportError::NotConnected) });
        }
        for (_, value) in &mut request.headers {
            if value.starts_with("Bearer anna") || value.starts_with("Bearer bo") {
                *value = format!("Bearer {FAKE_SESSION}");
            }
        }
        self.platform.send(request)
    }
}

struct World {
    anna: FakeTransport,
    bo: FakeTransport,
    path: PathBuf,
    _folder: tempfile::TempDir,
}

impl World {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("client.db");
        let world =
            Self { anna: FakeTransport::default(), bo: FakeTransport::default(), path, _folder: folder };
        world.bo.platform().belongs_to("eyJzdWIiOiJibyJ9");
        world
    }

    async fn start(&self, session: &str, is_up: bool) -> (Client, Way) {
        let store = SqliteStore::open(&self.path, Durability::Process).unwrap();
        let platform = if session.starts_with("anna") { &self.anna } else { &self.bo };
        let way = Way { platform: platform.clone(), is_up: Arc::new(is_up.into()) };
        let client = Client::builder(way.clone(), store).session(session).start().await.unwrap();
        if is_up && session != "nonsense" {
            client.wait_until_known(Duration::from_secs(20)).await.unwrap();
        }
        (client, way)
    }
}

async fn put(client: &Client, key: &str) -> WriteId {
    client.submit("places", key, WriteKind::Put, "{}").await.unwrap()
}

async fn outcome(client: &Client, id: WriteId) -> SendOutcome {
    tokio::time::timeout(Duration::from_secs(40), client.outcome(id)).await.expect("it hung").unwrap()
}

async fn applied(client: &Client, key: &str) {
    assert_eq!(outcome(client, put(client, key).await).await, SendOutcome::Applied, "{key}");
}

/// What a process wrote before its first token, when another process has made the file its person's.
async fn written_before(
    world: &World,
    session: &str,
) -> (Client, Way, Client, WriteId, tokio::task::JoinHandle<SendOutcome>) {
    let (first, way) = world.start(session, false).await;
    let id = put(&first, "first").await;
    let (second, _) = world.start("bo 2", true).await;
    applied(&second, "second").await;
    let waits = tokio::spawn({
        let first = first.clone();
        async move { outcome(&first, id).await }
    });
    // Nobody knows yet whose it is: it is told to nobody, sent by nobody, and waits.
    tokio::time::sleep(MOMENT).await;
    assert!(!waits.is_finished());
    assert_eq!((second.set_aside().await.unwrap(), second.item("places", "first").await.unwrap()), (1, None));
    assert!(second.unresolved().await.unwrap().is_empty());
    let refused = first.submit("places", "x", WriteKind::Put, "{}").await.unwrap_err();
    assert!(matches!(refused, ClientError::NotYetKnown), "{refused}");
    assert!(!world.bo.platform().knows(id) && first.items("places", "", 9).await.unwrap().is_empty());
    (first, way, second, id, waits)
}

#[tokio::test]
async fn what_was_written_before_a_first_token_waits_for_it_also_where_another_process_has_its_own_before() {
    let world = World::new();
    let (first, way, second, id, waits) = written_before(&world, "bo 1").await;
    way.is_up.store(true, Ordering::SeqCst);
    first.set_network(true).unwrap();
    assert_eq!(waits.await.unwrap(), SendOutcome::Applied);
    assert!(world.bo.platform().knows(id));
    assert_eq!(second.set_aside().await.unwrap(), 0);
    for key in ["first", "second"] {
        assert!(first.item("places", key).await.unwrap().is_some(), "{key}");
    }
    applied(&second, "later").await;
}

#[tokio::test]
async fn what_turns_out_to_be_of_another_person_is_sent_as_theirs() {
    let world = World::new();
    let (first, way, second, id, waits) = written_before(&world, "anna 1").await;
    way.is_up.store(true, Ordering::SeqCst);
    first.set_network(true).unwrap();
    assert_eq!(waits.await.unwrap(), SendOutcome::Applied);
    assert!(world.anna.platform().knows(id) && !world.bo.platform().knows(id));
    assert_eq!(first.item("places", "second").await.unwrap(), None);
    let refused = second.submit("places", "x", WriteKind::Put, "{}").await.unwrap_err();
    assert!(matches!(refused, ClientError::AnotherPerson), "{refused}");
}

#[tokio::test]
async fn who_signs_out_or_ends_before_a_first_token_is_told_that_nothing_will_be_sent() {
    for session in ["bo 1", "nonsense"] {
        let world = World::new();
        let (first, way, second, id, waits) = written_before(&world, session).await;
        if session == "nonsense" {
            way.is_up.store(true, Ordering::SeqCst);
            first.set_network(true).unwrap();
        } else {
            first.sign_out().unwrap();
        }
        assert_eq!(waits.await.unwrap(), GONE, "{session}");
        assert_eq!(second.set_aside().await.unwrap(), 0, "{session}");
        applied(&second, "later").await;
        assert!(!world.bo.platform().knows(id), "{session}");
        assert!(first.items("places", "", 9).await.unwrap().is_empty(), "{session}");
    }
}

#[tokio::test]
async fn what_was_written_before_a_first_token_waits_over_restarts_with_other_sessions() {
    let world = World::new();
    let (first, _) = world.start("anna 1", false).await;
    let id = put(&first, "first").await;
    first.shutdown().await.unwrap();
    for (session, is_up) in [("bo 1", false), ("nonsense", true), ("bo 2", true), ("nonsense", true)] {
        let (other, _) = world.start(session, is_up).await;
        assert!(other.items("places", "", 9).await.unwrap().is_empty(), "{session}");
        if session == "nonsense" {
            other.signed_out().wait_for(|is_out| *is_out).await.unwrap();
            assert!(other.items("places", "", 9).await.unwrap().is_empty());
        }
        if session == "bo 1" {
            other.sign_out().unwrap();
            tokio::time::sleep(MOMENT).await;
            assert!(other.submit("places", "x", WriteKind::Put, "{}").await.is_err());
        }
        other.shutdown().await.unwrap();
    }
    let (again, _) = world.start("anna 1", true).await;
    assert_eq!(outcome(&again, id).await, SendOutcome::Applied);
    assert!(world.anna.platform().knows(id) && !world.bo.platform().knows(id));
}

#[tokio::test]
async fn a_session_that_the_file_does_not_know_hides_nothing_from_those_who_are_known() {
    for (session, is_up) in [("bo 2", false), ("nonsense", true), ("bo 1", false)] {
        let world = World::new();
        let (known, _) = world.start("bo 1", true).await;
        applied(&known, "home").await;
        let (other, _) = world.start(session, is_up).await;
        if session == "bo 1" {
            other.sign_in("anna 1").unwrap();
        }
        for round in 0..3 {
            if round < 2 {
                assert!(other.items("places", "", 9).await.unwrap().is_empty(), "{session}");
                let refused = other.submit("places", "x", WriteKind::Put, "{}").await.unwrap_err();
                assert!(matches!(refused, ClientError::NotYetKnown), "{session}: {refused}");
                tokio::time::sleep(MOMENT).await;
            } else {
                other.sign_out().unwrap();
                other.shutdown().await.unwrap();
            }
            assert!(known.item("places", "home").await.unwrap().is_some(), "{session}");
            applied(&known, &round.to_string()).await;
        }
        known.shutdown().await.unwrap();
        // Nor does its session open the file less than before.
        let (known, _) = world.start("bo 1", false).await;
        assert!(known.item("places", "home").await.unwrap().is_some(), "{session}");
    }
}
