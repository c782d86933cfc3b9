//! Webhooks to their end: signed, in order, tried again over a restart, given up in the open; the client's receiver verifies them.
#![allow(clippy::unwrap_used, clippy::expect_used, missing_docs, reason = "tests")]

mod common;

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use cc_client::connected_cars::WebhookVerifier;
use cc_client::jwt::KeySet;
use chrono::TimeDelta;
use common::{Person, World, event, value};
use platform::admin::accounts;
use platform::admin::services::{self, NewKey};
use platform::auth::Who;
use platform::auth::account::{Account, account, put_account};
use platform::node::NodeConfig;
use platform::storage::{Edit, View, all};
use reqwest::Method;
use serde_json::{Value, json};
use tokio::sync::watch;

/// A partner's server: what it was sent, each with whether it took it.
struct Partner {
    url: String,
    mood: watch::Sender<Mood>,
    sent: watch::Receiver<Vec<(i64, i64, bool)>>,
    /// The ids under which it was sent what.
    ids: Arc<Mutex<BTreeMap<String, Value>>>,
}

#[derive(Clone, Debug, PartialEq)]
enum Mood {
    /// Takes everything.
    Well,
    /// Answers 500.
    Ill,
    /// Takes everything but events of one vehicle.
    Picky(i64),
}

impl Partner {
    /// Serves; verifies with the keys of the platform at `base`.
    async fn start(base: Arc<Mutex<String>>) -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/hook", listener.local_addr().unwrap());
        let (mood, now) = watch::channel(Mood::Well);
        let (told, sent) = watch::channel(Vec::new());
        let told = Arc::new(told);
        let ids = Arc::<Mutex<BTreeMap<String, Value>>>::default();
        let known = ids.clone();
        let hook = move |headers: axum::http::HeaderMap, body: String| {
            let (base, now, told) = (base.lock().unwrap().clone(), now.borrow().clone(), told.clone());
            let known = known.clone();
            async move {
                let header = |name: &str| headers[name].to_str().unwrap().to_owned();
                let keys =
                    common::client().get(format!("{base}/.well-known/jwks.json")).send().await.unwrap();
                let verifier =
                    WebhookVerifier::new(KeySet::parse(keys.text().await.unwrap().as_bytes()).unwrap())
                        .tolerance(Duration::from_secs(1 << 40));
                let (id, signature) = (header("x-request-id"), header("x-request-signature"));
                let time = platform::clock::now();
                let event = verifier.verify(&id, &signature, body.as_bytes(), time).unwrap();
                // Of another body or request it is none.
                assert!(verifier.verify(&id, &signature, b"{}", time).is_err());
                assert!(verifier.verify("other", &signature, body.as_bytes(), time).is_err());
                let data: Value = serde_json::from_str(&event.data).unwrap();
                // Each time under the same id, and another event under another.
                let is_uuid = event.id.len() == 36 && event.id.split('-').map(str::len).eq([8, 4, 4, 4, 12]);
                assert!(
                    is_uuid && event.id.as_bytes()[14] == b'8' && b"89ab".contains(&event.id.as_bytes()[19])
                );
                assert_eq!(*known.lock().unwrap().entry(event.id.into()).or_insert(data.clone()), data);
                let (number, vehicle) = (data["id"].as_i64().unwrap(), data["vehicleId"].as_i64().unwrap());
                let takes = match now {
                    Mood::Well => true,
                    Mood::Ill => false,
                    Mood::Picky(other) => vehicle != other,
                };
                told.send_modify(|all| all.push((vehicle, number, takes)));
                if takes { axum::http::StatusCode::OK } else { axum::http::StatusCode::INTERNAL_SERVER_ERROR }
            }
        };
        let app = axum::Router::new().route("/hook", axum::routing::post(hook));
        tokio::spawn(async move { axum::serve(listener, app).await.unwrap() });
        Self { url, mood, sent, ids }
    }

    /// Waits until so many were taken; gives vehicle and number of each, in order.
    async fn took(&self, count: usize) -> Vec<(i64, i64)> {
        let taken = |all: &Vec<(i64, i64, bool)>| {
            all.iter()
                .filter(|(.., takes)| *takes)
                .map(|(vehicle, number, _)| (*vehicle, *number))
                .collect::<Vec<_>>()
        };
        let mut sent = self.sent.clone();
        let wait = sent.wait_for(|all| taken(all).len() >= count);
        let all = tokio::time::timeout(Duration::from_secs(60), wait).await.expect("not delivered").unwrap();
        taken(&all)
    }

    /// Waits until it has refused something since a moment.
    async fn refused(&self, since: usize) {
        let mut sent = self.sent.clone();
        let wait = sent.wait_for(|all| all.iter().skip(since).any(|(.., takes)| !takes));
        tokio::time::timeout(Duration::from_secs(60), wait).await.expect("nothing was refused").unwrap();
    }
}

fn config() -> NodeConfig {
    let mut config = common::config();
    config.webhooks_anywhere = true;
    config
}

async fn subscribe(world: &World, url: &str) -> Person {
    let (partner, gateway) = (world.person("partner").await, world.person("gateway").await);
    let set = partner.send(Method::PUT, "/v1/webhooks/w1", &json!({"url": url, "types": ["can_dtc"]})).await;
    assert!(set.status().is_success());
    let grant = |id: i64, vehicle: i64| json!({"id": id, "time": "2026-05-01T09:00:00Z", "type": "access_granted_to_vehicle", "organizationKey": "demo", "vehicleId": vehicle});
    assert_eq!(
        value(gateway.post("/v1/ingest", &json!([grant(1, 7), grant(2, 8)])).await).await["accepted"],
        2
    );
    partner
}

async fn drive(world: &World, vehicle: i64, numbers: std::ops::Range<i64>) {
    let events: Vec<Value> = numbers
        .map(|id| {
            event(id, 30, "can_dtc", json!({"vehicleId": vehicle, "code": "0301", "sourceType": "j2012"}))
        })
        .collect();
    let gateway = world.person("gateway").await;
    assert_eq!(value(gateway.post("/v1/ingest", &json!(events)).await).await["accepted"], events.len());
}

#[tokio::test]
async fn what_one_vehicle_says_comes_in_order_also_after_a_failure_and_a_restart() {
    let base = Arc::new(Mutex::new(String::new()));
    let partner = Partner::start(base.clone()).await;
    let config = config();
    let clock = config.clock.clone();
    let world = World::with(config.clone()).await;
    base.lock().unwrap().clone_from(&world.base);
    subscribe(&world, &partner.url).await;
    drive(&world, 7, 100..103).await;
    assert_eq!(partner.took(3).await, [(7, 100), (7, 101), (7, 102)]);
    // One vehicle's events are refused: those behind wait, and the other's do not.
    partner.mood.send_replace(Mood::Picky(7));
    let before = partner.sent.borrow().len();
    drive(&world, 7, 103..108).await;
    partner.refused(before).await;
    drive(&world, 8, 200..203).await;
    assert_eq!(partner.took(6).await[3..], [(8, 200), (8, 201), (8, 202)]);
    assert_eq!(
        partner.sent.borrow().iter().filter(|(_, number, _)| *number > 103 && *number < 200).count(),
        0
    );
    // Over a restart they wait on.
    let folder = world.stop().await;
    let node = common::open(folder.path(), config).await;
    let world = World::of(node, folder);
    base.lock().unwrap().clone_from(&world.base);
    drive(&world, 7, 108..110).await;
    partner.mood.send_replace(Mood::Well);
    clock.advance(Duration::from_secs(21));
    let all: Vec<i64> = partner
        .took(13)
        .await
        .into_iter()
        .filter(|(vehicle, _)| *vehicle == 7)
        .map(|(_, number)| number)
        .collect();
    assert!(all.iter().copied().eq(100..110), "{all:?}");
}

#[tokio::test]
async fn events_that_share_an_id_are_sent_under_ids_of_their_own() {
    let base = Arc::new(Mutex::new(String::new()));
    let partner = Partner::start(base.clone()).await;
    let world = World::with(config()).await;
    base.lock().unwrap().clone_from(&world.base);
    subscribe(&world, &partner.url).await;
    drive(&world, 7, 100..101).await;
    drive(&world, 8, 100..101).await;
    let gateway = world.person("gateway").await;
    let more = json!({"vehicleId": 7, "code": "0302", "sourceType": "j2012"});
    let sent = gateway.post("/v1/ingest", &json!([event(100, 30, "can_dtc", more)])).await;
    assert_eq!(value(sent).await["accepted"], 1);
    partner.took(3).await;
    assert_eq!(partner.ids.lock().unwrap().len(), 3);
}

/// Who has lost all keys, because one was stolen say, is sent nothing until there is another.
#[tokio::test]
async fn a_partner_without_a_key_is_sent_nothing_and_one_that_is_removed_has_no_webhook_any_more() {
    let base = Arc::new(Mutex::new(String::new()));
    let partner = Partner::start(base.clone()).await;
    let world = World::with(config()).await;
    base.lock().unwrap().clone_from(&world.base);
    let person = subscribe(&world, &partner.url).await;
    let listed = person.json("/v1/webhooks").await;
    assert_eq!(listed, json!({"items": [{"id": "w1", "url": partner.url, "types": ["can_dtc"]}]}));
    drive(&world, 7, 100..102).await;
    partner.took(2).await;
    let who = Who::new("demo", "service/partner");
    let revoked = who.clone();
    let revoke = move |edit: &mut dyn Edit| {
        // A service has no password.
        let known = account(edit, &revoked)?.unwrap();
        put_account(edit, &revoked, &Account { password: None, ..known })?;
        Ok(services::revoke(edit, &revoked, None)?)
    };
    world.node.commit(revoke).await.unwrap();
    drive(&world, 7, 102..104).await;
    tokio::time::sleep(Duration::from_secs(2)).await;
    assert_eq!(partner.sent.borrow().len(), 2);
    // What came meanwhile comes with the next key.
    let (another, key) = (who.clone(), NewKey::make("demo/partner", "https://platform.example").unwrap());
    let add = move |edit: &mut dyn Edit| Ok(services::add(edit, &another, Account::default(), key.public())?);
    world.node.commit(add).await.unwrap();
    assert_eq!(partner.took(4).await, [(7, 100), (7, 101), (7, 102), (7, 103)]);

    partner.mood.send_replace(Mood::Ill);
    drive(&world, 7, 104..106).await;
    partner.refused(4).await;
    world.node.commit(move |edit| Ok(accounts::remove(edit, &who)?)).await.unwrap();
    let left = |view: &dyn View| Ok([all(view, "hook")?.len(), all(view, "hook waits")?.len()]);
    assert_eq!(world.node.look(left).await.unwrap(), [0, 0]);
}

const LONGEST: TimeDelta = TimeDelta::days(3);

/// Waits until it is on disk that the only event that waits was tried so often, or that it was given up.
async fn noted(world: &World, tries: u64) {
    let is_noted = async || {
        let rows = |view: &dyn View| Ok((all(view, "hook waits")?, all(view, "hook failed")?));
        let (waits, failed) = world.node.look(rows).await.unwrap();
        let is_so =
            |(_, row): &(String, Vec<u8>)| serde_json::from_slice::<Value>(row).unwrap()["tries"] == tries;
        !failed.is_empty() || waits.iter().any(is_so)
    };
    let wait = async {
        while !is_noted().await {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(60), wait).await.expect("it is not noted");
}

#[tokio::test]
async fn what_nobody_takes_for_three_days_is_given_up_in_the_open() {
    let base = Arc::new(Mutex::new(String::new()));
    let partner = Partner::start(base.clone()).await;
    let config = config();
    let clock = config.clock.clone();
    let world = World::with(config).await;
    base.lock().unwrap().clone_from(&world.base);
    subscribe(&world, &partner.url).await;
    partner.mood.send_replace(Mood::Ill);
    drive(&world, 7, 100..101).await;
    partner.refused(0).await;
    let came = clock.now();
    let mut tries = 1;
    let failures = loop {
        noted(&world, tries).await;
        let person = world.person("partner").await;
        let failures = person.json("/v1/webhooks/w1/failures").await["items"].as_array().unwrap().clone();
        if !failures.is_empty() {
            break failures;
        }
        let wait = Duration::from_secs(if tries <= 3 { 20 } else { 120 << (tries - 4).min(10) });
        // The last one comes at the end of three days.
        let left = (came + LONGEST - clock.now()).to_std().unwrap_or_default();
        let wait = wait.min(left);
        let before = partner.sent.borrow().len();
        // Not before its time.
        let rest = wait.min(Duration::from_secs(15));
        clock.advance(wait.saturating_sub(rest));
        tokio::time::sleep(Duration::from_millis(1_300)).await;
        assert_eq!(partner.sent.borrow().len(), before, "try {tries} came early");
        clock.advance(rest + Duration::from_secs(1));
        partner.refused(before).await;
        tries += 1;
        assert!(tries < 30, "there is no end to it");
    };
    assert_eq!(failures[0]["tries"], tries);
    let id = partner.ids.lock().unwrap().keys().next().cloned().unwrap();
    assert_eq!((&failures[0]["vehicle"], &failures[0]["event"]), (&json!("demo/7"), &json!(id)));
    assert_eq!(partner.ids.lock().unwrap().len(), 1, "one event");
    let waited = clock.now() - came;
    assert!(waited >= LONGEST && waited < LONGEST + TimeDelta::minutes(1), "{waited}");
    let metrics = world.person("partner").await.get("/metrics").await.text().await.unwrap();
    assert!(metrics.contains("platform_webhooks_given_up_total 1"));
    // What comes later is delivered.
    partner.mood.send_replace(Mood::Well);
    drive(&world, 7, 101..102).await;
    assert_eq!(partner.took(1).await, [(7, 101)]);
}

#[tokio::test]
async fn what_has_waited_until_it_is_kept_no_longer_is_given_up_in_the_open_too() {
    let base = Arc::new(Mutex::new(String::new()));
    let partner = Partner::start(base.clone()).await;
    let config = config();
    let clock = config.clock.clone();
    let world = World::with(config.clone()).await;
    base.lock().unwrap().clone_from(&world.base);
    subscribe(&world, &partner.url).await;
    partner.mood.send_replace(Mood::Ill);
    drive(&world, 7, 100..103).await;
    partner.refused(0).await;
    let id = partner.ids.lock().unwrap().keys().next().cloned().unwrap();
    // Nothing is sent before it is no longer kept.
    let folder = world.stop().await;
    partner.mood.send_replace(Mood::Well);
    clock.advance(Duration::from_secs(32 * 86_400));
    let node = common::open(folder.path(), config).await;
    node.tidy().await.unwrap();
    let world = World::of(node, folder);
    base.lock().unwrap().clone_from(&world.base);
    let person = world.person("partner").await;
    let listed = async {
        loop {
            let failures = person.json("/v1/webhooks/w1/failures").await["items"].as_array().unwrap().clone();
            if failures.len() == 3 {
                return failures;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    };
    let listed = tokio::time::timeout(Duration::from_secs(60), listed).await.unwrap();
    let ids: std::collections::BTreeSet<&str> =
        listed.iter().map(|failure| failure["event"].as_str().unwrap()).collect();
    assert_eq!(ids.len(), 3);
    assert!(ids.contains(&*id), "{ids:?}, not {id}");
}

#[tokio::test]
async fn what_was_put_off_by_a_clock_that_was_ahead_is_tried_again_once_it_is_right() {
    let base = Arc::new(Mutex::new(String::new()));
    let partner = Partner::start(base.clone()).await;
    let ahead = config();
    ahead.clock.advance(Duration::from_secs(5 * 86_400));
    let world = World::with(ahead).await;
    base.lock().unwrap().clone_from(&world.base);
    subscribe(&world, &partner.url).await;
    partner.mood.send_replace(Mood::Ill);
    drive(&world, 7, 100..101).await;
    partner.refused(0).await;
    noted(&world, 1).await;
    let folder = world.stop().await;
    partner.mood.send_replace(Mood::Well);
    let world = World::of(common::open(folder.path(), config()).await, folder);
    base.lock().unwrap().clone_from(&world.base);
    assert_eq!(partner.took(1).await, [(7, 100)]);
}
