//! `docs/protocol/openapi.yaml` and the router list the same endpoints, and its examples are what they say.
#![allow(clippy::unwrap_used, clippy::expect_used, missing_docs, reason = "tests")]

mod common;

use std::collections::BTreeSet;

use common::{World, event};
use platform::routes::ROUTES;
use platform::routes::run::OPENAPI;
use reqwest::Method;
use serde_json::{Value, json};

/// Paths with their methods, by the document's indentation.
fn documented() -> BTreeSet<(String, String)> {
    let (mut found, mut path, mut inside) = (BTreeSet::new(), String::new(), false);
    for line in OPENAPI.lines() {
        match line {
            "paths:" => inside = true,
            "components:" => inside = false,
            _ => {}
        }
        let Some(name) = line.strip_suffix(':').filter(|_| inside) else { continue };
        if let Some(method) = name.strip_prefix("    ").filter(|name| !name.starts_with(' ')) {
            found.insert((path.clone(), method.to_owned()));
        } else if let Some(name) = name.strip_prefix("  ").filter(|name| name.starts_with('/')) {
            name.clone_into(&mut path);
        }
    }
    found
}

#[test]
fn the_document_lists_what_the_router_answers() {
    let routed: BTreeSet<(String, String)> = ROUTES
        .iter()
        .flat_map(|(path, methods)| {
            methods.iter().map(|method| (path.replace("{*", "{"), (*method).to_owned()))
        })
        // Of streams it says something of its own.
        .chain([("/v1/streams/{name}".to_owned(), "head".to_owned())])
        .collect();
    assert_eq!(documented(), routed);
}

#[test]
fn what_may_meet_any_request_stands_beside_every_operation() {
    let problem = r##"        default: {$ref: "#/components/responses/Problem"}"##;
    let defaults = OPENAPI.lines().filter(|line| *line == problem).count();
    assert_eq!(defaults, documented().len());
    // Every operation refuses a parameter that is not known, and every one that asks for a token whoever has none.
    for status in ["400", "401"] {
        let count =
            OPENAPI.lines().filter(|line| line.starts_with(&format!("        \"{status}\":"))).count();
        let open = OPENAPI.lines().filter(|line| *line == "      security: []").count();
        let expected = if status == "401" { documented().len() - open } else { documented().len() };
        assert!(count >= expected, "{status}: {count} of {expected}");
    }
}

#[test]
fn every_example_is_json_and_entities_in_it_are_read() {
    let mut count = 0;
    for line in OPENAPI.lines() {
        let Some(example) = line.trim().strip_prefix("example: ") else { continue };
        let value: Value = serde_json::from_str(example).unwrap_or_else(|error| panic!("{error}: {example}"));
        count += 1;
        let events = value.as_array().or_else(|| value["events"].as_array()).cloned().unwrap_or_default();
        for event in events.iter().filter(|event| event["collection"].is_null()) {
            cc_core::Event::from_json(event.to_string()).unwrap();
        }
        for change in value["changes"].as_array().into_iter().flatten() {
            change["id"].as_str().unwrap().parse::<cc_client::WriteId>().unwrap();
            change["clock"].as_str().unwrap().parse::<cc_client::Stamp>().unwrap();
        }
        if let Some(code) = value["code"].as_str() {
            let status = value["status"].as_u64().unwrap() as u16;
            assert!(platform::problem::Problem::ALL.contains(&(status, code)), "{code}");
        }
    }
    assert!(count > 20, "{count} examples");
}

#[test]
fn every_code_stands_in_the_protocol() {
    let page = include_str!("../../../docs/protocol/README.md");
    for (status, code) in platform::problem::Problem::ALL {
        assert!(page.contains(&format!("`{code}`")), "{status} {code}");
    }
}

/// What stands at an operation: its lines.
fn operation(path: &str, method: &str) -> Vec<&'static str> {
    let lines = OPENAPI.lines().skip_while(|line| *line != format!("  {path}:")).skip(1);
    let lines = lines
        .take_while(|line| line.starts_with("    "))
        .skip_while(|line| *line != format!("    {method}:"));
    lines.skip(1).take_while(|line| line.starts_with("      ")).collect()
}

/// The headers of an answer that the document lists.
fn headers(path: &str, method: &str, status: u16) -> BTreeSet<String> {
    let operation = operation(path, method);
    let at = operation.iter().position(|line| line.trim() == format!("\"{status}\":"));
    let lines = &operation[at.unwrap_or_else(|| panic!("{method} {path} {status}")) + 1..];
    let mut lines = lines.iter().take_while(|line| line.starts_with("          "));
    let line = lines.find_map(|line| line.trim().strip_prefix("headers: {")).unwrap_or_default();
    line.split(", ").filter_map(|one| one.split_once(':')).map(|(name, _)| name.to_lowercase()).collect()
}

#[tokio::test]
async fn the_headers_of_answers_are_those_that_are_documented() {
    /// What HTTP itself, a browser or a proxy reads, and what the content type says.
    const GENERAL: [&str; 11] = [
        "access-control-allow-origin",
        "access-control-expose-headers",
        "cache-control",
        "content-length",
        "content-type",
        "cross-origin-resource-policy",
        "date",
        "retry-after",
        "transfer-encoding",
        "vary",
        "x-content-type-options",
    ];
    let world = World::start().await;
    let (anna, gateway) = (world.person("anna").await, world.person("gateway").await);
    anna.write("places", "p1", "put", common::place("Pier")).await;
    assert_eq!(gateway.post("/v1/ingest", &json!([event(1, 60, "x_note", json!({}))])).await.status(), 200);
    let (stream, name) = ("/v1/streams/user/1/x", "/v1/streams/{name}");
    let (mut seen, mut known) = (BTreeSet::new(), BTreeSet::new());
    for (method, path, asked, status, with) in [
        ("PUT", name, stream.to_owned(), 201, "content-type: application/octet-stream"),
        ("PUT", name, stream.to_owned(), 200, "content-type: application/octet-stream"),
        ("POST", name, stream.to_owned(), 204, "content-type: application/octet-stream"),
        ("POST", name, stream.to_owned(), 200, "content-type: application/octet-stream; producer"),
        ("HEAD", name, stream.to_owned(), 200, ""),
        ("GET", name, format!("{stream}?offset=-1"), 200, ""),
        ("GET", name, format!("{stream}?offset=-1"), 304, "if-none-match"),
        ("GET", name, format!("{stream}?offset=now&live=sse&close=0"), 200, ""),
        ("GET", name, format!("{stream}?offset=now&live=long-poll"), 204, ""),
        ("GET", "/v1/feeds/me", "/v1/feeds/me?offset=-1".to_owned(), 200, ""),
        ("GET", "/v1/feeds/me", "/v1/feeds/me?offset=-1".to_owned(), 304, "if-none-match"),
        ("GET", "/v1/feeds/me", "/v1/feeds/me?offset=-1&live=long-poll".to_owned(), 200, ""),
        ("GET", "/v1/config", "/v1/config?vehicle=demo/7".to_owned(), 200, ""),
        ("GET", "/v1/config", "/v1/config?vehicle=demo/7".to_owned(), 304, "if-none-match"),
        ("GET", "/v1/collections/{collection}/{key}", "/v1/collections/places/p1".to_owned(), 200, ""),
        ("GET", "/v1/collections/{collection}", "/v1/collections/places".to_owned(), 200, ""),
        ("GET", "/openapi.yaml", "/openapi.yaml".to_owned(), 200, ""),
    ] {
        let mut ask = anna.ask(Method::from_bytes(method.as_bytes()).unwrap(), &asked);
        if with.contains("octet-stream") {
            ask = ask.header("content-type", "application/octet-stream");
        }
        if with.contains("producer") {
            ask = ask.header("producer-id", "a").header("producer-epoch", "0").header("producer-seq", "0");
        }
        if with == "if-none-match" {
            let tag = anna.get(&asked).await.headers()["etag"].clone();
            ask = ask.header("if-none-match", tag);
        }
        if method == "POST" {
            ask = ask.body("x");
        }
        let answer = ask.send().await.unwrap();
        assert_eq!(answer.status(), status, "{method} {asked}");
        // What may be kept says so.
        let is_said = ["cache-control", "etag"].iter().any(|name| answer.headers().contains_key(*name));
        assert!(is_said, "{method} {asked}");
        let documented = headers(path, &method.to_lowercase(), status);
        for name in answer
            .headers()
            .keys()
            .map(reqwest::header::HeaderName::as_str)
            .filter(|name| !GENERAL.contains(name))
        {
            assert!(documented.contains(name), "{method} {asked} {status}: {name}");
            seen.insert(name.to_owned());
        }
        known.extend(documented);
        if status == 200 && method == "GET" {
            let kind = answer.headers()["content-type"].to_str().unwrap();
            let is_listed =
                |line: &&str| matches!(line.trim(), "\"*/*\":") || line.trim() == format!("{kind}:");
            assert!(operation(path, "get").iter().any(is_listed), "{asked}: {kind}");
        }
    }
    // What is listed comes.
    let never: Vec<_> = known.difference(&seen).collect();
    assert_eq!(never, ["stream-closed", "stream-expires-at", "stream-ttl"]);
}

#[test]
fn what_is_asked_for_has_members() {
    for (path, methods) in ROUTES {
        for method in *methods {
            let operation = operation(&path.replace("{*", "{"), method);
            let body = operation.iter().skip_while(|line| line.trim() != "requestBody:");
            let mut body = body.take_while(|line| line.trim() != "responses:");
            let bare = body.any(|line| line.contains("schema: {type: object}"));
            assert!(!bare, "{method} {path}: any object");
        }
    }
    // Each schema that is named is there.
    for (_, rest) in OPENAPI.lines().filter_map(|line| line.split_once("\"#/components/schemas/")) {
        let name = rest.split('"').next().unwrap();
        assert!(OPENAPI.contains(&format!("\n    {name}:\n")), "{name}");
    }
}
