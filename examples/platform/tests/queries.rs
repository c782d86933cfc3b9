//! What stands in a query, or in a body's ids, is known and in range, and is not said back.
#![allow(clippy::unwrap_used, clippy::expect_used, missing_docs, reason = "tests")]

mod common;

use common::{World, change, event, place, value};
use platform::routes::ROUTES;
use reqwest::Method;
use serde_json::{Value, json};

#[tokio::test]
async fn an_unknown_parameter_is_refused_wherever_one_can_read() {
    let world = World::start().await;
    let (anna, support) = (world.person("anna").await, world.person("support").await);
    let stream = anna.ask(Method::PUT, "/v1/streams/user/1/x").header("content-type", "text/plain");
    assert_eq!(stream.send().await.unwrap().status(), 201);
    let mut count = 0;
    // The same as in openapi.yaml, which another test says.
    for (path, _) in ROUTES.iter().filter(|(_, methods)| methods.contains(&"get")) {
        let mut named = (*path).to_owned();
        for (name, value) in [
            ("{collection}", "places"),
            ("{*key}", "p1"),
            ("{organization}", "demo"),
            ("{number}", "7"),
            ("{id}", "w1"),
            ("{*name}", "user/1/x"),
        ] {
            named = named.replace(name, value);
        }
        let reader = if named.contains("quarantine") { &support } else { &anna };
        let answer = reader.get(&format!("{named}?CANARY=1")).await;
        let status = answer.status().as_u16();
        // The open protocol asks for it.
        if named.starts_with("/v1/feeds") || named.starts_with("/v1/streams") {
            assert_ne!(status, 400, "{named}");
            continue;
        }
        let problem = value(answer).await;
        assert_eq!((status, &problem["code"]), (400, &json!("unknown_parameter")), "{named}");
        assert!(!problem.to_string().contains("CANARY"), "{problem}");
        count += 1;
    }
    assert!(count > 10, "{count} paths");
    let answer = anna.post("/v1/changes?dry=1", &json!({"changes": []})).await;
    assert_eq!(answer.status(), 400);
    // No parameter is none that is unknown, and a method that is not there stays that.
    assert_eq!(anna.get("/healthz?").await.status(), 200);
    assert_eq!(anna.ask(Method::PATCH, "/v1/changes?x=1").send().await.unwrap().status(), 405);
    for path in ["collections/places", "vehicles/demo/7/events"] {
        let problem = value(anna.get(&format!("/v1/{path}?limit=0")).await).await;
        assert_eq!(problem["detail"], "limit: a number from 1", "{path}");
    }
    assert_eq!(support.get("/v1/ingest/quarantine?limit=0").await.status(), 400);
}

#[tokio::test]
async fn a_change_has_an_id_of_version_7() {
    let world = World::start().await;
    let anna = world.person("anna").await;
    for (id, expected) in [
        ("019de2fb-1900-7707-8707-070707070707", "applied"),
        ("00000000-0000-0000-0000-000000000000", "rejected"),
        ("ffffffff-ffff-ffff-ffff-ffffffffffff", "rejected"),
        ("019de2fb-1900-4707-8707-070707070707", "rejected"),
        ("019de2fb-1900-7707-c707-070707070707", "rejected"),
        ("019DE2FB-1900-7707-8707-070707070708", "rejected"),
    ] {
        let mut write = change("places", &format!("p-{id}"), "put", place("Pier"));
        write["id"] = json!(id);
        let result = anna.change(&[write]).await.remove(0);
        assert_eq!(result["outcome"], expected, "{result}");
        if expected == "rejected" {
            assert_eq!(result["problem"]["code"], "malformed");
            assert_eq!(result["problem"]["detail"], "id: a UUID of version 7 in lower case");
        }
    }
}

#[tokio::test]
async fn what_is_wrong_with_settings_is_said_without_their_words() {
    let world = World::start().await;
    let (anna, support, gateway) =
        (world.person("anna").await, world.person("support").await, world.person("gateway").await);
    gateway.post("/v1/ingest", &json!([event(1, 5, "car_ignition", json!({"value": true}))])).await;
    let arms = |first: &str, second: &str| json!({"CANARY": {"$rollout": {"experiment": "e", "percentage": 50, "arms": {first: 50, second: 50}}}});
    let put = async |path: &str, layer: Value| value(support.send(Method::PUT, path, &layer).await).await;
    for (path, layer, expected) in [
        ("global", json!({"CANARY": {"$CANARY": 1}}), "1:12: expected no key with '$' here"),
        ("CANARY", json!({}), "expected the name of a level"),
        ("vehicle?of=CANARY", json!([1]), "1:1: expected an object"),
        ("global", arms("CANARY", "b"), "1:"),
    ] {
        let problem = put(&format!("/v1/config/layers/{path}"), layer).await;
        let detail = problem["detail"].as_str().unwrap();
        assert!(detail.starts_with(expected), "{detail}");
        assert!(!problem.to_string().contains("CANARY"), "{problem}");
        assert_eq!(problem["code"], "invalid_entity");
    }
    let problem = value(anna.get("/v1/config?vehicle=demo/7&key=CANARY").await).await;
    assert_eq!(problem["code"], "malformed");
    assert!(problem["detail"].as_str().unwrap().starts_with("key: expected"), "{problem}");
    assert!(!problem.to_string().contains("CANARY"), "{problem}");
}

#[tokio::test]
async fn the_last_page_has_no_cursor_and_an_empty_one_is_none() {
    let world = World::start().await;
    let (anna, gateway) = (world.person("anna").await, world.person("gateway").await);
    for n in 0..2 {
        anna.write("places", &format!("p{n}"), "put", place("Pier")).await;
        gateway.post("/v1/ingest", &json!([event(n, 5, "car_ignition", json!({"value": true}))])).await;
    }
    for path in ["collections/places", "vehicles/demo/7/events"] {
        for empty in ["", "cursor=&", "cursor&"] {
            let page = anna.json(&format!("/v1/{path}?{empty}limit=1")).await;
            assert_eq!(page["more"], true, "{path} {empty}");
            let cursor = page["cursor"].as_str().unwrap();
            let page = anna.json(&format!("/v1/{path}?limit=1&cursor={cursor}")).await;
            assert_eq!((&page["more"], page.get("cursor")), (&json!(false), Some(&Value::Null)), "{path}");
        }
    }
    let messages = anna.json("/v1/collections/messages?cursor=").await;
    assert_eq!((&messages["more"], &messages["cursor"]), (&json!(false), &Value::Null));
}

#[tokio::test]
async fn what_a_feed_is_asked_is_decoded_as_everywhere() {
    let world = World::start().await;
    let anna = world.person("anna").await;
    anna.write("places", "p", "put", place("Pier")).await;
    let stream = anna.ask(Method::PUT, "/v1/streams/user/1/x").header("content-type", "text/plain");
    assert_eq!(stream.body("x").send().await.unwrap().status(), 201);
    for path in ["feeds/me", "streams/user/1/x"] {
        for (query, is_all) in [("offset=%2D1", true), ("%6Ffset=-1", true), ("offset=no%77", false)] {
            let answer = anna.get(&format!("/v1/{path}?{query}")).await;
            assert_eq!(answer.status(), 200, "{path} {query}");
            assert_eq!(
                answer.text().await.unwrap().trim_matches(['[', ']']).is_empty(),
                !is_all,
                "{path} {query}"
            );
        }
    }
}

#[tokio::test]
async fn a_layer_of_settings_is_for_something_that_there_can_be() {
    let world = World::start().await;
    let support = world.person("support").await;
    let layer = async |method: Method, path: &str| {
        support.send(method, &format!("/v1/config/layers/{path}"), &json!({"a": 1})).await
    };
    for (path, detail) in [
        ("global", None),
        ("global?of=x", Some("of: nothing, since this level is for all")),
        ("brand", None),
        ("brand?of=Skoda", None),
        ("market?of=dk", None),
        ("fleet?of=1", None),
        ("fleet?of=x", Some("of: the number of a fleet")),
        ("fleet?of=01", Some("of: the number of a fleet")),
        ("vehicle?of=demo/7", None),
        ("vehicle?of=8", Some("of: organization/number, of one's own organization")),
        ("vehicle?of=beta/7", Some("of: organization/number, of one's own organization")),
    ] {
        let answer = layer(Method::PUT, path).await;
        assert_eq!(answer.status(), if detail.is_some() { 400 } else { 204 }, "{path}");
        if let Some(detail) = detail {
            let problem = value(answer).await;
            assert_eq!((&problem["code"], &problem["detail"]), (&json!("malformed"), &json!(detail)));
        }
        // What an earlier version took goes away.
        assert_eq!(layer(Method::DELETE, path).await.status(), 204, "{path}");
    }
}

#[tokio::test]
async fn an_offset_of_a_stream_that_is_no_more_is_gone_in_the_next_of_the_name() {
    let world = World::start().await;
    let anna = world.person("anna").await;
    let put = |body: &'static str| {
        let put = anna.ask(Method::PUT, "/v1/streams/user/1/x").header("content-type", "application/json");
        put.body(body).send()
    };
    let mut before: Vec<String> = Vec::new();
    for _ in 0..3 {
        let made = put("[1,2,3]").await.unwrap();
        assert_eq!(made.status(), 201);
        let next = made.headers()["stream-next-offset"].to_str().unwrap().to_owned();
        for offset in &before {
            let gone = anna.get(&format!("/v1/streams/user/1/x?offset={offset}")).await;
            assert_eq!(gone.status(), 410, "{offset} {next}");
            assert!(*offset < next);
        }
        let more = anna.ask(Method::POST, "/v1/streams/user/1/x").header("content-type", "application/json");
        let more = more.body("[4]").send().await.unwrap();
        let end = more.headers()["stream-next-offset"].to_str().unwrap().to_owned();
        let page = anna.get(&format!("/v1/streams/user/1/x?offset={next}")).await;
        assert_eq!(page.headers()["stream-next-offset"].to_str().unwrap(), end);
        assert_eq!(value(page).await, json!([4]));
        assert_eq!(anna.json("/v1/streams/user/1/x?offset=-1").await, json!([1, 2, 3, 4]));
        let head = anna.ask(Method::HEAD, "/v1/streams/user/1/x").send().await.unwrap();
        assert_eq!(head.headers()["stream-next-offset"].to_str().unwrap(), end);
        before.extend([next, end]);
        let gone = anna.ask(Method::DELETE, "/v1/streams/user/1/x").send().await.unwrap();
        assert_eq!(gone.status(), 204);
    }
}
