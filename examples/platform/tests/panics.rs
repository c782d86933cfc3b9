//! A fault of the platform's own that panics ends what it was about, and nothing beside it.
#![allow(clippy::unwrap_used, clippy::expect_used, missing_docs, reason = "tests")]

mod common;

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::{Arc, Mutex, mpsc};
use std::time::Duration;

use common::{World, event};
use platform::bus::{Bus, LocalBus, News};
use platform::node::{Node, NodeConfig};
use platform::problem::Problem;
use platform::storage::{Edit, SqliteOptions, SqliteStorage, StorageError, Tail, View, key};
use reqwest::Method;
use serde_json::{Value, json};
use tokio::sync::broadcast;
use tokio::time::Instant;

/// A stream that anna may make.
const STREAM: &str = "/v1/streams/user/1/log";

async fn open(folder: &Path) -> Arc<Node> {
    Node::open(folder, NodeConfig::default()).await.unwrap()
}

/// Appends a message.
fn append(edit: &mut dyn Edit, log: &str, message: &str) -> Result<u64, Problem> {
    Ok(edit.append(log, &[message.as_bytes()])?)
}

/// What is kept of a log, and how far it goes.
async fn log(node: &Node, name: &'static str) -> (Vec<String>, u64) {
    let look = move |view: &dyn View| {
        let Tail { next, .. } = view.tail(name)?;
        let messages = view.read(name, 0, 1 << 20)?.into_iter();
        Ok((messages.map(|message| String::from_utf8(message.to_vec()).unwrap()).collect(), next))
    };
    node.look(look).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_transaction_that_panics_is_refused_alone_and_leaves_no_trace() {
    let folder = tempfile::tempdir().unwrap();
    let node = open(folder.path()).await;
    node.commit(|edit| append(edit, "a", "0")).await.unwrap();
    // All of them are of one group: they wait until the writer has done this.
    let (go, wait) = mpsc::channel::<()>();
    let first = tokio::spawn({
        let node = node.clone();
        async move {
            let waits = move |_: &mut dyn Edit| {
                let _ = wait.recv();
                Ok(())
            };
            node.commit(waits).await
        }
    });
    tokio::time::sleep(Duration::from_millis(50)).await;
    let before = node.commit(|edit| append(edit, "a", "1"));
    let panics = node.commit::<()>(|edit| {
        append(edit, "a", "lost")?;
        append(edit, "b", "lost")?;
        edit.put("row", b"lost")?;
        panic!("in a transaction")
    });
    // Within a part of it, which knows what was there when it began.
    let panics_within = node.commit::<()>(|edit| {
        append(edit, "a", "lost")?;
        append(edit, "c", "lost")?;
        let mut part = |edit: &mut dyn Edit| -> Result<(), StorageError> {
            edit.append("a", &[b"lost"])?;
            edit.append("b", &[b"lost"])?;
            panic!("in a part")
        };
        edit.part(&mut part)?;
        Ok(())
    });
    let after = node.commit(|edit| append(edit, "a", "2"));
    let all = async { tokio::join!(before, panics, panics_within, after) };
    let go = async {
        tokio::time::sleep(Duration::from_millis(50)).await;
        drop(go);
    };
    let ((before, panics, panics_within, after), ()) = tokio::join!(all, go);
    first.await.unwrap().unwrap();
    assert_eq!((before, after), (Ok(1), Ok(2)));
    assert_eq!((panics, panics_within), (Err(Problem::internal()), Err(Problem::internal())));
    // Nor is anything of it known in memory.
    let again = async |name| node.commit(move |edit| append(edit, name, "again")).await;
    assert_eq!((again("a").await, again("b").await, again("c").await), (Ok(3), Ok(0), Ok(0)));
    assert_eq!(log(&node, "a").await, (["0", "1", "2", "again"].map(str::to_owned).to_vec(), 4));
    assert_eq!(node.look(|view| Ok(view.get("row")?)).await, Ok(None));
    // It is no fault of the disk's.
    assert_eq!((node.storage.trouble(), node.ready().await), (None, Ok(())));
    drop(node);
    let node = open(folder.path()).await;
    assert_eq!(log(&node, "a").await.1, 4);
}

#[tokio::test]
async fn a_look_that_panics_fails_alone() {
    let folder = tempfile::tempdir().unwrap();
    let node = open(folder.path()).await;
    node.commit(|edit| Ok(edit.put("row", b"1")?)).await.unwrap();
    // More of them than look at once.
    for _ in 0..20 {
        assert_eq!(node.look::<()>(|_| panic!("in a look")).await, Err(Problem::internal()));
    }
    assert_eq!(node.look(|view| Ok(view.get("row")?)).await, Ok(Some(b"1".to_vec())));
    assert_eq!((node.storage.trouble(), node.ready().await), (None, Ok(())));
}

/// A bus on which whoever listens first to one of these logs panics.
struct Faulty {
    inner: LocalBus,
    left: Mutex<BTreeSet<String>>,
}

impl Bus for Faulty {
    fn publish(&self, news: News) {
        self.inner.publish(news);
    }

    fn listen(&self, log: &str) -> broadcast::Receiver<Arc<News>> {
        let is_first = self.left.lock().unwrap().remove(log);
        assert!(!is_first, "CANARY {log}");
        self.inner.listen(log)
    }
}

/// A partner's server; gives its address, and what it was sent.
async fn receiver() -> (String, Arc<Mutex<Vec<i64>>>) {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/hook", listener.local_addr().unwrap());
    let sent: Arc<Mutex<Vec<i64>>> = Arc::default();
    let seen = sent.clone();
    let hook = async move |body: String| {
        let body: Value = serde_json::from_str(&body).unwrap();
        seen.lock().unwrap().push(body["data"]["id"].as_i64().unwrap());
    };
    let app = axum::Router::new().route("/hook", axum::routing::post(hook));
    tokio::spawn(async move { axum::serve(listener, app).await.unwrap() });
    (url, sent)
}

async fn until(what: &str, mut is_so: impl AsyncFnMut() -> bool) {
    let began = Instant::now();
    while !is_so().await {
        assert!(began.elapsed() < Duration::from_secs(60), "{what}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn work_that_panics_is_begun_anew() {
    let folder = tempfile::tempdir().unwrap();
    // What the workers listen to, and what a task of each organization and each webhook does.
    let of_demo = key(&["all events", "demo"]);
    let logs = ["access untold", "gone stream", "hooks", "organization", &of_demo].map(str::to_owned);
    let bus = Arc::new(Faulty { inner: LocalBus::default(), left: Mutex::new(BTreeSet::from(logs)) });
    let storage =
        SqliteStorage::open(&folder.path().join("platform.db"), bus.clone(), SqliteOptions::default())
            .unwrap();
    let mut config = common::config();
    config.webhooks_anywhere = true;
    let node = Node::start(Arc::new(storage), bus.clone(), config).await.unwrap();
    platform::demo::make(&node).await.unwrap();
    let world = World::of(node, folder);
    let (url, sent) = receiver().await;
    let (partner, gateway) = (world.person("partner").await, world.person("gateway").await);
    let (support, anna) = (world.person("support").await, world.person("anna").await);
    let code = |id| event(id, 7, "can_dtc", json!({"code": "0301", "sourceType": "j2012"}));
    let grant = event(1, 8, "access_granted_to_vehicle", json!({}));
    assert_eq!(gateway.post("/v1/ingest", &json!([grant, code(2)])).await.status(), 200);
    until("all of them have panicked", async || bus.left.lock().unwrap().is_empty()).await;
    until("the rules do not run", async || !support.listed("recommendations").await.is_empty()).await;
    bus.left.lock().unwrap().insert(of_demo);
    let wanted = json!({"url": url, "types": ["can_dtc"]});
    assert_eq!(partner.send(Method::PUT, "/v1/webhooks/w1", &wanted).await.status(), 201);
    until("the task of a webhook has panicked", async || bus.left.lock().unwrap().is_empty()).await;
    assert_eq!(gateway.post("/v1/ingest", &json!([code(3)])).await.status(), 200);
    until("the webhook is not sent", async || *sent.lock().unwrap() == [3]).await;
    // A stream that is gone leaves nothing behind.
    assert!(anna.send(Method::PUT, STREAM, &json!([])).await.status().is_success());
    assert!(anna.ask(Method::DELETE, STREAM).send().await.unwrap().status().is_success());
    let rows = || world.node.look(|view| Ok(platform::storage::names(view, "gone stream")?));
    until("what is left of a stream stays", async || rows().await.unwrap().is_empty()).await;
    world.stop().await;
}

/// Set where the test below runs once more, in a process of its own.
const OWN: &str = "PLATFORM_TEST_OF_PANICS";

/// A platform that panics here and there, about what is nobody else's business; it says all that it counts.
async fn canaries() {
    tracing_subscriber::fmt().json().with_writer(std::io::stdout).init();
    platform::panics::tell_where();
    let folder = tempfile::tempdir().unwrap();
    let node = open(folder.path()).await;
    let text = "CANARY".to_owned();
    let _ = node.commit::<()>(move |edit| Ok(edit.put(text.get(..99).expect(&text), b"")?)).await;
    let _ = node.look::<()>(|_| panic!("CANARY")).await;
    let _ = tokio::spawn(async { panic!("CANARY") }).await;
    let count = node
        .metrics
        .to_text(true)
        .lines()
        .find(|line| line.starts_with("platform_panics_total"))
        .map(str::to_owned);
    println!("{}", count.unwrap());
}

#[tokio::test]
async fn a_panic_is_told_once_with_its_place_and_without_what_it_says() {
    if std::env::var_os(OWN).is_some() {
        return canaries().await;
    }
    let own = std::process::Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "--nocapture", "a_panic_is_told_once_with_its_place_and_without_what_it_says"])
        .env(OWN, "1")
        .output()
        .unwrap();
    let (out, err) = (String::from_utf8(own.stdout).unwrap(), String::from_utf8(own.stderr).unwrap());
    assert!(own.status.success() && !out.contains("CANARY") && !err.contains("CANARY"), "{out}{err}");
    // The runner may have begun the first line.
    let json = out.lines().filter_map(|line| line.get(line.find('{')?..));
    let told: Vec<Value> = json.filter_map(|line| serde_json::from_str(line).ok()).collect();
    let told = told.iter().map(|line| &line["fields"]).filter(|fields| fields["place"].is_string());
    let told: Vec<_> =
        told.map(|fields| (fields["what"].as_str().unwrap(), fields["place"].as_str().unwrap())).collect();
    assert_eq!(
        told.iter().map(|(what, _)| *what).collect::<Vec<_>>(),
        ["a transaction", "a look", "the platform"]
    );
    assert!(told.iter().all(|(_, place)| place.contains("tests/panics.rs:")), "{told:?}");
    assert!(out.contains("platform_panics_total 3"), "{out}");
}
