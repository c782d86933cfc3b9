//! `docs/protocol/openapi.yaml` and the router list the same endpoints, and its examples are what they say.
#![allow(clippy::unwrap_used, clippy::expect_used, missing_docs, reason = "tests")]

use std::collections::BTreeSet;

use platform::routes::ROUTES;
use platform::routes::run::OPENAPI;
use serde_json::Value;

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
