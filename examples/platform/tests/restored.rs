//! A copy of the database that is put back, or a new one: whoever was told more than is there by now begins anew, however much has come since.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::disallowed_methods,
    missing_docs,
    reason = "tests"
)]

mod common;

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use cc_client::store::{Durability, SqliteStore};
use cc_client::transport::{ReqwestOptions, ReqwestTransport};
use cc_client::{Client, Deliveries, WriteKind};
use common::{Person, sign_in, token, value};
use platform::node::Node;
use reqwest::Method;
use serde_json::{Value, json};
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

const CAR: &str = "vehicles/demo/7";

/// A platform that keeps its address while its database is another.
struct Platform {
    folder: tempfile::TempDir,
    base: String,
    node: Arc<Node>,
    stop: oneshot::Sender<()>,
    task: JoinHandle<()>,
}

impl Platform {
    async fn start() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let node = common::open(folder.path(), common::config()).await;
        let (base, stop, task) = common::serve(node.clone(), "127.0.0.1:0");
        Self { folder, base, node, stop, task }
    }

    fn file(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Stops it, changes what lies in its folder, and starts it.
    async fn with(self, change: impl FnOnce(&Path)) -> Self {
        let Self { folder, base, node, stop, task } = self;
        drop(stop);
        task.await.unwrap();
        node.storage.close().await.unwrap();
        drop(node);
        change(&folder.path().join("platform.db"));
        let node = common::open(folder.path(), common::config()).await;
        let (base, stop, task) = common::serve(node.clone(), base.strip_prefix("http://").unwrap());
        Self { folder, base, node, stop, task }
    }

    /// A copy is made.
    async fn copied(self) -> Self {
        let copy = self.file("copy");
        self.with(|file| assert!(fs::copy(file, copy).unwrap() > 0)).await
    }

    /// The copy is put back.
    async fn put_back(self) -> Self {
        let copy = self.file("copy");
        self.with(|file| assert!(fs::copy(copy, file).unwrap() > 0)).await
    }

    async fn person(&self, name: &str) -> Person {
        let session = sign_in(&self.base, name).await;
        let token = token(&self.base, &session).await;
        Person { base: self.base.clone(), session, token, client: common::client() }
    }

    async fn phone(&self, name: &str) -> Client {
        let transport = ReqwestTransport::new(&self.base, ReqwestOptions::default()).unwrap();
        let store = SqliteStore::open(self.file(name), Durability::Process).unwrap();
        let session = sign_in(&self.base, "anna").await;
        let builder = Client::builder(transport, store).session(session);
        builder.follow("me").follow(CAR).start().await.unwrap()
    }

    /// The vehicle says something, so often.
    async fn says(&self, ids: std::ops::Range<i64>) {
        let gateway = self.person("gateway").await;
        for id in ids {
            let event = common::event(id, 0, "ignition", json!({"on": id % 2 == 0}));
            assert_eq!(gateway.post("/v1/ingest", &json!([event])).await.status(), 200);
        }
    }
}

/// The ids of what comes up to one, and whether the first is said to be behind a gap.
async fn given(events: &mut Deliveries, last: i64) -> (Vec<i64>, bool) {
    let (mut ids, mut is_after_gap) = (Vec::new(), None);
    while ids.last() != Some(&last) {
        let next = tokio::time::timeout(Duration::from_secs(30), events.recv()).await;
        let next = next.unwrap_or_else(|_| panic!("{last} never came behind {ids:?}")).unwrap();
        let id = |message: &str| serde_json::from_str::<Value>(message).unwrap()["id"].as_i64().unwrap();
        ids.extend(next.messages.iter().map(|message| id(message)));
        is_after_gap.get_or_insert(next.is_after_gap);
        next.taken();
    }
    (ids, is_after_gap.unwrap())
}

/// Waits until a phone shows what the platform has, and nothing else.
async fn shows_what_is_there(phone: &Client, anna: &Person) {
    let there: Vec<(String, u64)> = anna
        .listed("settings")
        .await
        .iter()
        .map(|item| (item["key"].as_str().unwrap().to_owned(), item["version"].as_u64().unwrap()))
        .collect();
    let mut shown = Vec::new();
    for _ in 0..600 {
        let items = phone.items("settings", "", 1000).await.unwrap();
        shown = items.iter().map(|item| (item.key.to_string(), item.version)).collect();
        if shown == there {
            return;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("shown {shown:?} of {there:?}");
}

async fn write(anna: &Person, name: &str, count: usize) {
    for number in 0..count {
        anna.write("settings", &format!("{name}-{number:02}"), "put", json!({"a": number})).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_phone_that_was_away_when_a_copy_was_put_back_is_given_all_events_since_and_told_of_the_gap() {
    let platform = Platform::start().await;
    let phone = platform.phone("phone.db").await;
    let mut events = phone.read(CAR).unwrap();
    platform.says(0..5).await;
    assert_eq!(given(&mut events, 4).await, ((0..5).collect(), false));
    let platform = platform.copied().await;
    platform.says(5..35).await;
    assert_eq!(given(&mut events, 34).await, ((5..35).collect(), false));
    phone.set_network(false).unwrap();
    let platform = platform.put_back().await;
    platform.says(100..160).await;
    phone.set_network(true).unwrap();
    let (ids, is_after_gap) = given(&mut events, 159).await;
    assert_eq!(ids, (0..5).chain(100..160).collect::<Vec<_>>());
    assert!(is_after_gap);
    phone.shutdown().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn phones_show_what_is_there_after_a_copy_was_put_back_whether_they_were_away_or_not() {
    let platform = Platform::start().await;
    let (away, live) = (platform.phone("away.db").await, platform.phone("live.db").await);
    let anna = platform.person("anna").await;
    write(&anna, "old", 3).await;
    let platform = platform.copied().await;
    write(&anna, "lost", 20).await;
    for count in 0..10 {
        anna.write("settings", "old-01", "patch", json!({"a": count + 10})).await;
    }
    for phone in [&away, &live] {
        shows_what_is_there(phone, &anna).await;
    }
    away.set_network(false).unwrap();
    let platform = platform.put_back().await;
    shows_what_is_there(&live, &anna).await;
    write(&anna, "new", 60).await;
    anna.write("settings", "old-01", "patch", json!({"b": 1})).await;
    away.set_network(true).unwrap();
    for phone in [&away, &live] {
        shows_what_is_there(phone, &anna).await;
    }
    away.shutdown().await.unwrap();
    live.shutdown().await.unwrap();
    drop(platform);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_phone_that_was_away_shows_what_is_there_on_a_platform_that_began_anew() {
    let platform = Platform::start().await;
    let phone = platform.phone("phone.db").await;
    let anna = platform.person("anna").await;
    write(&anna, "lost", 20).await;
    shows_what_is_there(&phone, &anna).await;
    phone.set_network(false).unwrap();
    let platform = platform.with(|file| fs::remove_file(file).unwrap()).await;
    let anna = platform.person("anna").await;
    write(&anna, "new", 60).await;
    phone.set_network(true).unwrap();
    let mut signed_out = phone.signed_out();
    let out = signed_out.wait_for(|is_out| *is_out);
    tokio::time::timeout(Duration::from_secs(30), out).await.unwrap().unwrap();
    phone.sign_in(sign_in(&platform.base, "anna").await).unwrap();
    shows_what_is_there(&phone, &anna).await;
    phone.shutdown().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_answered_and_not_told_before_a_copy_was_put_back_is_shown_no_longer() {
    let platform = Platform::start().await;
    let phone = platform.phone("phone.db").await;
    let anna = platform.person("anna").await;
    let put = async |key: &str, number: usize| {
        phone.submit("settings", key, WriteKind::Put, &json!({"a": number}).to_string()).await.unwrap();
    };
    for key in ["gone", "kept", "old"] {
        put(key, 0).await;
    }
    phone.flush(Duration::from_secs(30)).await.unwrap();
    shows_what_is_there(&phone, &anna).await;
    let platform = platform.copied().await;
    // Asleep at once, before the feed tells.
    for number in 1..4 {
        put("kept", number).await;
    }
    put("new", 1).await;
    phone.submit("settings", "gone", WriteKind::Delete, "").await.unwrap();
    phone.flush(Duration::from_secs(30)).await.unwrap();
    phone.suspend().await.unwrap();
    let platform = platform.put_back().await;
    let anna = platform.person("anna").await;
    phone.resume().unwrap();
    shows_what_is_there(&phone, &anna).await;
    let kept = phone.item("settings", "kept").await.unwrap().unwrap();
    assert_eq!((&*kept.value, kept.pending), (r#"{"a":0}"#, false));
    // What is written then is shown, too, also of a version that was there before.
    put("kept", 9).await;
    phone.flush(Duration::from_secs(30)).await.unwrap();
    shows_what_is_there(&phone, &anna).await;
    assert_eq!(&*phone.item("settings", "kept").await.unwrap().unwrap().value, r#"{"a":9}"#);
    phone.shutdown().await.unwrap();
}

/// Where all that can be read ends.
async fn ends(platform: &Platform) -> Vec<(&'static str, String)> {
    let (anna, partner) = (platform.person("anna").await, platform.person("partner").await);
    let mut ends = Vec::new();
    for path in PATHS {
        let who = if path.contains("organizations") { &partner } else { &anna };
        let page = who.get(&format!("{path}?offset=-1")).await;
        assert_eq!(page.status(), 200, "{path}");
        ends.push((path, page.headers()["stream-next-offset"].to_str().unwrap().to_owned()));
    }
    ends
}

const STREAM: &str = "/v1/streams/user/1/log";
const PATHS: [&str; 4] =
    ["/v1/feeds/me", "/v1/feeds/vehicles/demo/7", "/v1/feeds/organizations/demo", STREAM];

/// Everything goes on by two.
async fn goes_on(platform: &Platform, from: i64) -> String {
    platform.says(from..from + 2).await;
    let anna = platform.person("anna").await;
    for number in from..from + 2 {
        assert!(anna.send(Method::POST, STREAM, &json!([number])).await.status().is_success());
    }
    write(&anna, "a", 1).await;
    let result = anna.write("settings", &format!("n-{from}"), "put", json!({"a": from})).await;
    result["offset"].as_str().unwrap().to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_offset_of_what_was_told_before_a_copy_was_put_back_is_gone_and_one_of_the_copy_is_good() {
    let platform = Platform::start().await;
    let anna = platform.person("anna").await;
    assert_eq!(anna.send(Method::PUT, STREAM, &json!([])).await.status(), 201);
    goes_on(&platform, 0).await;
    let kept = ends(&platform).await;
    let platform = platform.copied().await;
    let in_answer = goes_on(&platform, 10).await;
    let listing = anna.json("/v1/collections/settings?limit=1").await;
    let lost = ends(&platform).await;
    let tag = async |path: &str, from: &str| {
        let page = anna.get(&format!("{path}?offset={from}")).await;
        (page.status().as_u16(), page.headers().get("etag").cloned())
    };
    let of_lost = tag(STREAM, &kept[3].1).await;
    let platform = platform.put_back().await;
    goes_on(&platform, 20).await;

    let partner = platform.person("partner").await;
    for (at, is_gone) in [(&kept, false), (&lost, true)] {
        for (path, offset) in at {
            let who = if path.contains("organizations") { &partner } else { &anna };
            for how in ["", "&live=sse&close=0", "&live=long-poll"] {
                let answer = who.get(&format!("{path}?offset={offset}{how}")).await;
                assert_eq!(answer.status() == 410, is_gone, "{path} {offset} {how}: {}", answer.status());
                if is_gone {
                    assert_eq!(value(answer).await["code"], "offset_gone");
                } else {
                    assert!(answer.status().is_success(), "{path} {offset} {how}: {}", answer.status());
                }
            }
        }
    }
    for offset in [&in_answer, listing["offset"].as_str().unwrap()] {
        assert_eq!(tag("/v1/feeds/me", offset).await.0, 410, "{offset}");
    }
    // A listing that began before says where it began, so that its reader lists anew.
    let cursor = listing["cursor"].as_str().unwrap();
    let rest = anna.json(&format!("/v1/collections/settings?limit=1&cursor={cursor}")).await;
    assert_eq!(rest["offset"], listing["offset"]);
    // As many messages, and others.
    let of_new = tag(STREAM, &kept[3].1).await;
    assert_eq!((of_lost.0, of_new.0), (200, 200));
    assert!(of_lost.1.is_some() && of_lost.1 != of_new.1);
    // An offset of releases that did not say when the message before it came is read as it was.
    let of_before = kept[0].1.split_once('-').unwrap().0;
    assert_eq!(tag("/v1/feeds/me", of_before).await.0, 200);
}
