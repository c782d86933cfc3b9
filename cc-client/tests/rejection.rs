//! Why the platform rejects a write, in its own words: kept with the row, and shown in no log.
#![allow(clippy::disallowed_methods, clippy::expect_used, clippy::unwrap_used, reason = "tests")]

use cc_client::engine::{Begin, Effect, Engine, EngineConfig, HttpHead, Input, StoreClient};
use cc_client::store::{MemoryStore, Row, Store};
use cc_client::wire::{Detail, ProblemCode};
use cc_client::{Mono, Stamp, Write, WriteId, WriteKind, decide::SendOutcome};
use cc_core::Timestamp;

/// What is unresolved after the platform gave this answer to the one write that waits.
fn answered(status: u16, content_type: &str, body: &str) -> Vec<(Row, SendOutcome)> {
    let mut store = MemoryStore::new();
    let write = Write::new(
        WriteId([7; 16]),
        ("bookings", "a"),
        WriteKind::Put,
        "{}",
        Stamp { millis: 1, counter: 0, node: 1 },
    );
    store.accept("main", &[write]).unwrap();
    let mut engine = Engine::new(EngineConfig::new(1, 7));
    let mut begin = Begin::default();
    begin.session = Some("made-up".to_owned().into());
    let now = Mono::default();
    let mut effects: std::collections::VecDeque<Effect> = engine.start(now, begin).into();
    while let Some(effect) = effects.pop_front() {
        assert!(!format!("{effect:?}").contains("active booking"));
        match effect {
            Effect::Store { ticket, command } => {
                let client = StoreClient { lane: "main", owner: 1 };
                let answer = client.execute(&mut store, Timestamp::default(), command);
                effects.extend(engine.handle(now, Input::Stored { ticket, answer }));
            }
            Effect::Http { request, http } => {
                let (status, kind, body) = match http.target.as_str() {
                    "/v1/auth/token" => (
                        200,
                        "application/json",
                        r#"{"token":"e30.eyJvcmciOiJvIiwic3ViIjoiYW5uYSJ9.x","expiresIn":86400}"#,
                    ),
                    "/v1/changes" => (status, content_type, body),
                    _ => continue,
                };
                let headers = vec![("content-type".to_owned(), kind.to_owned())];
                let head = HttpHead { status, headers };
                effects.extend(engine.handle(now, Input::Head { request, head }));
                effects.extend(engine.handle(now, Input::Bytes { request, bytes: body.as_bytes() }));
                effects.extend(engine.handle(now, Input::Ended { request, whole: true }));
            }
            _ => {}
        }
    }
    store.unresolved().unwrap()
}

#[test]
fn what_the_platform_says_of_a_write_is_kept_with_it() {
    let id = WriteId([7; 16]);
    let result = |problem: &str| {
        format!(
            r#"{{"results":[{{"id":"{id}","outcome":"rejected","problem":{{"code":"invalid_entity"{problem}}}}}]}}"#
        )
    };
    for (problem, expected) in [
        (
            r#","title":"Refused","detail":"the vehicle has an active booking\u0007""#,
            Some("the vehicle has an active booking"),
        ),
        (r#","title":"Refused""#, Some("Refused")),
        ("", None),
    ] {
        let open = answered(200, "application/json", &result(problem));
        assert_eq!(open[0].1, SendOutcome::Rejected(ProblemCode::InvalidEntity));
        assert_eq!(open[0].0.detail.as_ref().map(Detail::as_str), expected);
        assert!(!format!("{open:?}").contains("active"), "{open:?}");
    }
}

#[test]
fn what_the_platform_says_of_the_whole_request_is_kept_with_its_one_write() {
    let body = r#"{"code":"invalid_entity","title":"Refused","detail":"the vehicle has an active booking"}"#;
    let open = answered(422, "application/problem+json", body);
    assert_eq!(open[0].1, SendOutcome::Rejected(ProblemCode::InvalidEntity));
    let detail = open[0].0.detail.as_ref().map(Detail::as_str);
    assert_eq!(detail, Some("the vehicle has an active booking"));
}

#[test]
fn what_is_too_large_is_rejected_on_the_platforms_word_only() {
    for (content_type, body) in [
        ("text/html", "<html>"),
        ("application/json", "{}"),
        ("application/json", r#"{"code":"body_limit"}"#),
        ("text/html", r#"{"code":"too_large"}"#),
    ] {
        assert_eq!(answered(413, content_type, body), [], "{content_type} {body}");
    }
    let open = answered(413, "application/problem+json", r#"{"code":"too_large"}"#);
    assert_eq!(open[0].1, SendOutcome::Rejected(ProblemCode::TooLarge));
}
