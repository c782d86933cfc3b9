//! Webhooks under way: several vehicles at once, none behind a `DELETE`, and a platform that stops waits for no receiver.
#![allow(clippy::unwrap_used, clippy::expect_used, missing_docs, reason = "tests")]

mod common;

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use common::{Person, World, event, value};
use platform::bus::LocalBus;
use platform::node::{Node, NodeConfig};
use platform::storage::{
    Edit, JOINT, Later, ReadJob, SqliteOptions, SqliteStorage, Storage, StorageError, WriteJob, all, key,
};
use reqwest::Method;
use serde_json::{Value, json};
use tokio::time::Instant;

/// A partner's server that takes its time.
struct Receiver {
    url: String,
    seen: Arc<Mutex<Seen>>,
}

#[derive(Default)]
struct Seen {
    /// Vehicle and number of each request, as they began.
    began: Vec<(i64, i64)>,
    at_once: usize,
    most: usize,
}

/// One request more at once, however it ends.
struct AtOnce(Arc<Mutex<Seen>>);

impl Drop for AtOnce {
    fn drop(&mut self) {
        // Also where the test has failed meanwhile.
        self.0.lock().unwrap_or_else(PoisonError::into_inner).at_once -= 1;
    }
}

impl Receiver {
    async fn start(takes: Duration) -> Self {
        Self::of(takes, |_, _| false).await
    }

    /// One that takes so long once it waits no longer, as far as a vehicle and what it has seen decide that.
    async fn of(takes: Duration, waits: impl Fn(i64, &Seen) -> bool + Clone + Send + Sync + 'static) -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/hook", listener.local_addr().unwrap());
        let seen: Arc<Mutex<Seen>> = Arc::default();
        let known = seen.clone();
        let hook = move |body: String| {
            let (seen, waits) = (known.clone(), waits.clone());
            async move {
                let body: Value = serde_json::from_str(&body).unwrap();
                let number = |name: &str| body["data"][name].as_i64().unwrap();
                {
                    let mut seen = seen.lock().unwrap();
                    seen.began.push((number("vehicleId"), number("id")));
                    seen.at_once += 1;
                    seen.most = seen.most.max(seen.at_once);
                }
                let _one = AtOnce(seen.clone());
                while waits(number("vehicleId"), &seen.lock().unwrap()) {
                    tokio::time::sleep(Duration::from_millis(10)).await;
                }
                tokio::time::sleep(takes).await;
            }
        };
        let app = axum::Router::new().route("/hook", axum::routing::post(hook));
        tokio::spawn(async move { axum::serve(listener, app).await.unwrap() });
        Self { url, seen }
    }

    fn count(&self) -> usize {
        self.seen.lock().unwrap().began.len()
    }

    /// Waits until so many requests have begun.
    async fn began(&self, count: usize) {
        let began = Instant::now();
        while self.count() < count {
            assert!(began.elapsed() < Duration::from_secs(60), "{} of {count}", self.count());
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }
}

fn config() -> NodeConfig {
    let mut config = common::config();
    config.webhooks_anywhere = true;
    config
}

async fn world(url: &str, vehicles: std::ops::Range<i64>) -> (World, Person, Person) {
    let world = World::with(config()).await;
    let (partner, gateway) = subscribe(&world, url, vehicles).await;
    (world, partner, gateway)
}

async fn subscribe(world: &World, url: &str, vehicles: std::ops::Range<i64>) -> (Person, Person) {
    let (partner, gateway) = (world.person("partner").await, world.person("gateway").await);
    let wanted = json!({"url": url, "types": ["can_dtc"]});
    assert_eq!(partner.send(Method::PUT, "/v1/webhooks/w1", &wanted).await.status(), 201);
    let grants: Vec<Value> = vehicles
        .map(|vehicle| {
            json!({"id": vehicle, "time": "2026-05-01T09:00:00Z", "type": "access_granted_to_vehicle",
                   "organizationKey": "demo", "vehicleId": vehicle})
        })
        .collect();
    assert_eq!(gateway.post("/v1/ingest", &json!(grants)).await.status(), 200);
    (partner, gateway)
}

fn code(vehicle: i64, id: i64) -> Value {
    event(id, 30, "can_dtc", json!({"vehicleId": vehicle, "code": "0301", "sourceType": "j2012"}))
}

#[tokio::test(flavor = "multi_thread")]
async fn vehicles_do_not_wait_for_each_other_and_each_keeps_its_order() {
    // Until so many have come at once, however long that takes here, none is answered.
    let receiver = Receiver::of(Duration::from_millis(100), |_, seen| seen.most < 8).await;
    let (_world, _, gateway) = world(&receiver.url, 100..130).await;
    let events: Vec<Value> = (0..10)
        .flat_map(|round| (100..130).map(move |vehicle| code(vehicle, vehicle * 100 + round)))
        .collect();
    let began = Instant::now();
    assert_eq!(value(gateway.post("/v1/ingest", &json!(events)).await).await["accepted"], 300);
    receiver.began(300).await;
    // One after another they would take half a minute.
    assert!(began.elapsed() < Duration::from_secs(29), "{:?}", began.elapsed());
    let seen = receiver.seen.lock().unwrap();
    assert!((8..=16).contains(&seen.most), "{} at once", seen.most);
    let mut of: BTreeMap<i64, Vec<i64>> = BTreeMap::new();
    for (vehicle, number) in &seen.began {
        of.entry(*vehicle).or_default().push(*number);
    }
    for (vehicle, numbers) in of {
        assert!(numbers.into_iter().eq(vehicle * 100..vehicle * 100 + 10), "{vehicle}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn receivers_that_hang_hold_up_none_that_answers() {
    let receiver = Receiver::start(Duration::ZERO).await;
    let (_world, partner, gateway) = world(&receiver.url, 100..140).await;
    assert_eq!(value(gateway.post("/v1/ingest", &json!([code(100, 1)])).await).await["accepted"], 1);
    receiver.began(1).await;
    // They take what is sent, and say nothing.
    let silent = Receiver::start(Duration::from_secs(60)).await;
    for number in 2..6 {
        let wanted = json!({"url": silent.url, "types": ["can_dtc"]});
        let at = format!("/v1/webhooks/w{number}");
        assert_eq!(partner.send(Method::PUT, &at, &wanted).await.status(), 201);
    }
    let first: Vec<Value> = (100..120).map(|vehicle| code(vehicle, vehicle)).collect();
    assert_eq!(value(gateway.post("/v1/ingest", &json!(first)).await).await["accepted"], 20);
    silent.began(16).await;
    let began = Instant::now();
    let second: Vec<Value> = (120..140).map(|vehicle| code(vehicle, vehicle)).collect();
    assert_eq!(value(gateway.post("/v1/ingest", &json!(second)).await).await["accepted"], 20);
    receiver.began(41).await;
    // The silent ones are waited for ten seconds.
    assert!(began.elapsed() < Duration::from_secs(9), "{:?}", began.elapsed());
    // Half of the partner's 32 places are none of theirs.
    assert_eq!(silent.count(), 16);
}

#[tokio::test(flavor = "multi_thread")]
async fn while_one_vehicle_hangs_the_others_go_on_and_its_own_come_once_in_their_order() {
    let hangs = Arc::new(AtomicBool::new(true));
    let it_hangs = hangs.clone();
    let receiver =
        Receiver::of(Duration::ZERO, move |vehicle, _| vehicle == 100 && it_hangs.load(Relaxed)).await;
    let (_world, _, gateway) = world(&receiver.url, 100..102).await;
    let say = async |events: Vec<Value>| {
        assert_eq!(gateway.post("/v1/ingest", &json!(events)).await.status(), 200);
    };
    say(vec![code(100, 1), code(100, 2)]).await;
    receiver.began(1).await;
    let began = Instant::now();
    for number in 3..6 {
        say(vec![code(101, number), code(100, number)]).await;
        receiver.began(number as usize - 1).await;
    }
    // The others came while its first was waited for, which is ten seconds.
    assert!(began.elapsed() < Duration::from_secs(10), "{:?}", began.elapsed());
    hangs.store(false, Relaxed);
    receiver.began(8).await;
    // What was written down of it is not sent again.
    tokio::time::sleep(Duration::from_millis(2_500)).await;
    let mut seen = receiver.seen.lock().unwrap().began.clone();
    seen.sort_by_key(|(vehicle, _)| *vehicle);
    assert_eq!(seen, [(100, 1), (100, 2), (100, 3), (100, 4), (100, 5), (101, 3), (101, 4), (101, 5)]);
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_more_is_sent_to_a_webhook_that_was_taken_away() {
    let receiver = Receiver::start(Duration::from_millis(500)).await;
    let (_world, partner, gateway) = world(&receiver.url, 100..101).await;
    let events: Vec<Value> = (1..=15).map(|id| code(100, id)).collect();
    assert_eq!(gateway.post("/v1/ingest", &json!(events)).await.status(), 200);
    receiver.began(1).await;
    assert_eq!(partner.ask(Method::DELETE, "/v1/webhooks/w1").send().await.unwrap().status(), 204);
    let by_then = receiver.count();
    tokio::time::sleep(Duration::from_secs(3)).await;
    assert!(receiver.count() <= by_then + 1, "{} came after it was taken away", receiver.count() - by_then);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_platform_that_stops_leaves_the_rest_to_its_next_start() {
    let receiver = Receiver::start(Duration::from_secs(2)).await;
    let (world, _, gateway) = world(&receiver.url, 100..101).await;
    let events: Vec<Value> = (1..=15).map(|id| code(100, id)).collect();
    assert_eq!(gateway.post("/v1/ingest", &json!(events)).await.status(), 200);
    receiver.began(1).await;
    let began = Instant::now();
    let folder = world.stop().await;
    assert!(began.elapsed() < Duration::from_secs(10), "{:?}", began.elapsed());
    let before = receiver.count();
    assert!(before < 5, "{before} were sent meanwhile");
    let _world = World::of(common::open(folder.path(), config()).await, folder);
    receiver.began(before + 1).await;
    let began: Vec<i64> = receiver.seen.lock().unwrap().began.iter().map(|(_, number)| *number).collect();
    assert!(began.into_iter().eq(1..=before as i64 + 1), "each once, in order");
}

#[tokio::test]
async fn a_partner_has_so_many_webhooks_and_one_that_is_there_can_be_set_anew() {
    let world = World::start().await;
    let partner = world.person("partner").await;
    let set = async |id: u32| {
        let wanted = json!({"url": "https://hooks.partner.example/in"});
        partner.send(Method::PUT, &format!("/v1/webhooks/w{id}"), &wanted).await
    };
    for id in 0..20 {
        assert_eq!(set(id).await.status(), 201);
    }
    let refused = set(20).await;
    assert_eq!(refused.status(), 422);
    assert_eq!(value(refused).await["code"], "too_many_webhooks");
    assert_eq!(set(0).await.status(), 204);
    assert_eq!(partner.ask(Method::DELETE, "/v1/webhooks/w3").send().await.unwrap().status(), 204);
    assert_eq!(set(20).await.status(), 201);
}

/// A storage whose disk is full at times.
struct Full {
    inner: SqliteStorage,
    is_full: AtomicBool,
}

impl Storage for Full {
    fn write(&self, job: WriteJob) -> Later<'_, Result<(), StorageError>> {
        if self.is_full.load(Relaxed) {
            return Box::pin(async { Err(StorageError::Full) });
        }
        self.inner.write(job)
    }
    fn read(&self, job: ReadJob) -> Later<'_, Result<(), StorageError>> {
        self.inner.read(job)
    }
    fn trouble(&self) -> Option<StorageError> {
        self.inner.trouble()
    }
    fn failures(&self) -> u64 {
        self.inner.failures()
    }
    fn close(&self) -> Later<'_, Result<(), StorageError>> {
        self.inner.close()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_taken_while_the_disk_is_full_is_not_sent_again() {
    let receiver = Receiver::start(Duration::from_millis(500)).await;
    let folder = tempfile::tempdir().unwrap();
    let bus = Arc::new(LocalBus::default());
    let path = folder.path().join("platform.db");
    let inner = SqliteStorage::open(&path, bus.clone(), SqliteOptions::default()).unwrap();
    let storage = Arc::new(Full { inner, is_full: AtomicBool::new(false) });
    let node = Node::start(storage.clone(), bus, config()).await.unwrap();
    platform::demo::make(&node).await.unwrap();
    let world = World::of(node, folder);
    let (_, gateway) = subscribe(&world, &receiver.url, 100..101).await;
    assert_eq!(gateway.post("/v1/ingest", &json!([code(100, 1)])).await.status(), 200);
    receiver.began(1).await;
    storage.is_full.store(true, Relaxed);
    tokio::time::sleep(Duration::from_secs(7)).await;
    assert_eq!(receiver.count(), 1, "it is sent once, however often the disk is tried");
    storage.is_full.store(false, Relaxed);
    assert_eq!(gateway.post("/v1/ingest", &json!([code(100, 2)])).await.status(), 200);
    receiver.began(2).await;
    assert_eq!(receiver.seen.lock().unwrap().began, [(100, 1), (100, 2)]);
}

/// The rows of the webhook under a kind.
async fn rows(world: &World, kind: &'static str) -> Vec<(String, Vec<u8>)> {
    world.node.look(move |view| Ok(all(view, kind)?)).await.unwrap()
}

/// Writes a row that does not read, as one of the only webhook; gives its key.
async fn damage(world: &World, kind: &'static str, more: &[&str]) {
    let (hook, _) = rows(world, "hook").await.remove(0);
    let mut parts: Vec<&str> = hook.split(JOINT).collect();
    parts[0] = kind;
    parts.extend(more);
    let name = key(&parts);
    world.node.commit(move |edit| Ok(edit.put(&name, b"x")?)).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_waiting_row_that_does_not_read_is_sent_by_its_key_and_stops_nothing() {
    let receiver = Receiver::start(Duration::ZERO).await;
    let (world, _, gateway) = world(&receiver.url, 100..101).await;
    assert_eq!(gateway.post("/v1/ingest", &json!([code(100, 1), code(100, 2)])).await.status(), 200);
    receiver.began(2).await;
    damage(&world, "hook waits", &["100", &format!("{:020}", 0)]).await;
    let folder = world.stop().await;
    let world = World::of(common::open(folder.path(), config()).await, folder);
    receiver.began(3).await;
    let gateway = world.person("gateway").await;
    assert_eq!(gateway.post("/v1/ingest", &json!([code(100, 3)])).await.status(), 200);
    receiver.began(4).await;
    assert_eq!(receiver.seen.lock().unwrap().began, [(100, 1), (100, 2), (100, 1), (100, 3)]);
    assert_eq!(rows(&world, "hook waits").await, []);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_webhook_that_does_not_read_can_be_set_anew_and_taken_away() {
    let receiver = Receiver::start(Duration::ZERO).await;
    let (world, partner, gateway) = world(&receiver.url, 100..101).await;
    damage(&world, "hook", &[]).await;
    assert_eq!(partner.get("/v1/webhooks/w1").await.status(), 503);
    let wanted = json!({"url": receiver.url, "types": ["can_dtc"]});
    assert_eq!(partner.send(Method::PUT, "/v1/webhooks/w1", &wanted).await.status(), 201);
    assert_eq!(gateway.post("/v1/ingest", &json!([code(100, 1)])).await.status(), 200);
    receiver.began(1).await;
    damage(&world, "hook", &[]).await;
    assert_eq!(partner.ask(Method::DELETE, "/v1/webhooks/w1").send().await.unwrap().status(), 204);
    assert_eq!(rows(&world, "hook").await, []);
    assert_eq!(partner.ask(Method::DELETE, "/v1/webhooks/w1").send().await.unwrap().status(), 404);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_waits_for_a_webhook_goes_with_it_also_after_a_delete_that_was_cut() {
    let receiver = Receiver::start(Duration::ZERO).await;
    let (world, partner, gateway) = world(&receiver.url, 100..101).await;
    assert_eq!(gateway.post("/v1/ingest", &json!([code(100, 1)])).await.status(), 200);
    receiver.began(1).await;
    let (hook, _) = rows(&world, "hook").await.remove(0);
    let left = move |edit: &mut dyn Edit| {
        let parts: Vec<&str> = hook.split(JOINT).skip(1).collect();
        for kind in ["hook waits", "hook failed"] {
            for number in 0..1_200 {
                let number = format!("{number:020}");
                edit.put(&key(&[&[kind], &parts[..], &["100", &number]].concat()), b"x")?;
            }
        }
        Ok(())
    };
    world.node.commit(left.clone()).await.unwrap();
    assert_eq!(partner.ask(Method::DELETE, "/v1/webhooks/w1").send().await.unwrap().status(), 204);
    assert_eq!(rows(&world, "hook waits").await.len() + rows(&world, "hook failed").await.len(), 0);
    // One of the same name gets nothing of what was left.
    world.node.commit(left).await.unwrap();
    let wanted = json!({"url": receiver.url, "types": ["can_dtc"]});
    assert_eq!(partner.send(Method::PUT, "/v1/webhooks/w1", &wanted).await.status(), 201);
    assert_eq!(gateway.post("/v1/ingest", &json!([code(100, 2)])).await.status(), 200);
    receiver.began(2).await;
    assert_eq!(receiver.seen.lock().unwrap().began, [(100, 1), (100, 2)]);
    assert_eq!(rows(&world, "hook waits").await.len() + rows(&world, "hook failed").await.len(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_of_one_vehicle_does_not_read_holds_up_no_other_vehicle() {
    let receiver = Receiver::start(Duration::ZERO).await;
    let config = config();
    let clock = config.clock.clone();
    let world = World::with(config).await;
    let (partner, gateway) = subscribe(&world, &receiver.url, 100..104).await;
    // Of car 100 since when its drivers agree, of 101 an event that is no JSON, and a pointer that is none.
    let positions = key(&["positions", "demo", "100"]);
    let kept = positions.clone();
    let spoil = move |edit: &mut dyn Edit| {
        edit.put(&kept, b"x")?;
        let noise = format!("1x {}", key(&["events", "demo", "102"]));
        edit.append(&key(&["all events", "demo"]), &[b"x", noise.as_bytes()])?;
        for vehicle in ["101", "104"] {
            let log = key(&["events", "demo", vehicle]);
            let number = edit.append(&log, &[b"{\xFF}"])?;
            edit.append(&key(&["all events", "demo"]), &[format!("{number} {log}").as_bytes()])?;
        }
        Ok(())
    };
    world.node.commit(spoil).await.unwrap();
    let said = |id: i64| Value::from((100..104).map(|vehicle| code(vehicle, id)).collect::<Vec<_>>());
    assert_eq!(gateway.post("/v1/ingest", &said(1)).await.status(), 200);
    receiver.began(3).await;
    let mut taken = receiver.seen.lock().unwrap().began.clone();
    taken.sort_unstable();
    assert_eq!(taken, [(101, 1), (102, 1), (103, 1)]);
    // What can be read by nobody is listed, but of a car that the partner may not see; the other waits.
    let listed = async {
        while rows(&world, "hook waits").await.len() != 1 || rows(&world, "hook failed").await.is_empty() {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(20), listed).await.expect("one waits, and one is given up");
    let failures = partner.json("/v1/webhooks/w1/failures").await["items"].clone();
    let vehicles: Vec<&Value> = failures.as_array().unwrap().iter().map(|one| &one["vehicle"]).collect();
    assert_eq!(vehicles, ["demo/101"]);
    assert_eq!(world.node.metrics.messages_unreadable.load(Relaxed), 3, "and the pointers");
    assert!(world.node.has_met_damage());
    world.node.commit(move |edit| Ok(edit.delete(&positions)?)).await.unwrap();
    clock.advance(Duration::from_secs(601));
    receiver.began(4).await;
    assert_eq!(receiver.seen.lock().unwrap().began[3], (100, 1));
}
