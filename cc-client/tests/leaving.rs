//! Signing out: the platform is told until it knows, whatever the network does meanwhile.
#![cfg(feature = "testing")]
#![allow(clippy::disallowed_methods, clippy::expect_used, clippy::unwrap_used, reason = "tests")]

#[path = "common/engine.rs"]
mod engine;

use std::sync::{Arc, Mutex};
use std::time::Duration;

use cc_client::Client;
use cc_client::decide::{AuthLoss, AuthState};
use cc_client::engine::{EngineConfig, HttpRequest, Input, StoreCommand};
use cc_client::store::{MemoryStore, Store as _, StoreError};
use cc_client::testing::{FAKE_SESSION, FakeTransport};
use cc_client::transport::{Boxed, HttpAnswer, Transport, TransportError};
use engine::{JSON, PROBLEM, World};

const HTML: (&str, &str) = ("content-type", "text/html");
const ID: (&str, &str) = ("x-request-id", "019f3c52-8d1e-7b60-a4c9-5e2f71d08b36");
const SESSION: &str = "/v1/auth/session";

/// Signed in, with nothing asked but what lasts.
fn signed_in() -> World {
    let mut world = World::start(EngineConfig::new(1, 7), MemoryStore::new());
    world.token("made-up");
    world.open.clear();
    world
}

/// The platform has ended the session.
fn platform_says_yes(world: &mut World) {
    platform_says(world, 204, PROBLEM, "");
}

/// The platform answers: it gives the request's own number back.
fn platform_says(world: &mut World, status: u16, kind: (&str, &str), body: &str) {
    let headers = &world.open[&world.find(SESSION)].headers;
    let id = headers.iter().find(|(name, _)| *name == "x-request-id").unwrap().1.clone();
    // As the protocol has them.
    assert!(id.len() <= 64 && id.bytes().all(|byte| byte.is_ascii_alphanumeric()), "{id}");
    world.answer(SESSION, status, &[kind, ("x-request-id", &id)], body);
}

#[test]
fn what_the_platform_itself_will_never_do_is_not_asked_again() {
    let mut world = signed_in();
    world.tell(Input::SignOut);
    world.wait();
    platform_says(&mut world, 404, PROBLEM, r#"{"code":"not_found"}"#);
    assert!(!world.engine.status(world.now).signing_out);
}

#[test]
fn a_session_that_was_left_is_ended_at_the_platform_in_the_end() {
    let mut world = signed_in();
    world.tell(Input::SignOut);
    assert_eq!(world.engine.status(world.now).auth, AuthState::SignedOut);
    for (status, kind, body) in [
        (200, HTML, "<html>Welcome"),
        (302, HTML, ""),
        (401, HTML, "<html>"),
        (401, JSON, r#"{"code":"wifi"}"#),
        (403, PROBLEM, r#"{"code":"forbidden"}"#),
        (502, HTML, ""),
        // Of a portal, which says yes to whatever it is asked.
        (204, HTML, ""),
        (204, ("x-request-id", ""), ""),
        (204, ("x-request-id", "no id of it"), ""),
        // Of a proxy, which numbers what it answers itself.
        (204, ID, ""),
        (503, PROBLEM, r#"{"code":"draining"}"#),
        // Of a gateway that does not know the path.
        (400, PROBLEM, r#"{"code":"malformed"}"#),
        (404, PROBLEM, r#"{"code":"not_found"}"#),
        (405, PROBLEM, r#"{"code":"method_not_allowed"}"#),
    ] {
        world.wait();
        let (_, asked) = world.open.first_key_value().unwrap();
        assert_eq!((asked.method, &asked.headers[0].1[..]), ("DELETE", "Bearer made-up"));
        world.answer(SESSION, status, &[kind], body);
        assert!(world.engine.status(world.now).signing_out, "{status} {kind:?}");
    }
    world.wait();
    platform_says_yes(&mut world);
    let status = world.engine.status(world.now);
    assert_eq!((status.signing_out, status.auth), (false, AuthState::SignedOut));
}

#[test]
fn the_answer_to_another_sign_out_ends_no_session() {
    let mut world = signed_in();
    let mut ids = Vec::new();
    world.tell(Input::SignOut);
    for _ in 0..3 {
        world.wait();
        let headers = &world.open[&world.find(SESSION)].headers;
        let id = headers.iter().find(|(name, _)| *name == "x-request-id").unwrap().1.clone();
        for old in &ids {
            assert_ne!(*old, id);
        }
        let last = ids.last().map_or("made-up", String::as_str).to_owned();
        ids.push(id);
        world.answer(SESSION, 204, &[("x-request-id", &last)], "");
        assert!(world.engine.status(world.now).signing_out);
    }
    world.wait();
    platform_says_yes(&mut world);
    assert!(!world.engine.status(world.now).signing_out);
}

#[test]
fn without_a_network_it_waits_for_one_and_asks_nothing_meanwhile() {
    let mut world = signed_in();
    world.tell(Input::Network { up: false });
    world.tell(Input::SignOut);
    assert!(world.open.is_empty() && world.engine.status(world.now).signing_out);
    world.tell(Input::Network { up: true });
    let (request, _) = world.open.pop_first().unwrap();
    world.tell(Input::Lost { request, loss: AuthLoss::NotConnected });
    // Another network is asked at once.
    assert!(world.open.is_empty());
    world.tell(Input::Network { up: true });
    world.answer(SESSION, 401, &[PROBLEM], r#"{"code":"token_invalid"}"#);
    assert!(!world.engine.status(world.now).signing_out, "it was over before");
}

#[test]
fn whoever_comes_back_with_the_session_has_not_left_it() {
    let mut world = signed_in();
    world.tell(Input::SignOut);
    world.tell(Input::SignedIn { session: "made-up".to_owned().into() });
    let asked: Vec<&str> = world.open.values().map(|http| &*http.target).collect();
    assert_eq!(asked, ["/v1/auth/token"]);
    assert!(!world.engine.status(world.now).signing_out);
    // Somebody else's takes nothing away from it.
    world.token("made-up");
    world.tell(Input::SignOut);
    world.tell(Input::SignedIn { session: "another".to_owned().into() });
    assert!(world.engine.status(world.now).signing_out);
    platform_says_yes(&mut world);
    assert!(!world.engine.status(world.now).signing_out);
}

/// The store is full for all that it was asked.
fn no_room(world: &mut World) {
    for (ticket, _) in std::mem::take(&mut world.asked) {
        world.tell(Input::Stored { ticket, answer: Err(StoreError::Full) });
    }
}

fn sharing() -> World {
    let mut config = EngineConfig::new(1, 7);
    config.share_tokens = true;
    let mut world = World::start(config, MemoryStore::new());
    world.token("made-up");
    // It has just looked what others left.
    world.pass(1);
    world
}

/// The token that processes share, and whether the file is known to have been left.
fn on_disk(world: &mut World) -> (bool, bool) {
    let mut is_there = |name| world.store.value(name).unwrap().is_some_and(|value| !value.is_empty());
    (is_there("token"), is_there("unsure"))
}

#[test]
fn that_somebody_left_is_kept_once_there_is_room() {
    let mut world = sharing();
    assert_eq!(on_disk(&mut world), (true, false));
    world.is_store_slow = true;
    world.tell(Input::SignOut);
    no_room(&mut world);
    assert!(world.engine.status(world.now).store_full);
    world.pass(20);
    no_room(&mut world);
    assert_eq!(on_disk(&mut world), (true, false));
    world.pass(20);
    world.store_answers();
    assert_eq!(on_disk(&mut world), (false, true));
    assert!(!world.engine.status(world.now).store_full);
    // Once is enough.
    world.is_store_slow = true;
    world.pass(20);
    let again = world.asked.iter().any(|(_, command)| matches!(command, StoreCommand::Left { .. }));
    assert!(!again, "{:?}", world.asked);
}

#[test]
fn what_could_not_be_kept_of_who_left_takes_nothing_from_who_came() {
    let mut world = sharing();
    world.is_store_slow = true;
    world.tell(Input::SignOut);
    no_room(&mut world);
    world.tell(Input::SignedIn { session: "another of hers".to_owned().into() });
    // Also where it is in hand while they come: there is no room for it then either.
    no_room(&mut world);
    world.store_answers();
    world.pass(1);
    world.token("hers");
    world.pass(60);
    assert_eq!(on_disk(&mut world), (true, false));
}

/// Keeps what was asked; the answer to a sign-out takes a while.
#[derive(Clone, Default)]
struct Slow {
    inner: FakeTransport,
    ended: Arc<Mutex<u32>>,
}

impl Transport for Slow {
    fn send(&self, request: HttpRequest) -> Boxed<'static, Result<HttpAnswer, TransportError>> {
        let (inner, ended) = (self.inner.clone(), self.ended.clone());
        Box::pin(async move {
            let is_end = request.method == "DELETE";
            if is_end {
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
            let answer = inner.send(request).await;
            *ended.lock().unwrap() += u32::from(is_end);
            answer
        })
    }
}

#[tokio::test]
async fn a_client_that_ends_right_after_a_sign_out_has_told_the_platform() {
    for is_dropped in [false, true] {
        let world = Slow::default();
        let phone =
            Client::builder(world.clone(), MemoryStore::new()).session(FAKE_SESSION).start().await.unwrap();
        phone.sign_out().unwrap();
        if is_dropped {
            drop(phone);
            tokio::time::timeout(Duration::from_secs(20), async {
                while *world.ended.lock().unwrap() == 0 {
                    tokio::time::sleep(Duration::from_millis(5)).await;
                }
            })
            .await
            .unwrap();
        } else {
            phone.shutdown().await.unwrap();
        }
        assert_eq!(*world.ended.lock().unwrap(), 1, "dropped: {is_dropped}");
    }
}

#[cfg(feature = "sqlite")]
#[tokio::test]
async fn the_file_is_closed_when_any_shutdown_returns() {
    use cc_client::WriteKind;
    use cc_client::store::{Durability, SqliteStore};

    let folder = tempfile::tempdir().unwrap();
    let store = SqliteStore::open(folder.path().join("client.db"), Durability::Disk).unwrap();
    let phone = Client::builder(Slow::default(), store).session(FAKE_SESSION).start().await.unwrap();
    phone.submit("places", "1", WriteKind::Put, "{}").await.unwrap();
    let log = folder.path().join("client.db-wal");
    assert!(log.exists());
    phone.sign_out().unwrap();
    let first = phone.clone();
    let first = tokio::spawn(async move { first.shutdown().await });
    // The first waits for the platform meanwhile.
    tokio::time::sleep(Duration::from_millis(5)).await;
    phone.shutdown().await.unwrap();
    assert!(!log.exists());
    first.await.unwrap().unwrap();
    phone.shutdown().await.unwrap();
    assert!(!log.exists());
}

#[cfg(feature = "sqlite")]
#[tokio::test]
async fn a_file_that_is_moved_with_its_log_has_all_that_was_accepted() {
    use cc_client::WriteKind;
    use cc_client::store::{Durability, SqliteStore};

    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    let store = SqliteStore::open(path("client.db"), Durability::Process).unwrap();
    let phone = Client::builder(FakeTransport::default(), store).start().await.unwrap();
    // Who reads from before the writes on keeps them in the log.
    let reader = rusqlite::Connection::open(path("client.db")).unwrap();
    reader.execute_batch("BEGIN; SELECT count(*) FROM outbox").unwrap();
    for key in ["1", "2", "3"] {
        phone.submit("places", key, WriteKind::Put, "{}").await.unwrap();
    }
    phone.shutdown().await.unwrap();
    assert!(path("client.db-wal").metadata().unwrap().len() > 0, "nothing is in the log");
    for end in ["", "-wal"] {
        std::fs::copy(path(&format!("client.db{end}")), path(&format!("moved.db{end}"))).unwrap();
    }
    let mut moved = SqliteStore::open(path("moved.db"), Durability::Process).unwrap();
    assert_eq!(moved.waiting_count().unwrap(), 3);
}

#[cfg(feature = "sqlite")]
#[tokio::test]
async fn a_client_that_ends_leaves_the_platform_alone_as_another_process_was_told_to() {
    use cc_client::engine::{StoreClient, StoreCommand};
    use cc_client::store::{Durability, SqliteStore};
    use cc_core::Timestamp;

    for is_dropped in [false, true] {
        let (world, folder) = (Slow::default(), tempfile::tempdir().unwrap());
        let open = || SqliteStore::open(folder.path().join("client.db"), Durability::Process).unwrap();
        let phone = Client::builder(world.clone(), open()).session(FAKE_SESSION).start().await.unwrap();
        // From here on the client has had no time to look before it is to end.
        let (extension, now) = (StoreClient { lane: "main", owner: 2 }, std::time::SystemTime::now());
        let now = Timestamp::from(now);
        extension.execute(&mut open(), now, StoreCommand::KeepQuiet { millis: 3_600_000 }).unwrap();
        phone.sign_out().unwrap();
        if is_dropped {
            drop(phone);
            tokio::time::sleep(Duration::from_millis(300)).await;
        } else {
            phone.shutdown().await.unwrap();
        }
        assert_eq!(*world.ended.lock().unwrap(), 0, "dropped: {is_dropped}");
    }
}

/// Refuses whoever signs out, with a body that may never end, and wishes to be left alone; nothing else is answered.
#[cfg(feature = "sqlite")]
#[derive(Clone, Default)]
struct Busy(Arc<Mutex<u32>>, bool, &'static str);

#[cfg(feature = "sqlite")]
struct Piece(Option<bytes::Bytes>, bool);

#[cfg(feature = "sqlite")]
impl cc_client::transport::HttpBody for Piece {
    fn next(&mut self) -> Boxed<'_, Option<Result<bytes::Bytes, TransportError>>> {
        match self.0.take() {
            None if self.1 => Box::pin(std::future::pending()),
            piece => Box::pin(async move { piece.map(Ok) }),
        }
    }
}

#[cfg(feature = "sqlite")]
impl Transport for Busy {
    fn send(&self, request: HttpRequest) -> Boxed<'static, Result<HttpAnswer, TransportError>> {
        if request.method != "DELETE" {
            return Box::pin(std::future::pending());
        }
        *self.0.lock().unwrap() += 1;
        let headers = [PROBLEM, ("retry-after", "7200")];
        let headers = headers.map(|(name, value)| (name.to_owned(), value.to_owned())).to_vec();
        let head = cc_client::engine::HttpHead { status: 503, headers };
        let body = Box::new(Piece(Some(bytes::Bytes::from_static(self.2.as_bytes())), self.1));
        Box::pin(async move { Ok(HttpAnswer { head, body }) })
    }
}

#[cfg(feature = "sqlite")]
#[tokio::test]
async fn what_an_answer_to_the_last_words_wishes_holds_for_the_rest_and_the_next_start() {
    use cc_client::engine::{StoreAnswer, StoreClient, StoreCommand};
    use cc_client::store::{Durability, SqliteStore};

    const OWN: &str = r#"{"code":"draining"}"#;
    // What comes of the body, whether it ends, and for how many seconds the next start waits.
    for (body, never_ends, expected) in [
        (OWN, false, 3_600),
        (OWN, true, 3_600),
        (r#"{"code":"#, true, 60),
        (r#"{"code":"#, false, 60),
        ("", true, 60),
        (r#"{"message":"busy"}"#, false, 0),
    ] {
        let (world, folder) = (Busy(Arc::default(), never_ends, body), tempfile::tempdir().unwrap());
        let open = || SqliteStore::open(folder.path().join("client.db"), Durability::Process).unwrap();
        let phone = Client::builder(world.clone(), open()).session(FAKE_SESSION).start().await.unwrap();
        // Three sessions are left, all in one go.
        phone.sign_out().unwrap();
        for session in ["second", "third"] {
            phone.sign_in(session).unwrap();
            phone.sign_out().unwrap();
        }
        phone.shutdown().await.unwrap();
        assert_eq!(*world.0.lock().unwrap(), 1);
        let now = cc_core::Timestamp::from(std::time::SystemTime::now());
        let client = StoreClient { lane: "main", owner: 2 };
        let StoreAnswer::Quiet { left, doubt } =
            client.execute(&mut open(), now, StoreCommand::Quiet).unwrap()
        else {
            panic!("another answer");
        };
        // As long as is believed at most.
        let left = left.max(doubt).as_secs();
        assert!(left <= expected && left + 30 >= expected, "{body} {never_ends}: {left}");
    }
}
