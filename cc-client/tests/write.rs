//! What the protocol can never take is said where it is written.
#![allow(clippy::disallowed_methods, clippy::expect_used, clippy::unwrap_used, reason = "tests")]

use cc_client::{Stamp, Write, WriteError, WriteId, WriteKind};

fn write(collection: &str, key: &str, body: &str) -> Write {
    Write::new(
        WriteId([7; 16]),
        (collection, key),
        WriteKind::Put,
        body,
        Stamp { millis: 1, counter: 0, node: 1 },
    )
}

#[test]
fn what_the_protocol_can_never_take_is_told_by_which_part_of_it() {
    const COLLECTION: &str = "a collection name has ASCII letters, digits, - or _, and begins with a letter";
    const KEY: &str = "a key must not have control characters";
    const UNREADABLE: &str =
        "the body of a put holds a member twice, half of a surrogate pair, or a number that no double holds";
    let long = |length: usize| format!("{{\"a\":\"{}\"}}", "x".repeat(length - 8));
    let deep = format!("{{\"a\":{}1{}}}", "[".repeat(64), "]".repeat(64));
    for (collection, key, body, expected) in [
        ("places", "7", "{}", None),
        ("Partner_2-parts", "gamma/0190 \u{e5}\u{1f697}", "{}", None),
        ("../x", "7", "{}", Some(COLLECTION)),
        ("places/7", "7", "{}", Some(COLLECTION)),
        ("pl%61ces", "7", "{}", Some(COLLECTION)),
        ("pl\u{e5}ces", "7", "{}", Some(COLLECTION)),
        ("2places", "7", "{}", Some(COLLECTION)),
        ("-", "7", "{}", Some(COLLECTION)),
        ("", "7", "{}", Some("collection must have 1 to 64 bytes")),
        (&"x".repeat(65), "7", "{}", Some("collection must have 1 to 64 bytes")),
        ("places", "", "{}", Some("key must have 1 to 256 bytes")),
        ("places", &"x".repeat(257), "{}", Some("key must have 1 to 256 bytes")),
        ("places", "a\nb", "{}", Some(KEY)),
        ("places", "\0", "{}", Some(KEY)),
        ("places", "\u{7f}", "{}", Some(KEY)),
        ("places", "\u{85}", "{}", Some(KEY)),
        ("places", "7", "[]", Some("the body of a put is a JSON object")),
        ("places", "7", "{", Some("the body of a put is a JSON object")),
        ("places", "7", &deep, Some("the body of a put has more than 64 levels")),
        ("places", "7", &long(65_536), None),
        ("places", "7", &long(65_537), Some("a write of more than 65536 bytes")),
        ("places", "7", r#"{"a":{"b":["\ud800"]}}"#, Some(UNREADABLE)),
        ("places", "7", r#"{"\udc00":1}"#, Some(UNREADABLE)),
        ("places", "7", r#"{"a":1e999}"#, Some(UNREADABLE)),
        ("places", "7", r#"{"a":"\ud83d\ude00","b":123456789012345678901234567890,"c":-0.0,"d":1}"#, None),
        ("places", "7", r#"{"b":[{"a":1,"\u0061":2}]}"#, Some(UNREADABLE)),
    ] {
        let found = write(collection, key, body).check().map_err(|error| error.to_string());
        assert_eq!(found.err().as_deref(), expected, "{collection} {key:?}");
    }
    let mut gone = write("places", "7", "");
    gone.kind = WriteKind::Delete;
    assert_eq!(gone.check(), Ok(()));
    gone.body = "{}".into();
    assert_eq!(gone.check().unwrap_err().to_string(), "the body of a delete is empty");
    assert_eq!(write("places", "\u{1b}", "{}").check(), Err(WriteError::Key));
}

#[cfg(all(feature = "testing", feature = "tokio"))]
mod running {
    use cc_client::decide::SendOutcome;
    use cc_client::store::{MemoryStore, Store};
    use cc_client::testing::{FAKE_SESSION, FakePlatform, FakeTransport};
    use cc_client::wire::ProblemCode;
    use cc_client::{Client, ClientError, Resolution, WriteError, WriteId, WriteKind};

    #[tokio::test]
    async fn it_is_refused_where_it_is_written_and_what_was_accepted_before_is_sent_all_the_same() {
        let mut store = MemoryStore::new();
        let before = super::write("places", "a\nb", "{}");
        store.accept("main", std::slice::from_ref(&before)).unwrap();
        let world = FakeTransport::default();
        let client = Client::builder(world.clone(), store).session(FAKE_SESSION).start().await.unwrap();
        for (collection, key, expected) in
            [("../x", "7", WriteError::Collection), ("places", "\u{1b}[2J", WriteError::Key)]
        {
            let refused = client.submit(collection, key, WriteKind::Put, "{}").await.unwrap_err();
            assert!(matches!(refused, ClientError::Write(error) if error == expected), "{refused}");
        }
        // What becomes of it the platform says.
        let rejected = SendOutcome::Rejected(ProblemCode::Malformed);
        assert_eq!(client.outcome(before.id).await.unwrap(), rejected);
        assert!(world.platform().knows(before.id));
        assert_eq!(client.unresolved().await.unwrap().len(), 1);
    }

    #[test]
    fn what_is_shown_of_a_write_is_what_the_platform_makes_of_it() {
        let put = |body: &'static str| (WriteKind::Put, body);
        let patch = |body: &'static str| (WriteKind::Patch, body);
        for (writes, expected) in [
            (&[put(r#"{"a":null}"#)][..], "{}"),
            (&[put(r#"{"a":null,"b":1.50}"#)], r#"{"b":1.50}"#),
            (
                &[put(r#"{"b":1, "a":{"x":null}, "c":[null], "d":"null"}"#)],
                r#"{"a":{"x":null},"b":1,"c":[null],"d":"null"}"#,
            ),
            (&[put(r#"{"a":1,"a":null}"#)], "{}"),
            (&[patch(r#"{"a":null,"b":{"c":null}}"#)], r#"{"b":{"c":null}}"#),
            (&[put(r#"{"a":{"x":1},"b":2}"#), patch(r#"{"a":{"y":2},"b":null}"#)], r#"{"a":{"y":2}}"#),
        ] {
            let (mut platform, place) = (FakePlatform::default(), ("places".to_owned(), "7".to_owned()));
            let mut shown: Option<Box<str>> = None;
            for (millis, (kind, body)) in (1..).zip(writes) {
                let mut write = super::write("places", "7", body);
                (write.kind, write.clock.millis) = (*kind, millis);
                platform.write(&place, kind.as_str(), body, write.clock);
                shown = write.apply(shown.as_deref());
            }
            assert_eq!(platform.item("places", "7").map(|(_, value)| value), Some(expected));
            assert_eq!(shown.as_deref(), Some(expected), "{writes:?}");
        }
        // What is kept as it came, and what is patched inside its members.
        for (collection, kind, body, expected) in [
            ("messages", WriteKind::Put, r#"{"text":"a","x":null}"#, r#"{"text":"a","x":null}"#),
            ("vehicles", WriteKind::Put, r#"{"x":null}"#, r#"{"x":null}"#),
            (
                "vehicles",
                WriteKind::Patch,
                r#"{"a":{"x":null,"z":3}}"#,
                r#"{"a":{"y":2,"z":3},"expiresAt":1}"#,
            ),
            ("bookings", WriteKind::Put, r#"{"b":3}"#, r#"{"a":{"x":1,"y":2},"b":3,"expiresAt":1}"#),
            ("conversations", WriteKind::Put, r#"{"b":3}"#, r#"{"a":{"x":1,"y":2},"expiresAt":1}"#),
            ("shares", WriteKind::Put, r#"{"b":3}"#, r#"{"a":{"x":1,"y":2},"b":3}"#),
            ("shares", WriteKind::Put, r#"{"expiresAt":3}"#, r#"{"a":{"x":1,"y":2},"expiresAt":3}"#),
        ] {
            let mut write = super::write(collection, "7", body);
            write.kind = kind;
            assert_eq!(
                write.apply(Some(r#"{"a":{"x":1,"y":2},"expiresAt":1}"#)).as_deref(),
                Some(expected),
                "{collection}"
            );
        }
    }

    #[tokio::test]
    async fn a_null_that_is_put_is_not_shown_before_it_is_sent_either() {
        let world = FakeTransport::default();
        let client =
            Client::builder(world.clone(), MemoryStore::new()).session(FAKE_SESSION).start().await.unwrap();
        client.set_network(false).unwrap();
        client.submit("places", "7", WriteKind::Put, r#"{"name":"Pier","note":null}"#).await.unwrap();
        let shown = client.item("places", "7").await.unwrap().unwrap();
        assert_eq!((&*shown.value, shown.pending), (r#"{"name":"Pier"}"#, true));
        client.set_network(true).unwrap();
        client.flush(std::time::Duration::from_secs(20)).await.unwrap();
        assert_eq!(world.platform().item("places", "7"), Some((1, r#"{"name":"Pier"}"#)));
    }

    #[tokio::test]
    async fn what_was_rejected_for_that_may_be_let_go_and_is_not_sent_again() {
        let mut store = MemoryStore::new();
        let before = super::write("places", "a\nb", "{}");
        store.accept("main", std::slice::from_ref(&before)).unwrap();
        let number = store.waiting("main", 1, 100).unwrap()[0].number;
        let outcome = SendOutcome::Rejected(ProblemCode::Malformed);
        let rejected = cc_client::store::Settled::new((number, before.id), outcome);
        store.settle(&[rejected]).unwrap();
        let client =
            Client::builder(FakeTransport::default(), store).session(FAKE_SESSION).start().await.unwrap();
        let refused = client.resolve(before.id, Resolution::KeepMine).await.unwrap_err();
        assert!(matches!(refused, ClientError::Write(WriteError::Key)), "{refused}");
        assert_eq!(client.unresolved().await.unwrap()[0].0.write.id, WriteId([7; 16]));
        assert_eq!(client.resolve(before.id, Resolution::TakeTheirs).await.unwrap(), Some(before.id));
        assert!(client.unresolved().await.unwrap().is_empty());
    }
}

#[test]
fn the_key_of_another_organizations_item_is_longer_by_its_name() {
    let record = |key: &str| {
        cc_client::store::Record::parse(&format!(
            r#"{{"collection":"places","key":"{key}","version":1,"value":{{}}}}"#
        ))
    };
    for (key, fits) in [
        ("x".repeat(256), true),
        ("x".repeat(257), false),
        (format!("@{}", "x".repeat(321)), true),
        (format!("@{}", "x".repeat(322)), false),
    ] {
        assert_eq!(record(&key).is_some(), fits, "{} bytes", key.len());
    }
}
