//! Several people on one device, where the platform cannot be reached when it matters.
#![cfg(all(feature = "testing", feature = "tokio", feature = "sqlite"))]
#![allow(clippy::disallowed_methods, clippy::expect_used, clippy::unwrap_used, reason = "tests")]

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use bytes::Bytes;
use cc_client::decide::{FeedState, SendOutcome};
use cc_client::engine::{HttpHead, HttpRequest};
use cc_client::store::{Durability, MemoryStore, SqliteStore, Store, StoreError};
use cc_client::testing::{FAKE_SESSION, FakeTransport};
use cc_client::transport::{Boxed, HttpAnswer, HttpBody, Transport, TransportError};
use cc_client::wire::ProblemCode;
use cc_client::{Client, ClientError, Resolution, Stamp, Write, WriteId, WriteKind};

/// The platforms of Anna and Bo, each reached with sessions of their own, nobody where there is no network; and the file of their device.
#[derive(Clone)]
struct World {
    anna: FakeTransport,
    bo: FakeTransport,
    is_up: Arc<AtomicBool>,
    _folder: Arc<tempfile::TempDir>,
    path: PathBuf,
}

const ANNA: &str = "annas session";
const ANNA_AGAIN: &str = "another session of anna";
const BO: &str = "bos session";

impl World {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let world = Self {
            anna: FakeTransport::default(),
            bo: FakeTransport::default(),
            is_up: Arc::default(),
            path: folder.path().join("client.db"),
            _folder: Arc::new(folder),
        };
        world.bo.platform().belongs_to("eyJzdWIiOiJibyJ9");
        for (platform, body) in [(&world.anna, r#"{"of":"anna"}"#), (&world.bo, r#"{"of":"bo"}"#)] {
            let place = ("places".to_owned(), "home".to_owned());
            platform.platform().write(&place, "put", body, Stamp { millis: 1, counter: 0, node: 9 });
        }
        world
    }

    fn up(&self, is_up: bool) {
        self.is_up.store(is_up, Ordering::SeqCst);
    }

    /// A process with the file.
    async fn start(&self, session: &str) -> Client {
        let store = SqliteStore::open(&self.path, Durability::Process).unwrap();
        let transport = Person { world: self.clone(), is_bo: (session == BO).into() };
        Client::builder(transport, store).session(session).start().await.unwrap()
    }

    /// The same, after another has ended; meanwhile the network has come, or gone.
    async fn restart(&self, before: Client, is_up: bool, session: &str) -> Client {
        before.shutdown().await.unwrap();
        drop(before);
        self.up(is_up);
        self.start(session).await
    }
}

/// The platform of one of them takes one session: theirs is put in its place on the way.
struct Person {
    world: World,
    is_bo: AtomicBool,
}

impl Transport for Person {
    fn send(&self, mut request: HttpRequest) -> Boxed<'static, Result<HttpAnswer, TransportError>> {
        if !self.world.is_up.load(Ordering::SeqCst) {
            return Box::pin(async { Err(TransportError::NotConnected) });
        }
        for (_, value) in &mut request.headers {
            // A session that somebody signed in with says whose token the rest goes under.
            if value.starts_with("Bearer ") && request.method == "POST" && request.target == "/v1/auth/token"
            {
                self.is_bo.store(*value == format!("Bearer {BO}"), Ordering::SeqCst);
            }
            if [ANNA, ANNA_AGAIN, BO].iter().any(|session| *value == format!("Bearer {session}")) {
                *value = format!("Bearer {FAKE_SESSION}");
            }
        }
        if self.is_bo.load(Ordering::SeqCst) {
            self.world.bo.send(request)
        } else {
            self.world.anna.send(request)
        }
    }
}

async fn in_time<T>(what: impl Future<Output = T>) -> T {
    tokio::time::timeout(Duration::from_secs(20), what).await.expect("it took too long")
}

/// Waits until a place is shown, and gives it.
async fn shown(client: &Client, key: &str) -> String {
    let mut changed = client.changed();
    in_time(async {
        loop {
            if let Some(item) = client.item("places", key).await.unwrap() {
                return item.value.to_string();
            }
            changed.changed().await.unwrap();
        }
    })
    .await
}

const GONE: SendOutcome = SendOutcome::Rejected(ProblemCode::SessionRevoked);

#[tokio::test]
async fn who_signs_out_before_the_platform_said_who_it_was_is_told_that_nothing_will_be_sent() {
    let world = World::new();
    let phone = world.start(ANNA).await;
    let first = phone.submit("places", "1", WriteKind::Put, "{}").await.unwrap();
    let second = phone.submit("places", "2", WriteKind::Put, "{}").await.unwrap();
    let waits = tokio::spawn({
        let phone = phone.clone();
        async move { phone.outcome(first).await }
    });
    phone.sign_out().unwrap();
    assert_eq!(in_time(waits).await.unwrap().unwrap(), GONE);
    assert_eq!(in_time(phone.outcome(second)).await.unwrap(), GONE);
    in_time(phone.flush(Duration::from_secs(10))).await.unwrap();
    let open: Vec<_> =
        phone.unresolved().await.unwrap().into_iter().map(|(row, told)| (row.write.id, told)).collect();
    assert_eq!(open, [(first, GONE), (second, GONE)]);
    // What would be nobody's is not taken.
    let refused = phone.submit("places", "3", WriteKind::Put, "{}").await.unwrap_err();
    assert_eq!(refused.to_string(), "nobody is signed in, and the platform never said who was");
    assert!(matches!(refused, ClientError::SignedOut));
    assert_eq!(phone.resolve(first, Resolution::KeepMine).await.unwrap(), None);

    // The next who signs in finds nothing of it.
    world.up(true);
    phone.sign_in(ANNA).unwrap();
    assert_eq!(shown(&phone, "home").await, r#"{"of":"anna"}"#);
    assert!(phone.unresolved().await.unwrap().is_empty());
    assert_eq!((phone.set_aside().await.unwrap(), phone.item("places", "1").await.unwrap()), (0, None));
    let later = phone.submit("places", "3", WriteKind::Put, "{}").await.unwrap();
    assert_eq!(in_time(phone.outcome(later)).await.unwrap(), SendOutcome::Applied);
    assert!(!world.anna.platform().knows(first) && !world.anna.platform().knows(second));
    assert_eq!(in_time(phone.outcome(first)).await.unwrap(), GONE);
}

#[tokio::test]
async fn who_was_signed_out_when_the_process_ended_is_told_by_the_next() {
    let world = World::new();
    let phone = world.start(ANNA).await;
    let id = phone.submit("places", "1", WriteKind::Put, "{}").await.unwrap();
    phone.shutdown().await.unwrap();
    drop(phone);
    // The process was killed between the two commits of signing out.
    let raw = rusqlite::Connection::open(&world.path).unwrap();
    raw.execute("INSERT INTO small_values VALUES ('unsure', x'6c656674')", []).unwrap();
    drop(raw);
    let store = SqliteStore::open(&world.path, Durability::Process).unwrap();
    let phone = Client::builder(FakeTransport::default(), store).start().await.unwrap();
    assert_eq!(in_time(phone.outcome(id)).await.unwrap(), GONE);
}

#[tokio::test]
async fn a_restart_with_another_session_shows_nothing_before_the_platform_has_said_whose_it_is() {
    let world = World::new();
    world.up(true);
    let annas = world.start(ANNA).await;
    assert_eq!(shown(&annas, "home").await, r#"{"of":"anna"}"#);

    // Her own session shows hers without a network, and takes her writes.
    let annas = world.restart(annas, false, ANNA).await;
    assert_eq!(annas.item("places", "home").await.unwrap().unwrap().value.as_ref(), r#"{"of":"anna"}"#);
    let unsent = annas.submit("places", "hers", WriteKind::Put, "{}").await.unwrap();

    // Bo's does not: not even for a moment.
    let bos = world.restart(annas, false, BO).await;
    assert_eq!(bos.item("places", "home").await.unwrap(), None);
    assert_eq!(bos.item("places", "hers").await.unwrap(), None);
    assert!(bos.items("places", "", 9).await.unwrap().is_empty());
    assert!(bos.unresolved().await.unwrap().is_empty());
    let refused = bos.submit("places", "x", WriteKind::Put, "{}").await.unwrap_err();
    assert!(matches!(refused, ClientError::NotYetKnown), "{refused}");

    let bos = world.restart(bos, true, BO).await;
    assert_eq!(shown(&bos, "home").await, r#"{"of":"bo"}"#);
    assert_eq!((bos.set_aside().await.unwrap(), bos.item("places", "hers").await.unwrap()), (1, None));
    assert!(!world.bo.platform().knows(unsent));

    // Now the store is Bo's: his session opens it, and Anna's does not any more.
    let bos = world.restart(bos, false, BO).await;
    assert!(bos.item("places", "home").await.unwrap().is_some());
    let annas = world.restart(bos, false, ANNA).await;
    assert_eq!(annas.item("places", "home").await.unwrap(), None);
    let annas = world.restart(annas, true, ANNA).await;
    assert_eq!(shown(&annas, "home").await, r#"{"of":"anna"}"#);
    assert_eq!(in_time(annas.outcome(unsent)).await.unwrap(), SendOutcome::Applied);
}

#[tokio::test]
async fn another_session_of_the_same_person_is_known_once_the_platform_has_said_so() {
    let world = World::new();
    world.up(true);
    let phone = world.start(ANNA).await;
    shown(&phone, "home").await;
    let phone = world.restart(phone, true, ANNA_AGAIN).await;
    assert_eq!(shown(&phone, "home").await, r#"{"of":"anna"}"#);
    phone.shutdown().await.unwrap();
    world.up(false);
    for session in [ANNA, ANNA_AGAIN] {
        let phone = world.start(session).await;
        assert!(phone.item("places", "home").await.unwrap().is_some(), "{session}");
        phone.shutdown().await.unwrap();
    }
}

/// Somebody wrote under a session, and no token came: the next session finds nothing of it, and it waits for a token of its own.
#[tokio::test]
async fn a_restart_with_another_session_sends_nothing_of_who_was_never_known() {
    let world = World::new();
    let annas = world.start(ANNA).await;
    let id = annas.submit("places", "hers", WriteKind::Put, "{}").await.unwrap();
    // Her own session keeps everything.
    let annas = world.restart(annas, false, ANNA).await;
    assert!(annas.item("places", "hers").await.unwrap().is_some());

    let bos = world.restart(annas, false, BO).await;
    assert!(bos.items("places", "", 9).await.unwrap().is_empty());
    let refused = bos.submit("places", "x", WriteKind::Put, "{}").await.unwrap_err();
    assert!(matches!(refused, ClientError::NotYetKnown), "{refused}");
    let bos = world.restart(bos, true, BO).await;
    assert_eq!(shown(&bos, "home").await, r#"{"of":"bo"}"#);
    let his = bos.submit("places", "his", WriteKind::Put, "{}").await.unwrap();
    assert_eq!(in_time(bos.outcome(his)).await.unwrap(), SendOutcome::Applied);
    assert_eq!((bos.set_aside().await.unwrap(), world.bo.platform().knows(id)), (1, false));
    let annas = world.restart(bos, true, ANNA).await;
    shown(&annas, "hers").await;
    assert_eq!(in_time(annas.outcome(id)).await.unwrap(), SendOutcome::Applied);
    assert!(world.anna.platform().knows(id) && !world.bo.platform().knows(id));
}

#[tokio::test]
async fn who_signs_in_over_somebody_who_was_never_known_finds_nothing_of_them() {
    let world = World::new();
    let phone = world.start(ANNA).await;
    let id = phone.submit("places", "hers", WriteKind::Put, "{}").await.unwrap();
    // The same once more is the same person.
    phone.sign_in(ANNA).unwrap();
    let second = phone.submit("places", "hers too", WriteKind::Put, "{}").await.unwrap();
    phone.sign_in(BO).unwrap();
    assert_eq!(in_time(phone.outcome(id)).await.unwrap(), GONE);
    assert_eq!(in_time(phone.outcome(second)).await.unwrap(), GONE);
    assert!(phone.items("places", "", 9).await.unwrap().is_empty());
    let refused = phone.submit("places", "x", WriteKind::Put, "{}").await.unwrap_err();
    assert!(matches!(refused, ClientError::NotYetKnown), "{refused}");
    world.up(true);
    assert!(shown(&phone, "home").await.contains("of"));
    assert!(!world.anna.platform().knows(id) && !world.anna.platform().knows(second));
}

#[tokio::test]
async fn a_session_that_ended_before_a_first_token_leaves_nothing_to_the_next() {
    let world = FakeTransport::default();
    let phone =
        Client::builder(Dark::new(&world), MemoryStore::new()).session("an ended session").start().await;
    let phone = phone.unwrap();
    let id = phone.submit("places", "hers", WriteKind::Put, "{}").await.unwrap();
    phone.set_network(true).unwrap();
    let mut out = phone.signed_out();
    in_time(out.wait_for(|out| *out)).await.unwrap();
    assert_eq!(in_time(phone.outcome(id)).await.unwrap(), GONE);
    let refused = phone.submit("places", "x", WriteKind::Put, "{}").await.unwrap_err();
    assert!(matches!(refused, ClientError::SignedOut), "{refused}");
    phone.sign_in(FAKE_SESSION).unwrap();
    let mut status = phone.status();
    in_time(status.wait_for(|status| status.feeds.iter().all(|(_, feed)| *feed == FeedState::Live)))
        .await
        .unwrap();
    let his = phone.submit("places", "his", WriteKind::Put, "{}").await.unwrap();
    assert_eq!(in_time(phone.outcome(his)).await.unwrap(), SendOutcome::Applied);
    assert!(!world.platform().knows(id));
}

#[tokio::test]
async fn json_of_somebody_between_signs_nobody_out() {
    for (kind, status, body) in [
        ("application/json", 401, r#"{"message":"Unauthorized"}"#),
        ("application/json", 401, "{}"),
        ("application/json", 403, "{}"),
        ("application/problem+json", 401, r#"{"type":"https://portal.example/login","status":401}"#),
        ("text/html", 401, "<html>"),
    ] {
        let world = FakeTransport::default();
        let portal =
            Arc::new(Portal { world: world.clone(), asked: AtomicUsize::new(0), kind, status, body });
        let client = Client::builder(portal.clone(), MemoryStore::new()).session(FAKE_SESSION);
        let phone = client.start().await.unwrap();
        let id = phone.submit("places", "1", WriteKind::Put, "{}").await.unwrap();
        assert_eq!(in_time(phone.outcome(id)).await.unwrap(), SendOutcome::Applied, "{kind} {body}");
        assert!(!*phone.signed_out().borrow() && portal.asked.load(Ordering::SeqCst) > 1);
    }
}

/// Somebody answers the first request for a token in the platform's place.
struct Portal {
    world: FakeTransport,
    asked: AtomicUsize,
    kind: &'static str,
    status: u16,
    body: &'static str,
}

impl Transport for Portal {
    fn send(&self, request: HttpRequest) -> Boxed<'static, Result<HttpAnswer, TransportError>> {
        let asked = self.asked.fetch_add(1, Ordering::SeqCst);
        if asked > 0 {
            return self.world.send(request);
        }
        let headers = vec![("content-type".to_owned(), self.kind.to_owned())];
        let head = HttpHead { status: self.status, headers };
        let body = Box::new(Once(Some(self.body)));
        Box::pin(async move { Ok(HttpAnswer { head, body }) })
    }
}

struct Once(Option<&'static str>);

impl HttpBody for Once {
    fn next(&mut self) -> Boxed<'_, Option<Result<Bytes, TransportError>>> {
        let rest = self.0.take().map(|text| Ok(Bytes::from_static(text.as_bytes())));
        Box::pin(async move { rest })
    }
}

/// A platform that cannot be reached until the system says that the network changed.
struct Dark {
    world: FakeTransport,
    is_up: AtomicBool,
}

impl Dark {
    fn new(world: &FakeTransport) -> Self {
        Self { world: world.clone(), is_up: AtomicBool::new(false) }
    }
}

impl Transport for Dark {
    fn send(&self, request: HttpRequest) -> Boxed<'static, Result<HttpAnswer, TransportError>> {
        if self.is_up.load(Ordering::SeqCst) {
            self.world.send(request)
        } else {
            Box::pin(async { Err(TransportError::NotConnected) })
        }
    }

    fn network_changed(&self) {
        self.is_up.store(true, Ordering::SeqCst);
    }
}

#[tokio::test]
async fn no_session_is_on_the_disk_in_words() {
    let world = World::new();
    world.up(true);
    let phone = world.start(ANNA).await;
    shown(&phone, "home").await;
    phone.suspend().await.unwrap();
    let bytes = std::fs::read(&world.path).unwrap();
    assert!(!bytes.windows(ANNA.len()).any(|some| some == ANNA.as_bytes()));
    assert!(bytes.windows(8).any(|some| some == b"sessions"));
}

#[tokio::test]
async fn a_known_session_is_known_after_somebody_elses_of_whom_the_platform_never_said_anything() {
    for (is_started_anew, has_signed_out) in [(true, false), (false, false), (true, true), (false, true)] {
        let world = World::new();
        world.up(true);
        let mut phone = world.start(ANNA).await;
        assert_eq!(shown(&phone, "home").await, r#"{"of":"anna"}"#);
        world.up(false);
        if has_signed_out {
            phone.sign_out().unwrap();
            in_time(phone.signed_out().wait_for(|out| *out)).await.unwrap();
        }
        for session in [BO, ANNA] {
            if is_started_anew {
                phone = world.restart(phone, false, session).await;
            } else {
                phone.sign_in(session).unwrap();
            }
            let written = phone.submit("places", "1", WriteKind::Put, "{}").await;
            let is_shown = phone.item("places", "home").await.unwrap().is_some();
            let expected = session == ANNA && !has_signed_out;
            assert_eq!((written.is_ok(), is_shown), (expected, expected), "{session} {is_started_anew}");
        }
        world.up(true);
        phone.set_network(true).unwrap();
        assert_eq!(shown(&phone, "home").await, r#"{"of":"anna"}"#);
        in_time(phone.flush(Duration::from_secs(10))).await.unwrap();
        assert_eq!(world.anna.platform().item("places", "1").is_some(), !has_signed_out);
    }
}

#[tokio::test]
async fn writes_of_which_damage_took_the_name_are_nobodys_and_told_so() {
    for next in [BO, ANNA] {
        let world = World::new();
        world.up(true);
        let phone = world.start(ANNA).await;
        assert_eq!(shown(&phone, "home").await, r#"{"of":"anna"}"#);
        phone.set_network(false).unwrap();
        let hers = phone.submit("places", "hers", WriteKind::Put, "{}").await.unwrap();
        phone.suspend().await.unwrap();
        phone.shutdown().await.unwrap();
        let raw = rusqlite::Connection::open(&world.path).unwrap();
        let root = "SELECT rootpage FROM sqlite_master WHERE name = 'small_values'";
        let root: usize = raw.query_row(root, [], |row| row.get::<_, i64>(0)).unwrap().try_into().unwrap();
        drop(raw);
        let mut bytes = std::fs::read(&world.path).unwrap();
        bytes[(root - 1) * 4_096..root * 4_096].fill(0);
        std::fs::write(&world.path, bytes).unwrap();

        let (store, salvage) = SqliteStore::open_or_salvage(&world.path, Durability::Process).unwrap();
        let salvage = salvage.unwrap();
        assert_eq!((salvage.writes, salvage.is_partial), (1, true));
        drop(store);
        world.up(false);
        let phone = world.start(next).await;
        assert_eq!(in_time(phone.outcome(hers)).await.unwrap(), GONE);
        assert!(phone.items("places", "", 9).await.unwrap().is_empty());
        let phone = world.restart(phone, true, next).await;
        shown(&phone, "home").await;
        let later = phone.submit("places", "later", WriteKind::Put, "{}").await.unwrap();
        assert_eq!(in_time(phone.outcome(later)).await.unwrap(), SendOutcome::Applied);
        assert!(!world.anna.platform().knows(hers) && !world.bo.platform().knows(hers), "{next}");
    }
}

/// An app and its extension share a file; in the app somebody else signs in, and the extension still runs as the one before.
#[tokio::test]
async fn a_process_shows_takes_and_sends_nothing_once_another_has_signed_somebody_else_in() {
    let world = World::new();
    world.up(true);
    let app = world.start(ANNA).await;
    assert_eq!(shown(&app, "home").await, r#"{"of":"anna"}"#);
    let extension = world.start(ANNA).await;
    assert_eq!(shown(&extension, "home").await, r#"{"of":"anna"}"#);
    let hers = extension.submit("places", "hers", WriteKind::Put, "{}").await.unwrap();
    assert_eq!(in_time(extension.outcome(hers)).await.unwrap(), SendOutcome::Applied);
    extension.set_network(false).unwrap();
    let unsent = extension.submit("places", "unsent", WriteKind::Put, "{}").await.unwrap();
    let waits = tokio::spawn({
        let extension = extension.clone();
        async move { extension.outcome(unsent).await }
    });
    app.set_network(false).unwrap();
    app.sign_out().unwrap();
    app.set_network(true).unwrap();
    app.sign_in(BO).unwrap();
    in_time(async {
        while app.item("places", "home").await.unwrap().is_none_or(|item| &*item.value != r#"{"of":"bo"}"#) {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    })
    .await;
    app.set_network(false).unwrap();
    let his = app.submit("places", "his", WriteKind::Put, "{}").await.unwrap();

    assert_eq!(extension.item("places", "home").await.unwrap(), None);
    assert!(extension.items("places", "", 9).await.unwrap().is_empty());
    let refused = extension.submit("places", "x", WriteKind::Put, "{}").await.unwrap_err();
    assert!(matches!(refused, ClientError::AnotherPerson), "{refused}");
    // Neither are his writes sent as hers, nor do her items come among his.
    let place = ("places".to_owned(), "news".to_owned());
    world.anna.platform().write(&place, "put", "{}", Stamp { millis: 2, counter: 0, node: 9 });
    extension.suspend().await.unwrap();
    extension.resume().unwrap();
    extension.set_network(true).unwrap();
    let refused = in_time(extension.flush(Duration::from_secs(10))).await.unwrap_err();
    assert!(matches!(refused, ClientError::AnotherPerson), "{refused}");
    let mut status = extension.status();
    in_time(status.wait_for(|status| status.another_person)).await.unwrap();
    let refused = in_time(waits).await.unwrap().unwrap_err();
    assert!(matches!(refused, ClientError::AnotherPerson), "{refused}");
    tokio::time::sleep(Duration::from_millis(300)).await;
    assert!(!world.anna.platform().knows(his));
    app.set_network(true).unwrap();
    assert_eq!(in_time(app.outcome(his)).await.unwrap(), SendOutcome::Applied);
    assert!(world.bo.platform().knows(his) && !world.bo.platform().knows(hers));
    assert_eq!(app.item("places", "news").await.unwrap(), None);

    let refused = in_time(extension.access_token()).await;
    assert!(matches!(refused, Err(ClientError::AnotherPerson)), "{refused:?}");
    // Signed in as he is, it goes on as his.
    extension.sign_in(BO).unwrap();
    in_time(extension.access_token()).await.unwrap();
    let more = in_time(async {
        loop {
            // Until the platform has said that it is he, nothing is taken.
            match extension.submit("places", "more", WriteKind::Put, "{}").await {
                Err(ClientError::AnotherPerson | ClientError::NotYetKnown) => {
                    tokio::time::sleep(Duration::from_millis(5)).await;
                }
                taken => break taken.unwrap(),
            }
        }
    })
    .await;
    shown(&extension, "his").await;
    in_time(status.wait_for(|status| !status.another_person)).await.unwrap();
    // Where the app has sent it, too, before it heard that the extension has, it is there once all the same.
    let outcome = in_time(extension.outcome(more)).await.unwrap();
    assert!(matches!(outcome, SendOutcome::Applied | SendOutcome::Duplicate), "{outcome:?}");
    assert!(world.bo.platform().knows(more));
}

/// An app signs people in and out, without a pause, while its extension writes and sends as one of them.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_goes_out_as_another_persons_in_the_instant_in_which_they_sign_in() {
    let world = World::new();
    world.up(true);
    let annas = world.start(ANNA).await;
    assert_eq!(shown(&annas, "home").await, r#"{"of":"anna"}"#);
    let mut app = SqliteStore::open(&world.path, Durability::Process).unwrap();
    let anna = String::from_utf8(app.value("principal").unwrap().unwrap()).unwrap();
    let id = WriteId::new("2026-05-01T10:00:00Z".parse().unwrap(), [7; 10]);
    let clock = Stamp { millis: 1, counter: 0, node: 7 };
    let his = Write::new(id, ("places", "his"), WriteKind::Put, "{}", clock);
    app.belong("bo").unwrap();
    app.accept("main", std::slice::from_ref(&his)).unwrap();
    let is_over = Arc::new(AtomicBool::new(false));
    let ends = is_over.clone();
    let turns = std::thread::spawn(move || {
        let (mut found, mut turns) = (Vec::new(), 0_u32);
        while !ends.load(Ordering::SeqCst) || turns < 20 {
            app.belong(&anna).unwrap();
            std::thread::sleep(Duration::from_micros(300));
            app.belong("bo").unwrap();
            let rows = app.waiting("main", 1_000, u32::MAX).unwrap();
            found.extend(rows.into_iter().map(|row| row.write.key).filter(|key| **key != *"his"));
            turns += 1;
        }
        found
    });
    let (mut taken, mut refused, began) = (0, 0, Instant::now());
    let both = async {
        for number in 0_u32.. {
            match annas.submit("places", &number.to_string(), WriteKind::Put, "{}").await {
                Ok(_) => taken += 1,
                // Who signs in and out without a pause may keep everybody else from the file.
                Err(ClientError::AnotherPerson | ClientError::Store(StoreError::Busy)) => refused += 1,
                Err(error) => panic!("{error}"),
            }
            // Where disks are slow, some of each have to do.
            let enough = if began.elapsed() < Duration::from_secs(60) { 100 } else { 0 };
            if taken > enough && refused > enough {
                return;
            }
            // Nor does the extension.
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(90), both).await.expect("it took too long");
    is_over.store(true, Ordering::SeqCst);
    assert_eq!(turns.join().unwrap(), Vec::<Box<str>>::new(), "hers were among his");
    assert!(!world.anna.platform().knows(his.id), "his was sent as hers");
}
