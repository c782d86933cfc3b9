//! A version never comes twice: what is made again goes on counting, also after everything about it was forgotten.
#![allow(clippy::unwrap_used, clippy::expect_used, missing_docs, reason = "tests")]

mod common;

use std::time::Duration;

use cc_client::store::MemoryStore;
use cc_client::transport::{ReqwestOptions, ReqwestTransport};
use cc_client::{Client, WriteKind, decide::SendOutcome};
use common::{World, change, place, sign_in};
use reqwest::Method;
use serde_json::{Value, json};

const DAY: Duration = Duration::from_secs(86_400);

fn trip() -> Value {
    json!({"organizationKey": "demo", "vehicleId": 7, "startedAt": "2026-05-01T08:00:00Z"})
}

#[tokio::test]
async fn what_is_made_again_goes_on_counting() {
    let config = common::config();
    let clock = config.clock.clone();
    let world = World::with(config).await;
    let rows = [
        ("trips", trip(), json!({"comment": "x"})),
        ("places", place("Pier"), json!({"name": "x"})),
        ("settings", json!({"unit": "km"}), json!({"unit": "mi"})),
    ];
    for round in 0..3_u64 {
        let anna = world.person("anna").await;
        for (collection, whole, patch) in &rows {
            let mut version = round * 3;
            for (kind, body) in [("put", whole), ("patch", patch), ("delete", &json!({}))] {
                let mut write = change(collection, "k1", kind, body.clone());
                write["base"] = json!(version);
                let done = anna.change(&[write]).await.remove(0);
                version += 1;
                assert_eq!(
                    (&done["outcome"], &done["version"]),
                    (&json!("applied"), &json!(version)),
                    "{collection} {kind}"
                );
            }
        }
        if round == 1 {
            // Nothing is known of them any more.
            clock.advance(DAY * 91);
            world.node.tidy().await.unwrap();
        }
    }
}

#[tokio::test]
async fn what_a_client_has_of_before_is_not_taken_for_what_is_there() {
    let world = World::start().await;
    let anna = world.person("anna").await;
    anna.write("trips", "t1", "put", trip()).await;
    let path = "/v1/collections/trips/t1";
    let tag = anna.get(path).await.headers()["etag"].clone();
    anna.write("trips", "t1", "delete", json!({})).await;
    let mut other = trip();
    other["comment"] = json!("another one");
    anna.write("trips", "t1", "put", other).await;
    let answer = anna.ask(Method::GET, path).header("if-none-match", &tag).send().await.unwrap();
    assert_eq!(answer.status(), 200);
    let now = answer.headers()["etag"].to_str().unwrap();
    for (tags, status) in
        [("*", 304), (&format!("W/{now}"), 304), (&format!("\"x\", {now}"), 304), ("\"x\"", 200)]
    {
        let answer = anna.ask(Method::GET, path).header("if-none-match", tags).send().await.unwrap();
        assert_eq!(answer.status(), status, "{tags}");
    }
    // The words of it are as new as it is: who saw the one of before does not write over them by a lower clock.
    let mut late = change("trips", "t1", "patch", json!({"comment": "old"}));
    (late["base"], late["clock"]) = (json!(2), json!("000000000001-0000-00000000000000bb"));
    anna.change(&[late]).await;
    assert_eq!(anna.json(path).await["value"]["comment"], "another one");
}

#[tokio::test(flavor = "multi_thread")]
async fn every_client_sees_what_was_made_again() {
    let world = World::start().await;
    let session = sign_in(&world.base, "anna").await;
    let mut phones = Vec::new();
    for _ in 0..2 {
        let transport = ReqwestTransport::new(&world.base, ReqwestOptions::default()).unwrap();
        phones.push(Client::builder(transport, MemoryStore::new()).session(&session).start().await.unwrap());
    }
    let trip = trip().to_string();
    let steps =
        [(WriteKind::Put, trip.as_str()), (WriteKind::Patch, r#"{"comment":"x"}"#), (WriteKind::Delete, "")];
    for (kind, body) in steps.into_iter().chain([(WriteKind::Put, trip.as_str())]) {
        let id = phones[0].submit("trips", "t1", kind, body).await.unwrap();
        let outcome = tokio::time::timeout(Duration::from_secs(20), phones[0].outcome(id)).await;
        assert_eq!(outcome.unwrap().unwrap(), SendOutcome::Applied, "{kind:?}");
    }
    for phone in &phones {
        let seen = async {
            while phone.item("trips", "t1").await.unwrap().is_none_or(|item| item.version != 4) {
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        };
        tokio::time::timeout(Duration::from_secs(10), seen).await.expect("the trip is seen");
    }
}

/// A change at an instant of its writer's clock, who has seen nothing and writes this once.
fn at(collection: &str, key: &str, millis: u64, kind: &str, body: Value) -> Value {
    let mut change = change(collection, key, kind, body);
    change["clock"] = json!(format!("{millis:012x}-0000-{millis:016x}"));
    change
}

/// A stamp that was written over something later has grown; those that the same device has given meanwhile have not.
#[tokio::test]
async fn of_what_one_device_writes_the_last_counts_also_where_its_clock_is_behind() {
    let world = World::start().await;
    let anna = world.person("anna").await;
    let now = 1_777_000_000_000;
    let behind = |key: &str, count: u64, kind: &str, body: Value| {
        let mut change = change("settings", key, kind, body);
        change["clock"] = json!(format!("{:012x}-{count:04x}-{:016x}", now - 3_600_000, 7));
        change["base"] = json!(1);
        change
    };
    for (key, kind) in [("patched", "patch"), ("put", "put")] {
        let put = at("settings", key, now, "put", json!({"v": 0, "w": 0}));
        assert_eq!(anna.change(&[put]).await[0]["version"], 1);
        // The first by itself, and two with one request.
        for counts in [1..=1, 2..=3] {
            let changes: Vec<Value> =
                counts.map(|count| behind(key, count, kind, json!({"v": count}))).collect();
            let done = anna.change(&changes).await;
            assert!(done.iter().all(|done| done["outcome"] == "applied"), "{done:?}");
        }
        let value = anna.json(&format!("/v1/collections/settings/{key}")).await["value"].clone();
        assert_eq!(value["v"], 3, "{key}");
        // Another device that has seen nothing, and whose clock is behind as well, is earlier than that.
        let stranger = at("settings", key, now - 1_000, "patch", json!({"v": 9}));
        assert_eq!(anna.change(&[stranger]).await[0]["outcome"], "applied");
        assert_eq!(anna.json(&format!("/v1/collections/settings/{key}")).await["value"]["v"], 3, "{key}");
    }
}

#[tokio::test]
async fn whoever_has_a_network_first_the_later_word_counts() {
    let world = World::start().await;
    let anna = world.person("anna").await;
    let now = 1_777_000_000_000;
    // Each way in which these can come, of each collection.
    let old = |collection: &str| if collection == "places" { place("old") } else { json!({"a": 1}) };
    for (collection, older) in [
        ("settings", json!({"a": 2, "b": 2})),
        ("places", {
            let mut more = place("older");
            more["note"] = json!("x");
            more
        }),
    ] {
        for (key, order) in
            [("first", [0, 1, 2]), ("second", [0, 2, 1]), ("third", [2, 1, 0]), ("fourth", [1, 0, 2])]
        {
            let writes = [
                at(collection, key, now, "put", old(collection)),
                at(collection, key, now + 30, "put", older.clone()),
                at(collection, key, now + 60, "delete", json!(null)),
            ];
            for one in order {
                let done = anna.change(&writes[one..=one]).await;
                assert_eq!(done[0]["outcome"], "applied", "{collection} {order:?} {one}");
            }
            let path = format!("/v1/collections/{collection}/{key}");
            let there = anna.get(&path).await.status();
            // Where the deletion came first there was nothing yet to delete.
            let is_there = key == "third";
            assert_eq!(there, if is_there { 200 } else { 404 }, "{path}");
        }
    }
}

#[tokio::test]
async fn settings_come_out_alike_in_whichever_order_they_come() {
    let world = World::start().await;
    let anna = world.person("anna").await;
    let mut random = 11_u64;
    let mut next = |below: u64| {
        random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (random >> 33) % below
    };
    for round in 0..300 {
        let mut said = Vec::new();
        for write in 0..6 {
            let mut body = json!({});
            for name in ["a", "b", "c"] {
                if next(2) == 0 {
                    body[name] = if next(4) == 0 { json!(null) } else { json!(write) };
                }
            }
            let (kind, body) = match next(4) {
                0 => ("delete", json!(null)),
                1 => ("patch", body),
                _ => ("put", body),
            };
            said.push((1_777_000_000_000 + write * 10, kind, body));
        }
        let mut shuffled = said.clone();
        for index in (1..shuffled.len()).rev() {
            shuffled.swap(index, next(index as u64 + 1) as usize);
        }
        let mut ends = Vec::new();
        for (which, order) in [&said, &shuffled].into_iter().enumerate() {
            let key = format!("r{round}-{which}");
            let begun = at("settings", &key, 1_776_000_000_000, "put", json!({}));
            let changes =
                order.iter().map(|(millis, kind, body)| at("settings", &key, *millis, kind, body.clone()));
            let all: Vec<Value> = std::iter::once(begun).chain(changes).collect();
            assert!(anna.change(&all).await.iter().all(|done| done["outcome"] == "applied"));
            let answer = anna.get(&format!("/v1/collections/settings/{key}")).await;
            let value = if answer.status() == 404 {
                json!(null)
            } else {
                common::value(answer).await["value"].clone()
            };
            // Settings in which nothing is said are as good as none.
            ends.push(if value == json!({}) { json!(null) } else { value });
        }
        assert_eq!(ends[0], ends[1], "{round}: {said:?}, {shuffled:?}");
    }
}
