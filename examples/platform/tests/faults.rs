//! The real client and the real platform over a line that cuts, stalls, resets and slows, while the platform is killed and started
//! again: what was accepted is there once, feeds have no gap, and all is well one backoff after the line is.
//!
//! Twenty seconds of it, or as many as `CC_FAULTS_SECONDS` says; `CC_FAULTS_SEED` names another script.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::disallowed_methods,
    missing_docs,
    reason = "tests"
)]

mod common;

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::atomic::Ordering::Relaxed;
use std::time::{Duration, Instant};

use cc_client::decide::{Backoff, SendOutcome};
use cc_client::store::{Durability, SqliteStore};
use cc_client::testing::Dice;
use cc_client::transport::{ReqwestOptions, ReqwestTransport};
use cc_client::{Client, WriteId, WriteKind};
use common::line::{Line, Weather};
use common::process::{Process, port, ready};
use common::{Person, event, sign_in, token};
use serde_json::json;

const EVENTS: &str = "vehicles/demo/7";
/// The longest wait of these clients between two tries.
const CAP: Duration = Duration::from_secs(2);
/// How long these clients wait for an answer. A stream that is silent they give up after 20 s, as the protocol says.
const SILENCE: Duration = Duration::from_secs(5);

fn number(name: &str, usual: u64) -> u64 {
    std::env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(usual)
}

async fn phone(line: &Line, session: &str, store: &Path, seed: u64) -> Client {
    let mut options = ReqwestOptions::default();
    (options.connect, options.answer) = (SILENCE, SILENCE);
    let transport = ReqwestTransport::new(&format!("http://{}", line.address), options).unwrap();
    let store = SqliteStore::open(store, Durability::Process).unwrap();
    let change = move |config: &mut cc_client::engine::EngineConfig| {
        config.seed = seed;
        let backoff = Backoff { base: Duration::from_millis(200), cap: CAP };
        (config.feed.backoff, config.feed.silence, config.outbox.backoff) = (backoff, SILENCE, backoff);
        config.follow(EVENTS);
    };
    Client::builder(transport, store).session(session).configure(change).start().await.unwrap()
}

/// Numbers of the events that a client is given, in the order in which it is.
fn hear(client: &Client) -> tokio::sync::watch::Receiver<Vec<i64>> {
    let (told, heard) = tokio::sync::watch::channel(Vec::new());
    let mut feed = client.read(EVENTS).unwrap();
    tokio::spawn(async move {
        while let Some(delivery) = feed.recv().await {
            let numbers = delivery.messages.iter().map(|message| {
                let event: serde_json::Value = serde_json::from_str(message).unwrap();
                event["id"].as_i64().unwrap()
            });
            told.send_modify(|all| all.extend(numbers));
            delivery.taken();
        }
    });
    heard
}

/// A car box that sends an event at a time, each until it is on disk.
async fn drive(person: Person, until: Instant) -> i64 {
    let mut count = 0;
    while Instant::now() < until {
        let body = json!([event(count, 1, "car_odometer", json!({"value": count}))]).to_string();
        let send = || {
            person
                .ask(reqwest::Method::POST, "/v1/ingest")
                .timeout(SILENCE)
                .header("content-type", "application/json")
                .header("producer-id", "box")
                .header("producer-epoch", "1")
                .header("producer-seq", count.to_string())
                .body(body.clone())
                .send()
        };
        // The same bytes under the same number until they are accepted, whatever the hour.
        while !send().await.is_ok_and(|answer| matches!(answer.status().as_u16(), 200 | 204)) {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        count += 1;
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    count
}

async fn person(base: &str, name: &str) -> Person {
    let session = sign_in(base, name).await;
    let token = token(base, &session).await;
    Person { base: base.to_owned(), session, token, client: common::client() }
}

/// What is twice, out of order or missing among numbers.
fn odd(numbers: &[i64]) -> Vec<(usize, i64)> {
    let mut expected = 0;
    let mut odd = Vec::new();
    for (at, number) in numbers.iter().enumerate() {
        if *number != expected {
            odd.push((at, *number));
        }
        expected = number + 1;
    }
    odd
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_lost_or_doubled_however_bad_the_line_is() {
    let (seconds, seed) = (number("CC_FAULTS_SECONDS", 20), number("CC_FAULTS_SEED", 2));
    let mut dice = Dice(seed);
    let folder = tempfile::tempdir().unwrap();
    let (port, data) = (port(), folder.path().join("platform"));
    let upstream = SocketAddr::from(([127, 0, 0, 1], port));
    let base = format!("http://{upstream}");
    let mut platform = Process::start(&data, port);
    ready(&base).await;
    let line = Line::to(upstream, seed).await;
    let near = phone(&line, &sign_in(&base, "anna").await, &folder.path().join("phone.db"), seed).await;
    let far = phone(&line, &sign_in(&base, "anna").await, &folder.path().join("tablet.db"), seed + 1).await;
    let (near_heard, far_heard) = (hear(&near), hear(&far));
    let until = Instant::now() + Duration::from_secs(seconds);
    let driving = tokio::spawn(drive(person(&base, "gateway").await, until));

    let mut written: BTreeMap<String, WriteId> = BTreeMap::new();
    let (mut kills, mut rounds) = (0, 0);
    // However few rounds there is time for, the platform was killed in one.
    while Instant::now() < until || kills == 0 {
        rounds += 1;
        line.turns([Weather::Storm, Weather::Storm, Weather::Storm, Weather::Dead][dice.below(4) as usize]);
        for _ in 0..5 {
            let key = format!("place-{}", written.len());
            let id =
                near.submit("places", &key, WriteKind::Put, &common::place(&key).to_string()).await.unwrap();
            written.insert(key, id);
            tokio::time::sleep(Duration::from_millis(20 + dice.below(60))).await;
        }
        if dice.one_in(4) {
            platform.kill();
            kills += 1;
            tokio::time::sleep(Duration::from_millis(dice.below(800))).await;
            platform = Process::start(&data, port);
        }
        tokio::time::sleep(Duration::from_millis(dice.below(400))).await;
    }
    let events = driving.await.unwrap();
    ready(&base).await;
    line.turns(Weather::Fair);
    let line_is_back = Instant::now();

    // Both have everything once they have waited for the last time.
    let patience = Duration::from_secs(60);
    near.flush(patience).await.unwrap();
    let sent = line_is_back.elapsed();
    for (key, id) in &written {
        let outcome = tokio::time::timeout(patience, near.outcome(*id)).await.unwrap().unwrap();
        assert!(matches!(outcome, SendOutcome::Applied | SendOutcome::Duplicate), "{key}: {outcome:?}");
    }
    for client in [&near, &far] {
        let mut changed = client.changed();
        let all = async {
            for key in written.keys() {
                while client
                    .item("places", key)
                    .await
                    .unwrap()
                    .is_none_or(|item| item.pending || item.version == 0)
                {
                    changed.changed().await.unwrap();
                }
                assert_eq!(client.item("places", key).await.unwrap().unwrap().version, 1, "{key}");
            }
        };
        tokio::time::timeout(patience, all).await.expect("items are missing");
    }
    let anna = person(&base, "anna").await;
    let kept: Vec<i64> = anna
        .json(&format!("/v1/feeds/{EVENTS}?offset=-1"))
        .await
        .as_array()
        .unwrap()
        .iter()
        .map(|event| event["id"].as_i64().unwrap())
        .collect();
    assert!(
        odd(&kept).is_empty() && kept.len() as i64 == events,
        "seed {seed}: kept of {events} events {:?}",
        odd(&kept)
    );
    for mut heard in [near_heard, far_heard] {
        let all = heard.wait_for(|numbers| numbers.len() as i64 >= events);
        tokio::time::timeout(patience, all).await.expect("events are missing").unwrap();
        // Each once, in order, without a gap.
        let odd = odd(&heard.borrow());
        assert!(
            odd.is_empty() && heard.borrow().len() as i64 == events,
            "seed {seed}: of {events} events {odd:?}"
        );
    }
    let recovered = line_is_back.elapsed();
    // What the platform has is what was written, once each.
    let mut told: BTreeMap<String, u64> = BTreeMap::new();
    for record in anna.feed().await.iter().filter(|record| record["collection"] == "places") {
        *told.entry(record["key"].as_str().unwrap().to_owned()).or_default() +=
            record["version"].as_u64().unwrap();
    }
    assert!(told.values().all(|versions| *versions == 1), "a write was done twice");
    assert!(told.keys().eq(written.keys()), "{} of {} writes", told.len(), written.len());
    near.shutdown().await.unwrap();
    far.shutdown().await.unwrap();

    let befell: Vec<u64> = line.befell.iter().map(|count| count.load(Relaxed)).collect();
    println!(
        "seed {seed}: {rounds} rounds, {} writes, {events} events, {kills} kills; cut, reset, stalled, slowed: {befell:?}; sent {sent:.1?}, all of it {recovered:.1?} after the line was back",
        written.len()
    );
    assert!(befell.iter().sum::<u64>() > 0 && kills > 0, "the line was too kind to prove anything");
    // One wait; the rest is for machines that do more than this.
    let most = CAP + Duration::from_secs(number("CC_FAULTS_SLACK", 10));
    assert!(recovered < most, "seed {seed}: {recovered:?} after the line was back");
}
