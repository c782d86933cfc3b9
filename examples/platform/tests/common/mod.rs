//! A platform in this process, and people who speak to it.
#![allow(dead_code, clippy::needless_pass_by_value, reason = "each test uses a part of it, and reads well")]

pub(crate) mod filling;
pub(crate) mod line;
pub(crate) mod process;
pub(crate) mod seen;

use std::path::Path;
use std::sync::Arc;

use platform::auth::password::PasswordCost;
use platform::node::{Node, NodeConfig};
use platform::{demo, server};
use reqwest::{Method, RequestBuilder, Response};
use serde_json::{Value, json};
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

pub(crate) struct World {
    pub(crate) base: String,
    pub(crate) node: Arc<Node>,
    pub(crate) folder: tempfile::TempDir,
    stop: Option<oneshot::Sender<()>>,
    task: JoinHandle<()>,
    _seen: seen::Seen,
}

pub(crate) fn config() -> NodeConfig {
    let mut config = NodeConfig::default();
    config.password_cost = PasswordCost::Light;
    config.lateness = 100;
    config.heartbeat = 1_000;
    config.long_poll = 1_000;
    config
}

pub(crate) fn serve(node: Arc<Node>, address: &str) -> (String, oneshot::Sender<()>, JoinHandle<()>) {
    let listener = server::bind(address.parse().unwrap()).unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap());
    let (stop, stopped) = oneshot::channel::<()>();
    let task = tokio::spawn(async move {
        server::serve(node, listener, async { drop(stopped.await) }).await.unwrap();
    });
    (base, stop, task)
}

pub(crate) async fn open(folder: &Path, config: NodeConfig) -> Arc<Node> {
    let node = Node::open(folder, config).await.unwrap();
    demo::make(&node).await.unwrap();
    node
}

impl World {
    pub(crate) async fn start() -> Self {
        Self::with(config()).await
    }

    pub(crate) async fn with(config: NodeConfig) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let node = open(folder.path(), config).await;
        Self::of(node, folder)
    }

    /// Serves a node on a folder.
    pub(crate) fn of(node: Arc<Node>, folder: tempfile::TempDir) -> Self {
        let (base, stop, task) = serve(node.clone(), "127.0.0.1:0");
        let seen = seen::Seen(node.clone());
        Self { base, node, folder, stop: Some(stop), task, _seen: seen }
    }

    pub(crate) async fn stop(mut self) -> tempfile::TempDir {
        drop(self.stop.take());
        self.task.await.unwrap();
        self.folder
    }

    /// Signs in with a demo account.
    pub(crate) async fn person(&self, name: &str) -> Person {
        let session = sign_in(&self.base, name).await;
        let token = token(&self.base, &session).await;
        Person { base: self.base.clone(), session, token, client: client() }
    }
}

pub(crate) fn client() -> reqwest::Client {
    let _ = rustls::crypto::ring::default_provider().install_default();
    reqwest::Client::builder().no_gzip().build().unwrap_or_else(|_| unreachable!())
}

pub(crate) async fn sign_in(base: &str, name: &str) -> String {
    let body = json!({"email": format!("{name}@demo.example"), "password": demo::PASSWORD, "device": "test"});
    let answer = client()
        .post(format!("{base}/v1/auth/password"))
        .header("content-type", "application/json")
        .body(body.to_string())
        .send()
        .await
        .unwrap();
    assert_eq!(answer.status(), 200);
    value(answer).await["session"].as_str().unwrap().to_owned()
}

pub(crate) async fn token(base: &str, session: &str) -> String {
    let answer = client().post(format!("{base}/v1/auth/token")).bearer_auth(session).send().await.unwrap();
    assert_eq!(answer.status(), 200);
    value(answer).await["token"].as_str().unwrap().to_owned()
}

pub(crate) async fn value(answer: Response) -> Value {
    serde_json::from_str(&answer.text().await.unwrap()).unwrap()
}

pub(crate) struct Person {
    pub(crate) base: String,
    pub(crate) session: String,
    pub(crate) token: String,
    pub(crate) client: reqwest::Client,
}

static COUNT: std::sync::atomic::AtomicU64 = std::sync::atomic::AtomicU64::new(1);

/// A change, made now.
pub(crate) fn change(collection: &str, key: &str, kind: &str, body: Value) -> Value {
    let count = COUNT.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
    let millis = platform::clock::now().timestamp_millis();
    json!({
        "id": format!("01900000-0000-7000-8000-{count:012x}"), "collection": collection, "key": key, "kind": kind,
        "clock": format!("{millis:012x}-{count:04x}-00000000000000aa"), "body": body,
    })
}

impl Person {
    pub(crate) fn ask(&self, method: Method, path: &str) -> RequestBuilder {
        self.client.request(method, format!("{}{path}", self.base)).bearer_auth(&self.token)
    }

    pub(crate) async fn get(&self, path: &str) -> Response {
        self.ask(Method::GET, path).send().await.unwrap()
    }

    pub(crate) async fn json(&self, path: &str) -> Value {
        let answer = self.get(path).await;
        assert_eq!(answer.status(), 200, "{path}");
        value(answer).await
    }

    pub(crate) async fn post(&self, path: &str, body: &Value) -> Response {
        self.send(Method::POST, path, body).await
    }

    pub(crate) async fn send(&self, method: Method, path: &str, body: &Value) -> Response {
        let request = self.ask(method, path).header("content-type", "application/json");
        request.body(body.to_string()).send().await.unwrap()
    }

    /// Sends changes; gives their results.
    pub(crate) async fn change(&self, changes: &[Value]) -> Vec<Value> {
        let answer = self.post("/v1/changes", &json!({"changes": changes})).await;
        assert_eq!(answer.status(), 200);
        value(answer).await["results"].as_array().unwrap().clone()
    }

    /// Sends one change that has to be done.
    pub(crate) async fn write(&self, collection: &str, key: &str, kind: &str, body: Value) -> Value {
        let results = self.change(&[change(collection, key, kind, body)]).await;
        assert_eq!(results[0]["outcome"], "applied", "{}", results[0]);
        results[0].clone()
    }

    /// All items of a collection, page by page.
    pub(crate) async fn listed(&self, collection: &str) -> Vec<Value> {
        let (mut items, mut cursor) = (Vec::new(), String::new());
        loop {
            let page = self.json(&format!("/v1/collections/{collection}?limit=500&cursor={cursor}")).await;
            items.extend(page["items"].as_array().unwrap().iter().cloned());
            match page["cursor"].as_str() {
                Some(next) => next.clone_into(&mut cursor),
                None => return items,
            }
        }
    }

    /// Everything that the feed tells from its beginning.
    pub(crate) async fn feed(&self) -> Vec<Value> {
        self.json("/v1/feeds/me?offset=-1").await.as_array().unwrap().clone()
    }

    /// The last word of the feed about an item.
    pub(crate) async fn last(&self, collection: &str, key: &str) -> Option<Value> {
        let feed = self.feed().await;
        feed.into_iter().rev().find(|record| record["collection"] == collection && record["key"] == key)
    }
}

pub(crate) fn place(name: &str) -> Value {
    json!({"name": name, "position": {"latitude": 0.5, "longitude": -150.25}, "radiusMeters": 150})
}

/// An event of car 7, so many seconds ago.
pub(crate) fn event(id: i64, seconds_ago: i64, kind: &str, more: Value) -> Value {
    let at = platform::clock::now() - std::time::Duration::from_secs(seconds_ago as u64);
    let mut event = json!({
        "id": id, "vehicleId": 7, "organizationKey": "demo", "time": platform::clock::text(at), "type": kind,
    });
    for (name, value) in more.as_object().unwrap() {
        event[name] = value.clone();
    }
    event
}
