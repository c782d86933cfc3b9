//! Every answer that is an error is typed, and comes through.
#![allow(clippy::unwrap_used, clippy::expect_used, missing_docs, reason = "tests")]

mod common;

use std::time::Duration;

use common::{World, change, client, value};
use reqwest::Method;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

/// Sends a head as it is; gives status, headers and body.
async fn raw(world: &World, head: &str) -> (u16, String, Value) {
    let mut stream = TcpStream::connect(world.base.trim_start_matches("http://")).await.unwrap();
    stream.write_all(head.as_bytes()).await.unwrap();
    let mut answer = Vec::new();
    tokio::time::timeout(Duration::from_secs(8), stream.read_to_end(&mut answer)).await.unwrap().unwrap();
    let text = String::from_utf8(answer).unwrap();
    let (head, body) = text.split_once("\r\n\r\n").unwrap();
    let status = head.split(' ').nth(1).unwrap().parse().unwrap();
    (status, head.to_lowercase(), serde_json::from_str(body).unwrap_or_default())
}

#[tokio::test]
async fn what_is_refused_before_anybody_looks_is_a_problem_too() {
    let world = World::start().await;
    let anna = world.person("anna").await;
    let bearer = format!("Authorization: Bearer {}\r\nHost: x\r\nConnection: close\r\n", anna.token);
    let long = "a".repeat(17_000);
    let many = "X-A: b\r\n".repeat(70);
    for (head, status, code) in [
        (format!("GET /v1/collections/%ff HTTP/1.1\r\n{bearer}\r\n"), 400, "malformed"),
        (format!("GET /v1/collections/places/%C3%28 HTTP/1.1\r\n{bearer}\r\n"), 400, "malformed"),
        (format!("GET /v1/webhooks/%ff/failures HTTP/1.1\r\n{bearer}\r\n"), 400, "malformed"),
        (format!("GET /v1/streams/%ff HTTP/1.1\r\n{bearer}\r\n"), 400, "malformed"),
        (format!("GET /nothing HTTP/1.1\r\n{bearer}\r\n"), 404, "not_found"),
        (format!("PATCH /v1/changes HTTP/1.1\r\n{bearer}\r\n"), 405, "method_not_allowed"),
        (format!("GET /{long} HTTP/1.1\r\n{bearer}\r\n"), 414, "uri_too_long"),
        (format!("GET /healthz HTTP/1.1\r\n{bearer}{many}\r\n"), 431, "headers_too_large"),
        (format!("GET /healthz HTTP/1.1\r\n{bearer}X-A: {long}\r\n\r\n"), 431, "headers_too_large"),
    ] {
        let (found, headers, problem) = raw(&world, &head).await;
        let line = head.lines().next().unwrap();
        let line = &line[..line.len().min(60)];
        assert_eq!((found, problem["code"].as_str()), (status, Some(code)), "{line}");
        assert!(headers.contains("content-type: application/problem+json"), "{line}");
        assert_eq!(problem["status"], status);
        assert!(problem["requestId"].is_string(), "{line}");
        assert_eq!(headers.contains("\r\nallow: "), status == 405, "{headers}");
    }
}

#[tokio::test]
async fn who_is_not_known_is_told_how_to_say_who_they_are() {
    let world = World::start().await;
    let anna = world.person("anna").await;
    let get = |bearer: Option<&str>| {
        let request = client().get(format!("{}/v1/feeds/me?offset=-1", world.base));
        match bearer {
            Some(bearer) => request.bearer_auth(bearer).send(),
            None => request.send(),
        }
    };
    let challenge = |answer: &reqwest::Response| {
        assert_eq!(answer.status(), 401);
        answer.headers()["www-authenticate"].to_str().unwrap().to_owned()
    };
    assert_eq!(challenge(&get(None).await.unwrap()), r#"Bearer realm="platform""#);
    assert_eq!(
        challenge(&get(Some("x.y.z")).await.unwrap()),
        r#"Bearer realm="platform", error="invalid_token", error_description="The token is not valid""#
    );
    anna.ask(Method::DELETE, "/v1/auth/session").send().await.unwrap();
    assert_eq!(
        challenge(&get(Some(&anna.token)).await.unwrap()),
        r#"Bearer realm="platform", error="invalid_token", error_description="The session has ended""#
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn who_sends_far_too_much_still_reads_the_answer() {
    let world = World::start().await;
    let (anna, gateway) = (world.person("anna").await, world.person("gateway").await);
    for (person, path) in [(&gateway, "/v1/ingest"), (&anna, "/v1/changes")] {
        let request = person.ask(Method::POST, path).header("content-type", "application/json");
        let answer = request.body(vec![b' '; 42 << 20]).send().await.unwrap();
        assert_eq!(answer.status(), 413, "{path}");
        assert_eq!(value(answer).await["code"], "too_large");
    }
    // Nobody reads these bodies, and who sends them is told all the same.
    for (path, status) in [("/v1/ingest", 401), ("/nothing", 404), ("/v1/config", 405)] {
        for size in [900 << 10, 42 << 20] {
            let request = client().post(format!("{}{path}", world.base)).body(vec![b' '; size]);
            assert_eq!(
                request.send().await.map_or(0, |answer| answer.status().as_u16()),
                status,
                "{path} {size}"
            );
        }
    }
}

#[tokio::test]
async fn figures_are_where_they_were_asked_for_and_nowhere_else() {
    let mut config = common::config();
    config.public_metrics = false;
    let world = World::with(config).await;
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let figures = format!("http://{}", listener.local_addr().unwrap());
    let serving = tokio::spawn(platform::server::serve_metrics(world.node.clone(), listener));
    let get = async |base: &str, path: &str| client().get(format!("{base}{path}")).send().await.unwrap();
    assert_eq!(get(&world.base, "/metrics").await.status(), 404);
    assert_eq!(get(&world.base, "/healthz").await.status(), 200);
    let text = get(&figures, "/metrics").await.text().await.unwrap();
    assert!(text.contains("platform_storage_works 1") && text.contains(r#"route="/healthz""#), "{text}");
    for path in ["/v1/collections/places", "/healthz"] {
        let nothing = get(&figures, path).await;
        assert_eq!(nothing.status(), 404, "{path}");
        assert!(nothing.headers().contains_key("x-request-id"), "{path}");
    }
    world.stop().await;
    tokio::time::timeout(Duration::from_secs(5), serving).await.expect("it ends with the platform").unwrap();
}

#[tokio::test]
async fn a_collection_takes_the_kinds_that_the_protocol_names() {
    let page = include_str!("../../../docs/protocol/README.md");
    let (_, table) = page.split_once("| collection | kinds |").unwrap();
    let rows = table.lines().skip(2).take_while(|line| line.starts_with('|'));
    let world = World::start().await;
    let anna = world.person("anna").await;
    let mut seen = 0;
    for row in rows {
        let cells: Vec<&str> = row.split('|').map(str::trim).collect();
        for collection in cells[1].split(", ").map(|name| name.trim_matches('`')) {
            seen += 1;
            if matches!(collection, "recommendations" | "vehicles") {
                // The platform makes these: here is none, and of what is not there nothing else is said.
                continue;
            }
            for kind in ["act", "delete", "patch", "put"] {
                let result = anna.change(&[change(collection, "k1", kind, json!({}))]).await.remove(0);
                let why = result["problem"]["detail"].as_str().unwrap_or_default();
                let taken = why != "this kind of change does not go with this collection";
                assert_eq!(taken, cells[2].contains(&format!("`{kind}`")), "{collection} {kind}: {result}");
            }
        }
    }
    assert_eq!(seen, platform::items::Collection::ALL.len());
}
