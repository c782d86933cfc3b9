//! Every endpoint with every role: nobody reads what is another's. `neighbours.rs` does the same with two organizations.
#![allow(clippy::unwrap_used, clippy::expect_used, missing_docs, reason = "tests")]

mod common;

use common::{Person, World, change, event, place, value};
use platform::routes::ROUTES;
use reqwest::Method;
use serde_json::json;

const NAMES: [&str; 7] = ["anna", "bo", "fleet", "workshop", "support", "partner", "gateway"];

/// Anna has one of everything, with a word in it that only she should read.
async fn world() -> (World, Vec<Person>) {
    let world = World::start().await;
    let mut people = Vec::new();
    for name in NAMES {
        people.push(world.person(name).await);
    }
    let anna = &people[0];
    anna.write("places", "p1", "put", place("CANARY pier")).await;
    anna.write("settings", "units", "put", json!({"distance": "CANARY"})).await;
    let trip = json!({"organizationKey": "demo", "vehicleId": 7, "startedAt": "2026-05-01T08:00:00Z", "comment": "CANARY"});
    anna.write("trips", "t1", "put", trip).await;
    anna.write("conversations", "c1", "put", json!({"vehicleId": 7, "workshopId": 8})).await;
    anna.write("messages", "m1", "put", json!({"conversationId": "c1", "text": "CANARY rattles"})).await;
    let booking = json!({"vehicleId": 7, "workshopId": 8, "appointmentDate": "2099-05-04T07:30:00Z"});
    anna.write("bookings", "b1", "put", booking).await;
    anna.write("shares", "s1", "put", json!({"subject": "place/p1", "recipient": "organization/elsewhere"}))
        .await;
    let position = event(1, 9, "gps_position", json!({"latitude": 0.111_111, "longitude": -150.111_111}));
    people[6].post("/v1/ingest", &json!([position])).await;
    let stream = anna.ask(Method::PUT, "/v1/streams/user/1/diary").header("content-type", "text/plain");
    assert_eq!(stream.body("CANARY").send().await.unwrap().status(), 201);
    (world, people)
}

/// Every path of the protocol that can be read, about what is Anna's.
const READS: &[&str] = &[
    "/v1/collections/bookings",
    "/v1/collections/bookings/b1",
    "/v1/collections/conversations",
    "/v1/collections/conversations/c1",
    "/v1/collections/messages",
    "/v1/collections/messages/m1",
    "/v1/collections/places",
    "/v1/collections/places/p1",
    "/v1/collections/recommendations",
    "/v1/collections/recommendations/demo/7/x",
    "/v1/collections/settings",
    "/v1/collections/settings/units",
    "/v1/collections/shares",
    "/v1/collections/shares/s1",
    "/v1/collections/trips",
    "/v1/collections/trips/t1",
    "/v1/collections/vehicles",
    "/v1/collections/vehicles/demo/7",
    "/v1/config?vehicle=demo/7",
    "/v1/feeds/me?offset=-1",
    "/v1/feeds/organizations/demo?offset=-1",
    "/v1/feeds/vehicles/demo/7?offset=-1",
    "/v1/ingest/quarantine",
    "/v1/streams/user/1/diary",
    "/v1/vehicles/demo/7/events",
    "/v1/webhooks",
    "/v1/webhooks/w1",
    "/v1/webhooks/w1/failures",
];

#[tokio::test]
async fn each_role_reads_what_the_table_says_and_nothing_else() {
    let (_world, people) = world().await;
    // What holds nothing of Anna's reads as an empty list; the rest is not there.
    let allowed = |name: &str, path: &str| match (name, path) {
        ("anna", path) => {
            !path.contains("quarantine")
                && !path.contains("webhooks")
                && !path.contains("organizations")
                && !path.contains("recommendations/")
        }
        ("support", path) => {
            ["bookings/b1", "conversations/c1", "messages/m1", "vehicles/demo/7", "quarantine", "config"]
                .iter()
                .any(|part| path.contains(part) && !path.contains("feeds") && !path.contains("events"))
        }
        ("partner", path) => path.contains("organizations") || path.ends_with("webhooks"),
        _ => false,
    };
    for (name, person) in NAMES.iter().zip(&people) {
        for path in READS {
            let answer = person.get(path).await;
            let status = answer.status().as_u16();
            let is_list = !path.contains('/')
                || matches!(path.matches('/').count(), 3) && path.contains("collections")
                || path.contains("feeds/me");
            let expected = if is_list || allowed(name, path) { 200 } else { 404 };
            assert_eq!(status, expected, "{name} {path}");
            let body = answer.text().await.unwrap();
            let may_read = *name == "anna"
                || *name == "support"
                    && (path.contains("messages")
                        || path.contains("conversations")
                        || path.contains("feeds/me"));
            if !may_read {
                assert!(!body.contains("CANARY"), "{name} {path}");
            }
            if *name != "anna" {
                assert!(!body.contains("111111"), "{name} {path}");
            }
        }
    }
}

#[tokio::test]
async fn nobody_changes_what_is_anothers() {
    let (_world, people) = world().await;
    for (name, person) in NAMES.iter().zip(&people).skip(1) {
        for (collection, key) in [
            ("bookings", "b1"),
            ("conversations", "c1"),
            ("places", "p1"),
            ("shares", "s1"),
            ("trips", "t1"),
            ("vehicles", "demo/7"),
        ] {
            for (kind, body) in [
                ("put", json!({"name": "stolen"})),
                ("patch", json!({"name": "stolen"})),
                ("delete", json!(null)),
                ("act", json!({"action": "cancel"})),
            ] {
                let results = person.change(&[change(collection, key, kind, body)]).await;
                let result = &results[0];
                assert_ne!(result["outcome"], "applied", "{name} {collection} {kind}");
                assert!(
                    *name == "support" || result["outcome"] == "rejected",
                    "{name} {collection} {kind}: {result}"
                );
            }
        }
        // Settings have a name of their own for each person.
        let results = person.change(&[change("settings", "units", "put", json!({"distance": "km"}))]).await;
        assert!(!results[0].to_string().contains("CANARY"));
        assert_eq!(
            person.ask(Method::DELETE, "/v1/streams/user/1/diary").send().await.unwrap().status(),
            404
        );
    }
    let mine = people[0].json("/v1/collections/settings/units").await;
    assert_eq!(mine["value"]["distance"], "CANARY");
    for (name, person) in [("bo", &people[1]), ("fleet", &people[2]), ("workshop", &people[3])] {
        let answer =
            person.post("/v1/ingest", &json!([event(9, 9, "car_ignition", json!({"value": true}))])).await;
        let refused = answer.status() == 404 || value(answer).await["refused"][0]["code"] == "not_found";
        assert!(refused, "{name}");
    }
}

#[tokio::test]
async fn nothing_but_the_open_endpoints_answers_without_a_token() {
    let world = World::start().await;
    let open = ["/.well-known/jwks.json", "/healthz", "/metrics", "/openapi.yaml", "/readyz"];
    for (path, methods) in ROUTES {
        for method in *methods {
            let concrete = path
                .replace("{*name}", "a")
                .replace("{collection}", "places")
                .replace("{*key}", "p1")
                .replace("{level}", "global")
                .replace("{organization}", "demo")
                .replace("{number}", "7")
                .replace("{id}", "w1");
            let method = Method::from_bytes(method.to_uppercase().as_bytes()).unwrap();
            let answer = common::client()
                .request(method.clone(), format!("{}{concrete}", world.base))
                .header("x-request-id", "of_the-client")
                .send()
                .await
                .unwrap();
            let status = answer.status().as_u16();
            assert_eq!(answer.headers()["x-request-id"], "of_the-client", "{method} {path}");
            if open.contains(path) {
                assert_eq!(status, 200, "{path}");
            } else if ["/v1/auth/password", "/v1/auth/service-account"].contains(path) {
                assert_eq!(status, 415, "{path}");
            } else {
                assert_eq!(status, 401, "{method} {path}");
                assert_eq!(value(answer).await["code"], "token_missing", "{method} {path}");
            }
        }
    }
}

const ALL: &[&str] = &NAMES;

/// Every endpoint about what is Anna's: its pattern, what is asked, what it is sent, who may, and what they get. All others get `404`,
/// save where everybody gets the same.
type Walk = (&'static str, &'static str, &'static str, &'static str, &'static [&'static str], u16);
const WALK: &[Walk] = &[
    ("get", "/.well-known/jwks.json", "", "", ALL, 200),
    ("get", "/healthz", "", "", ALL, 200),
    ("get", "/metrics", "", "", ALL, 200),
    ("get", "/openapi.yaml", "", "", ALL, 200),
    ("get", "/readyz", "", "", ALL, 200),
    ("post", "/v1/auth/password", "", "{}", ALL, 400),
    ("post", "/v1/auth/service-account", "", "{}", ALL, 400),
    // A token is no session.
    ("post", "/v1/auth/token", "", "", ALL, 401),
    ("post", "/v1/changes", "", r#"{"changes":[]}"#, ALL, 200),
    ("get", "/v1/collections/{collection}", "/v1/collections/places", "", ALL, 200),
    ("get", "/v1/collections/{collection}/{*key}", "/v1/collections/places/p1", "", &["anna"], 200),
    ("get", "/v1/config", "/v1/config?vehicle=demo/7", "", &["anna", "support"], 200),
    ("put", "/v1/config/layers/{level}", "/v1/config/layers/global", "{}", &["support"], 204),
    ("delete", "/v1/config/layers/{level}", "/v1/config/layers/global", "", &["support"], 204),
    ("get", "/v1/feeds/me", "", "", ALL, 200),
    ("get", "/v1/feeds/organizations/{organization}", "/v1/feeds/organizations/demo", "", &["partner"], 200),
    ("get", "/v1/feeds/vehicles/{organization}/{number}", "/v1/feeds/vehicles/demo/7", "", &["anna"], 200),
    ("post", "/v1/ingest", "", "[]", &["anna", "bo", "gateway"], 200),
    ("get", "/v1/ingest/quarantine", "", "", &["support"], 200),
    ("put", "/v1/streams/{*name}", "/v1/streams/user/1/walk", "{}", &["anna"], 201),
    ("post", "/v1/streams/{*name}", "/v1/streams/user/1/walk", "{}", &["anna"], 204),
    ("get", "/v1/streams/{*name}", "/v1/streams/user/1/walk", "", &["anna"], 200),
    ("delete", "/v1/streams/{*name}", "/v1/streams/user/1/walk", "", &["anna"], 204),
    ("get", "/v1/vehicles/{organization}/{number}/events", "/v1/vehicles/demo/7/events", "", &["anna"], 200),
    (
        "put",
        "/v1/webhooks/{id}",
        "/v1/webhooks/w1",
        r#"{"url":"https://partner.example/hook"}"#,
        &["partner"],
        201,
    ),
    ("get", "/v1/webhooks", "", "", &["partner"], 200),
    ("get", "/v1/webhooks/{id}", "/v1/webhooks/w1", "", &["partner"], 200),
    ("get", "/v1/webhooks/{id}/failures", "/v1/webhooks/w1/failures", "", &["partner"], 200),
    ("delete", "/v1/webhooks/{id}", "/v1/webhooks/w1", "", &["partner"], 204),
    ("delete", "/v1/auth/session", "", "", ALL, 204),
    // By now the session of whoever asks has ended.
    ("delete", "/v1/auth/sessions", "", "", ALL, 401),
];

#[tokio::test]
async fn every_endpoint_answers_every_role_as_the_table_says() {
    let (_world, people) = world().await;
    for (path, methods) in ROUTES {
        for method in *methods {
            assert!(WALK.iter().any(|row| row.0 == *method && row.1 == *path), "no row for {method} {path}");
        }
    }
    for (method, pattern, path, body, may, expected) in WALK {
        let path = if path.is_empty() { pattern } else { path };
        // Those who may come last: what they take away is there while others try.
        let mut turns: Vec<_> = NAMES.iter().zip(&people).collect();
        turns.sort_by_key(|(name, _)| may.contains(name));
        for (name, person) in turns {
            let asked = Method::from_bytes(method.to_uppercase().as_bytes()).unwrap();
            let mut request = person.ask(asked, path);
            if !body.is_empty() {
                request = request.header("content-type", "application/json").body(*body);
            }
            let answer = request.send().await.unwrap();
            let status = answer.status().as_u16();
            assert_eq!(status, if may.contains(name) { *expected } else { 404 }, "{name} {method} {path}");
            let text = answer.text().await.unwrap();
            assert!(
                *name == "anna" || *name == "support" || !text.contains("CANARY"),
                "{name} {method} {path}"
            );
        }
    }
}
