//! The real client and the real platform over a line that cuts, stalls, resets and slows, while the platform is killed and started
//! again: what was accepted is there once, feeds have no gap, and all is well one backoff after the line is: what is tried then succeeds,
//! and is tried within the longest wait.
//!
//! Twenty seconds of it, or as many as `CC_FAULTS_SECONDS` says; `CC_FAULTS_SEED` names another script. Each kind of fault comes in each
//! run.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::disallowed_methods,
    missing_docs,
    reason = "tests"
)]

mod common;
#[path = "faults/watched.rs"]
mod watched;

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::Path;
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
use watched::{Attempts, Lateness, Watched};

const EVENTS: &str = "vehicles/demo/7";
/// The longest wait of these clients between two tries.
const CAP: Duration = Duration::from_secs(2);
/// How long these clients wait for an answer. A stream that is silent they give up after 20 s, as the protocol says.
const SILENCE: Duration = Duration::from_secs(5);
/// How long a machine may take for what is sure to come.
const PATIENCE: Duration = Duration::from_secs(60);

fn number(name: &str, usual: u64) -> u64 {
    std::env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(usual)
}

/// Says how to see it again, wherever it fails.
struct Again(String);

impl Drop for Again {
    fn drop(&mut self) {
        if std::thread::panicking() {
            eprintln!("again with {}", self.0);
        }
    }
}

async fn phone(line: &Line, session: &str, store: &Path, seed: u64) -> (Client, Attempts) {
    let mut options = ReqwestOptions::default();
    (options.connect, options.answer) = (SILENCE, SILENCE);
    let transport = ReqwestTransport::new(&format!("http://{}", line.address), options).unwrap();
    let (transport, attempts) = Watched::over(transport);
    let store = SqliteStore::open(store, Durability::Process).unwrap();
    let change = move |config: &mut cc_client::engine::EngineConfig| {
        config.seed = seed;
        let backoff = Backoff { base: Duration::from_millis(200), cap: CAP };
        (config.feed.backoff, config.feed.silence, config.outbox.backoff) = (backoff, SILENCE, backoff);
        config.follow(EVENTS);
    };
    let client = Client::builder(transport, store).session(session).configure(change).start().await.unwrap();
    (client, attempts)
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

/// Writes a place of its own.
async fn put(client: &Client, written: &mut BTreeMap<String, WriteId>) {
    let key = format!("place-{}", written.len());
    let place = common::place(&key).to_string();
    let id = client.submit("places", &key, WriteKind::Put, &place).await.unwrap();
    written.insert(key, id);
}

type Phone<'a> = (&'static str, &'a Client, &'a Attempts);

/// Waits until all that the first has written is there, once, for both.
async fn all_is_there(phones: [Phone<'_>; 2], written: &BTreeMap<String, WriteId>) {
    let near = phones[0].1;
    near.flush(PATIENCE).await.unwrap();
    for (key, id) in written {
        let outcome = tokio::time::timeout(PATIENCE, near.outcome(*id)).await.unwrap().unwrap();
        assert!(matches!(outcome, SendOutcome::Applied | SendOutcome::Duplicate), "{key}: {outcome:?}");
    }
    for (name, client, _) in phones {
        let mut changed = client.changed();
        let all = async {
            for key in written.keys() {
                let item = loop {
                    match client.item("places", key).await.unwrap() {
                        Some(item) if !item.pending && item.version > 0 => break item,
                        _ => changed.changed().await.unwrap(),
                    }
                };
                assert_eq!(item.version, 1, "{name}: {key}");
            }
        };
        tokio::time::timeout(PATIENCE, all).await.unwrap_or_else(|_| panic!("{name}: items are missing"));
    }
}

/// Nothing that was begun after an instant has failed: so nobody waited more than once more. And nobody waited longer than they may.
fn nobody_waited_twice(phones: [Phone<'_>; 2], then: Instant, lateness: &Lateness) {
    for (name, _, attempts) in phones {
        let (waits, longest) = attempts.since(then).unwrap_or_else(|failed| panic!("{name}: {failed}"));
        println!("{name}: {waits} waits after all was back, the longest of {longest:.1?}");
        let most = CAP + lateness.most();
        assert!(longest <= most, "{name}: a wait of {longest:?}, and {most:?} at most are right");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_lost_or_doubled_however_bad_the_line_is() {
    let (seconds, seed) = (number("CC_FAULTS_SECONDS", 20), number("CC_FAULTS_SEED", 2));
    let _again = Again(format!(
        "CC_FAULTS_SEED={seed} CC_FAULTS_SECONDS={seconds} cargo test -p platform --test faults"
    ));
    let lateness = watched::lateness();
    let mut dice = Dice(seed);
    let folder = tempfile::tempdir().unwrap();
    let (port, data) = (port(), folder.path().join("platform"));
    let upstream = SocketAddr::from(([127, 0, 0, 1], port));
    let base = format!("http://{upstream}");
    let mut platform = Process::start(&data, port);
    ready(&base).await;
    let line = Line::to(upstream, seed).await;
    let (near, near_attempts) =
        phone(&line, &sign_in(&base, "anna").await, &folder.path().join("phone.db"), seed).await;
    let (far, far_attempts) =
        phone(&line, &sign_in(&base, "anna").await, &folder.path().join("tablet.db"), seed + 1).await;
    let (near_heard, far_heard) = (hear(&near), hear(&far));
    let until = Instant::now() + Duration::from_secs(seconds);
    let driving = tokio::spawn(drive(person(&base, "gateway").await, until));

    let mut written: BTreeMap<String, WriteId> = BTreeMap::new();
    let (mut kills, mut rounds) = (0, 0);
    // However few rounds there is time for, the platform was killed in one, and each fault befell somebody.
    while Instant::now() < until || kills == 0 || line.befell().contains(&0) {
        assert!(Instant::now() < until + PATIENCE, "the line was too kind: {:?}", line.befell());
        rounds += 1;
        line.turns([Weather::Storm, Weather::Storm, Weather::Storm, Weather::Dead][dice.below(4) as usize]);
        for _ in 0..5 {
            put(&near, &mut written).await;
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
    let phones = [("near", &near, &near_attempts), ("far", &far, &far_attempts)];
    all_is_there(phones, &written).await;
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
        tokio::time::timeout(PATIENCE, all).await.expect("events are missing").unwrap();
        // Each once, in order, without a gap.
        let odd = odd(&heard.borrow());
        assert!(
            odd.is_empty() && heard.borrow().len() as i64 == events,
            "seed {seed}: of {events} events {odd:?}"
        );
    }
    let recovered = line_is_back.elapsed();
    nobody_waited_twice(phones, line_is_back, &lateness);

    // The platform is away until both wait for as long as they ever do.
    platform.kill();
    for (name, _, attempts) in phones {
        let given_up = Instant::now() + PATIENCE;
        while attempts.failed_in_a_row("/v1/feeds/me") < 6 {
            assert!(Instant::now() < given_up, "{name} has stopped trying");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }
    put(&near, &mut written).await;
    let _platform = Process::start(&data, port);
    ready(&base).await;
    let platform_is_back = Instant::now();
    all_is_there(phones, &written).await;
    nobody_waited_twice(phones, platform_is_back, &lateness);

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

    println!(
        "seed {seed}: {rounds} rounds, {} writes, {events} events, {kills} kills; cut, reset, stalled, slowed: {:?}; all of it {recovered:.1?} after the line was back",
        written.len(),
        line.befell()
    );
}
