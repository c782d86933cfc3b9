//! The platform in memory refuses what every platform does, so that an app's tests find it.
#![cfg(feature = "testing")]
#![allow(clippy::disallowed_methods, clippy::expect_used, clippy::unwrap_used, reason = "tests")]

use cc_client::engine::HttpRequest;
use cc_client::testing::{FAKE_SESSION, FakePlatform};

fn ask(
    platform: &mut FakePlatform,
    (method, target): (&'static str, &str),
    bearer: &str,
    body: &str,
) -> serde_json::Value {
    let mut http = HttpRequest::get(target);
    http.method = method;
    http.headers.push(("authorization", format!("Bearer {bearer}")));
    for (name, value) in [("producer-id", "one"), ("producer-epoch", "1"), ("producer-seq", "0")] {
        http.headers.push((name, value.to_owned()));
    }
    http.body = body.as_bytes().to_vec();
    serde_json::from_slice(&platform.answer(&http).body).unwrap()
}

#[test]
fn what_no_platform_takes_it_refuses_and_takes_the_rest() {
    let mut platform = FakePlatform::default();
    let token = ask(&mut platform, ("POST", "/v1/auth/token"), FAKE_SESSION, "")["token"].clone();
    let large = format!(r#"{{"a":"{}"}}"#, "x".repeat(65_536));
    let cases = [
        ("places", "1", "put", "{}", "applied"),
        ("places", "2", "put", r#"{"a":1e999}"#, "malformed"),
        ("places", "3", "put", r#"{"a":"\ud800"}"#, "malformed"),
        ("places", "4", "put", "[]", "malformed"),
        ("places", "5", "put", &large, "too_large"),
        ("places", r"a\nb", "put", "{}", "malformed"),
        ("places", "", "put", "{}", "malformed"),
        ("places", "6", "move", "{}", "malformed"),
        ("garages", "7", "put", "{}", "not_found"),
        ("../x", "8", "put", "{}", "not_found"),
        // Behind one of its item that failed.
        ("places", "2", "put", "{}", "depends"),
        ("settings", "9", "put", "{}", "applied"),
    ];
    let changes: Vec<String> = cases
        .iter()
        .zip(0..)
        .map(|((collection, key, kind, body, _), number)| {
            let id = format!("019de2fb-1900-7707-8707-{number:012}");
            let clock = cc_client::Stamp { millis: 1, counter: number, node: 1 };
            format!(
                r#"{{"id":"{id}","collection":"{collection}","key":"{key}","kind":"{kind}","clock":"{clock}","body":{body}}}"#
            )
        })
        .collect();
    let body = format!(r#"{{"changes":[{}]}}"#, changes.join(","));
    let answer = ask(&mut platform, ("POST", "/v1/changes"), token.as_str().unwrap(), &body);
    for (result, (collection, key, .., expected)) in answer["results"].as_array().unwrap().iter().zip(cases) {
        let found = result["problem"]["code"].as_str().or(result["outcome"].as_str());
        assert_eq!(found, Some(expected), "{collection} {key}");
    }
    assert_eq!(answer["results"].as_array().unwrap().len(), cases.len());
    assert_eq!(platform.keys().count(), 2);
}
