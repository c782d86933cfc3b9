//! What is shown for developers shows what kind a thing is, and nothing of what a person wrote, where they are, or who they are.
#![cfg(all(feature = "testing", feature = "tokio", feature = "connected-cars"))]
#![allow(clippy::disallowed_methods, clippy::expect_used, clippy::unwrap_used, reason = "tests")]

use cc_client::connected_cars::ConnectedCarsError;
use cc_client::decide::{FeedEffect, FeedHead, FeedInput, FeedMachine};
use cc_client::engine::{Effect, HttpHead, HttpRequest, Input, StoreCommand};
use cc_client::merge::ThreeWay;
use cc_client::store::{MemoryStore, Record, Row, Settled, Taken};
use cc_client::testing::{FAKE_SESSION, FakeTransport};
use cc_client::transport::ReqwestOptions;
use cc_client::{Client, ClientError, Mono, Offset, Resolution, Stamp, Write, WriteId, WriteKind};

const SECRET: &str = "canary WVWZZZ1KZAM000001 0.5,-150.25";

fn record() -> Record {
    let text = format!(r#"{{"collection":"places","key":"{SECRET}","version":1,"value":"{SECRET}"}}"#);
    Record::parse(&text).unwrap()
}

fn write() -> Write {
    Write::new(
        WriteId([7; 16]),
        ("places", SECRET),
        WriteKind::Put,
        SECRET,
        Stamp { millis: 1, counter: 0, node: 1 },
    )
}

/// A feed in the middle of an answer.
fn half_read() -> FeedMachine {
    let mut feed = FeedMachine::default();
    let start = feed.handle(Mono::default(), FeedInput::Start { stored: Offset::BEGINNING });
    let [FeedEffect::Open { connection, .. }] = start[..] else { panic!("{start:?}") };
    let head = FeedHead { status: 200, content_type: Some("application/json".into()), ..FeedHead::default() };
    feed.handle(Mono::default(), FeedInput::Head { connection, head });
    feed.handle(Mono::default(), FeedInput::Bytes { connection, bytes: SECRET.as_bytes() });
    feed
}

#[test]
fn nothing_that_is_shown_for_developers_shows_what_it_holds() {
    let mut request = HttpRequest::get(format!("/v1/collections/places?cursor={SECRET}"));
    request.headers.push(("authorization", format!("Bearer {SECRET}")));
    request.body = SECRET.as_bytes().to_vec();
    let head = HttpHead { status: 200, headers: vec![("set-cookie".to_owned(), SECRET.to_owned())] };
    let detail = || cc_client::wire::Detail::new(SECRET);
    let row = || {
        let mut row = Row::new(1, write());
        row.detail = detail();
        row
    };
    let store = FeedEffect::Store { from: Offset::BEGINNING, messages: vec![SECRET.into()], to: Offset::NOW };
    let mut settled = Settled::new((1, WriteId([1; 16])), cc_client::decide::SendOutcome::Conflict);
    (settled.current, settled.detail) = (Some(record()), detail());
    let graphql = ConnectedCarsError::GraphQl { errors: Vec::new(), data: Some(SECRET.into()) };
    let options = ReqwestOptions::default();
    for (shown, expected) in [
        (format!("{:?}", record()), "Record"),
        (format!("{:?}", write()), "Write"),
        (format!("{:?}", row()), "Row"),
        (format!("{settled:?}"), "Settled"),
        (format!("{:?}", Taken { fresh: vec![record()], elsewhere: None }), "Taken"),
        (format!("{:?}", half_read()), "36 bytes"),
        (format!("{store:?}"), "Store(1 messages, Offset(-1) to Offset(now))"),
        (format!("{:?}", FeedInput::Bytes { connection: 1, bytes: SECRET.as_bytes() }), "Bytes(1, 36 bytes)"),
        (format!("{:?}", ThreeWay::Merged(SECRET.to_owned())), "Merged(36 bytes)"),
        (format!("{:?}", Resolution::Merge(SECRET.into())), "Merge(36 bytes)"),
        (format!("{request:?}"), "GET"),
        (format!("{head:?}"), "status: 200"),
        (format!("{:?}", Input::Head { request: 1, head: head.clone() }), "Head"),
        (format!("{:?}", Input::SignedIn { session: SECRET.to_owned().into() }), "SignedIn"),
        (format!("{:?}", Effect::Http { request: 1, http: request.clone() }), "Http(1"),
        (format!("{:?}", Effect::Changed { records: vec![record()] }), "Changed(1)"),
        (
            format!("{:?}", StoreCommand::SetValue { name: "token", value: Vec::from(SECRET).into() }),
            "SetValue",
        ),
        (format!("{graphql:?} {graphql}"), "bytes: Some(36)"),
        (format!("{options:?}"), "ReqwestOptions"),
    ] {
        assert!(shown.contains(expected), "no {expected} in {shown}");
        assert!(!shown.contains("canary") && !shown.contains("WVW") && !shown.contains("150.25"), "{shown}");
    }
}

#[tokio::test]
async fn pages_and_feeds_of_a_client_show_no_key() {
    let builder = Client::builder(FakeTransport::default(), MemoryStore::new()).session(FAKE_SESSION);
    let phone = builder.follow("vehicles/local/7").start().await.unwrap();
    phone.submit("places", "canary", WriteKind::Put, "{}").await.unwrap();
    let mut pages = phone.pages("places", 1);
    assert_eq!(pages.next().await.unwrap().unwrap().len(), 1);
    let shown = format!("{pages:?}");
    assert!(shown.contains("places") && !shown.contains("canary"), "{shown}");

    let _unread = phone.read("vehicles/local/7").unwrap();
    let error = phone.read("vehicles/local/8").unwrap_err();
    assert!(matches!(error, ClientError::NotFollowed));
    assert_eq!(error.to_string(), "the client does not follow this feed: name it with `follow`");
    phone.shutdown().await.unwrap();
}
