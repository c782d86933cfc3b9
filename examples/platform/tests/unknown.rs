//! What the platform does not know: it is ignored, kept or refused as `docs/protocol` says, and the document lists what is known.
#![allow(clippy::unwrap_used, clippy::expect_used, missing_docs, reason = "tests")]

mod common;

use std::collections::{BTreeMap, BTreeSet};

use common::{Person, World, change, event, place, value};
use platform::routes::run::OPENAPI;
use reqwest::Method;
use serde_json::{Value, json};

/// The query parameters of each path and method of the document, by its indentation.
fn documented() -> BTreeMap<(String, String), BTreeSet<String>> {
    let (mut found, mut path, mut method) = (BTreeMap::new(), "", "");
    let lines = OPENAPI.lines().skip_while(|line| *line != "paths:");
    for line in lines.take_while(|line| *line != "components:") {
        let (depth, text) = (line.len() - line.trim_start().len(), line.trim_start());
        match (depth, text.split_once(':')) {
            (2, Some((name, _))) => path = name,
            (4, Some((name, _))) => {
                method = name;
                found.insert((path.to_owned(), method.to_owned()), BTreeSet::new());
            }
            _ => {}
        }
        if let Some((name, rest)) = text.strip_prefix("- {name: ").and_then(|text| text.split_once(','))
            && rest.trim_start().starts_with("in: query")
        {
            let known = found.get_mut(&(path.to_owned(), method.to_owned())).unwrap();
            known.insert(name.to_owned());
        }
    }
    found
}

#[tokio::test]
async fn every_parameter_that_is_known_is_documented_and_no_other() {
    let world = World::start().await;
    let people = [world.person("anna").await, world.person("partner").await, world.person("support").await];
    let mut count = 0;
    for ((pattern, method), known) in documented() {
        if pattern.starts_with("/v1/feeds/") || pattern.starts_with("/v1/streams/") {
            let all = if method == "get" { &["close", "cursor", "live", "offset"][..] } else { &[] };
            assert!(known.iter().eq(all), "{method} {pattern}: {known:?}");
            continue;
        }
        let path = pattern
            .replace("{collection}/{key}", "places/x")
            .replace("{collection}", "messages")
            .replace("{organization}/{number}", "demo/7")
            .replace("{level}", "global")
            .replace("{id}", "w1");
        let mut told = Vec::new();
        for person in &people {
            let method = Method::from_bytes(method.to_uppercase().as_bytes()).unwrap();
            let request =
                person.ask(method, &format!("{path}?zz=1")).header("content-type", "application/json");
            let answer = value(request.body("{}").send().await.unwrap()).await;
            if answer["code"] == "unknown_parameter" {
                told.push(answer["detail"].as_str().unwrap().to_owned());
            }
        }
        told.dedup();
        let [told] = &told[..] else { panic!("{method} {pattern}: {told:?}") };
        let told: BTreeSet<String> = told
            .trim_start_matches("known: ")
            .split(", ")
            .filter(|name| *name != "none")
            .map(str::to_owned)
            .collect();
        assert_eq!(told, known, "{method} {pattern}");
        count += 1;
    }
    assert!(count > 20, "{count}");
}

async fn shown(person: &Person, path: &str) -> Value {
    person.json(&format!("/v1/collections/{path}")).await["value"].clone()
}

#[tokio::test]
async fn members_that_are_not_known_are_kept_where_an_entity_is_its_writers_and_ignored_elsewhere() {
    let world = World::start().await;
    let anna = world.person("anna").await;
    let with = |mut body: Value| {
        body["xNew"] = json!({"a": [1, null]});
        body
    };
    // In a change, and around it.
    let mut odd = with(change("places", "p1", "put", with(place("Pier"))));
    odd["xNew"] = json!(1);
    let answer = anna.post("/v1/changes", &json!({"changes": [odd], "xNew": 1})).await;
    assert_eq!(value(answer).await["results"][0]["outcome"], "applied");
    // Kept.
    anna.write("settings", "s1", "put", json!({"xNew": {"a": [1, null]}})).await;
    let trip = json!({"organizationKey": "demo", "vehicleId": 7, "startedAt": "2026-05-01T10:00:00Z"});
    anna.write("trips", "t1", "put", with(trip)).await;
    anna.write("conversations", "c1", "put", with(json!({"vehicleId": 7, "workshopId": 9}))).await;
    anna.write("messages", "m1", "put", with(json!({"conversationId": "c1", "text": "a"}))).await;
    for path in ["places/p1", "settings/s1", "trips/t1", "messages/m1"] {
        assert_eq!(shown(&anna, path).await["xNew"], json!({"a": [1, null]}), "{path}");
    }
    // Ignored.
    let booking = json!({"vehicleId": 7, "workshopId": 9, "appointmentDate": "2099-05-04T07:30:00Z"});
    let made = anna.write("bookings", "b1", "put", with(booking)).await;
    let mut cancel = change("bookings", "b1", "act", with(json!({"action": "cancel"})));
    cancel["base"] = made["version"].clone();
    assert_eq!(anna.change(&[cancel]).await[0]["outcome"], "applied");
    anna.write("shares", "h1", "put", with(json!({"subject": "place/p1", "recipient": "user/2"}))).await;
    for path in ["conversations/c1", "bookings/b1", "shares/h1"] {
        assert!(shown(&anna, path).await["xNew"].is_null(), "{path}");
    }
    // A trip that is there takes only what may still be said of it.
    let patched = anna.change(&[change("trips", "t1", "patch", json!({"yNew": 1}))]).await.remove(0);
    assert_eq!(patched["problem"]["code"], "invalid_entity");
    // A member that stands there twice.
    let twice = r#"{"changes": [{"id": "1", "id": "2"}]}"#;
    let request = anna.ask(Method::POST, "/v1/changes").header("content-type", "application/json");
    assert_eq!(request.body(twice).send().await.unwrap().status(), 400);

    // Names.
    for (collection, kind, body, code) in [
        ("xnew", "put", json!({}), "not_found"),
        ("places", "xnew", json!({}), "malformed"),
        ("shares", "act", json!({"action": "xnew"}), "not_found"),
    ] {
        let refused = anna.change(&[change(collection, "k", kind, body)]).await.remove(0);
        assert_eq!(refused["problem"]["code"], code, "{collection} {kind}");
    }
    let mut odd = change("shares", "h1", "act", json!({"action": "xnew"}));
    odd["base"] = json!(1);
    assert_eq!(anna.change(&[odd]).await[0]["problem"]["code"], "invalid_entity");

    // Events of types and with members that nobody has heard of.
    let gateway = world.person("gateway").await;
    let odd = event(1, 5, "x_new", json!({"xNew": {"a": [1, null]}}));
    assert_eq!(value(gateway.post("/v1/ingest", &json!([odd])).await).await["accepted"], 1);
    let events = anna.json("/v1/vehicles/demo/7/events?type=x_new").await;
    assert_eq!(events["events"][0]["xNew"], json!({"a": [1, null]}));

    // Bodies of other requests, and one where none is taken.
    let partner = world.person("partner").await;
    let hook = json!({"url": "https://partner.example/hook", "types": ["x_new"], "xNew": 1});
    assert_eq!(partner.send(Method::PUT, "/v1/webhooks/w1", &hook).await.status(), 201);
    let request = anna.client.post(format!("{}/v1/auth/token", anna.base)).bearer_auth(&anna.session);
    assert_eq!(request.body("anything").send().await.unwrap().status(), 200);
    let request = anna.ask(Method::GET, "/v1/collections/places").header("x-new", "1");
    assert_eq!(request.send().await.unwrap().status(), 200);
}
