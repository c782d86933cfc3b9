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
    (late["base"], late["clock"]) = (json!(2), json!("000000000001-0000-00000000000000aa"));
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
