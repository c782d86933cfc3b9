//! The target functions. Each takes any bytes and must neither panic, nor hang, nor break its law.
//!
//! `cc-client/tests/fuzz_corpus.rs` includes this file and runs every function over the committed seeds, and over bytes made at random,
//! on stable Rust.

mod world;

use std::sync::LazyLock;

use cc_client::connected_cars::WebhookVerifier;
use cc_client::jwt::{Expected, Jwt, KeySet};
use cc_client::merge::{Stamps, ThreeWay, merge_by_clock, merge_patch, three_way};
use cc_client::store::{Durability, Record, SqliteStore, Standing, Store as _};
use cc_client::wire::{Control, LineParser, Problem, RetryAfter, SseItem, SseParser};
use cc_client::{KeyFile, Offset, Stamp, WriteId};
use cc_core::Timestamp;

pub use world::{client, write};

/// A piece size, a limit, and what they are for.
fn pieces(input: &[u8]) -> Option<(usize, usize, &[u8])> {
    let [piece, limit, rest @ ..] = input else { return None };
    Some((usize::from(*piece).max(1), usize::from(*limit) * 8, rest))
}

/// Any stream is events or an error, the same in whatever pieces it comes, none larger than the limit.
pub fn sse(input: &[u8]) {
    let Some((piece, limit, stream)) = pieces(input) else { return };
    let read = |piece: usize| {
        let (mut parser, mut items) = (SseParser::with_limit(limit), Vec::new());
        for mut bytes in stream.chunks(piece) {
            loop {
                match parser.next(&mut bytes) {
                    Ok(Some(item)) => {
                        if let SseItem::Event(event) = &item {
                            assert!(!event.name.is_empty(), "an event has a name");
                        }
                        items.push(format!("{item:?}"));
                    }
                    Ok(None) => break,
                    Err(error) => {
                        items.push(error.to_string());
                        return items;
                    }
                }
            }
        }
        items
    };
    assert_eq!(read(piece), read(stream.len().max(1)));
}

/// Any stream is lines or an error, the same in whatever pieces it comes, and no line is longer than the limit.
pub fn lines(input: &[u8]) {
    let Some((piece, limit, stream)) = pieces(input) else { return };
    let read = |piece: usize| {
        let (mut parser, mut lines) = (LineParser::with_limit(limit), Vec::new());
        for mut bytes in stream.chunks(piece) {
            loop {
                match parser.next(&mut bytes) {
                    Ok(Some(line)) => {
                        assert!(line.len() <= limit && !line.contains(&b'\n'));
                        lines.push(line.to_vec());
                    }
                    Ok(None) => break,
                    Err(_) => return (lines, false),
                }
            }
        }
        (lines, true)
    };
    assert_eq!(read(piece), read(stream.len().max(1)));
}

/// Words of the wire: what is read is written back as it was, or as something that reads the same.
pub fn words(input: &[u8]) {
    let status =
        u16::from_be_bytes([input.first().copied().unwrap_or(1), input.get(1).copied().unwrap_or(0)]);
    for kind in [None, Some("application/json"), Some("application/problem+json"), Some("text/html")] {
        let problem = Problem::read(status, kind, input);
        assert!(problem.detail.is_none_or(|detail| detail.as_str().len() <= input.len() * 3));
    }
    let Ok(text) = std::str::from_utf8(input) else { return };
    if let Some(offset) = Offset::new(text) {
        assert_eq!(offset.as_str(), text);
    }
    if let Ok(stamp) = text.parse::<Stamp>() {
        assert_eq!(stamp.to_string().parse(), Ok(stamp));
    }
    if let Ok(id) = text.parse::<WriteId>() {
        assert_eq!(id.to_string().parse(), Ok(id));
    }
    if let Some(record) = Record::parse(text) {
        assert!(i64::try_from(record.version).is_ok() && !record.key.is_empty());
    }
    if let Some(wait) = RetryAfter::parse(text) {
        assert!(wait.wait(Timestamp::default()) <= wait.wait(Timestamp::MIN_UTC));
    }
    let _ = Control::parse(text);
    if let Ok(file) = KeyFile::parse(text) {
        let now = Timestamp::default();
        let _ = file.assertion(now);
        assert!(!format!("{file:?}").contains("PRIVATE KEY"));
    }
}

/// The public key of RFC 8037, appendix A.2.
pub const KEYS: &str =
    r#"{"keys":[{"kty":"OKP","crv":"Ed25519","kid":"1","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}]}"#;

static TRUSTED: LazyLock<KeySet> =
    LazyLock::new(|| KeySet::parse(KEYS.as_bytes()).expect("that is a set of keys"));

/// Any text is a token or none, any JSON a set of keys or none; and with keys that only the seed's maker has, nothing but the seed is taken.
pub fn tokens(input: &[u8]) {
    let Ok(text) = std::str::from_utf8(input) else { return };
    let (token, keys) = text.split_once('\n').unwrap_or((text, ""));
    let now = Timestamp::default();
    if let Ok(keys) = KeySet::parse(keys.as_bytes())
        && let Ok(jwt) = Jwt::verify(token, &keys)
    {
        let _ = jwt.check(&Expected::of_anybody(now));
        assert!(jwt.claims.trim_start().starts_with('{'), "claims are an object");
    }
    if Jwt::verify(token, &TRUSTED).is_ok() {
        assert_eq!(token, include_str!("../corpus/tokens/good").trim_end(), "a forged token was taken");
    }
    let verifier = WebhookVerifier::new(TRUSTED.clone());
    assert!(
        verifier.verify("request-1", token, keys.as_bytes(), now).is_err(),
        "a forged signature was taken"
    );
}

/// Three documents: patches put in twice change nothing the second time, those of two devices come to the same in either order, and what one
/// side alone has changed is taken as it is.
pub fn merging(input: &[u8]) {
    let Ok(text) = std::str::from_utf8(input) else { return };
    let mut parts = text.splitn(3, '\n').map(str::to_owned);
    let [base, ours, theirs] = std::array::from_fn(|_| parts.next().unwrap_or_else(|| "{}".to_owned()));
    if let Some(once) = merge_patch(Some(&base), &ours) {
        assert_eq!(merge_patch(Some(&once), &ours).as_ref(), Some(&once));
    }
    let stamp = |millis| Stamp { millis, counter: 0, node: 1 };
    let both = |first: (&str, u64), second: (&str, u64)| {
        let (mut item, mut stamps) = (base.clone(), Stamps::new());
        merge_by_clock(&mut item, &mut stamps, first.0, stamp(first.1))?;
        merge_by_clock(&mut item, &mut stamps, second.0, stamp(second.1))?;
        Some((item, stamps))
    };
    assert_eq!(both((&ours, 1), (&theirs, 2)), both((&theirs, 2), (&ours, 1)));
    if let Some(ThreeWay::Merged(merged)) = three_way(&base, &ours, &theirs) {
        assert_eq!(three_way(&base, &merged, &base), Some(ThreeWay::Merged(merged)));
    }
}

/// Any bytes are a file of the store, or refused; what can be salvaged is a whole store, which takes writes.
pub fn store_file(input: &[u8]) {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("client.db");
    std::fs::write(&path, input).expect("a file");
    if let Ok((mut store, salvage)) = SqliteStore::open_or_salvage(&path, Durability::Process) {
        if let Some(salvage) = salvage {
            assert_eq!(
                std::fs::read(&salvage.aside).ok().as_deref(),
                Some(input),
                "what is set aside is as it was"
            );
        }
        let write = world::write(0, ("places", "here"), "{}");
        // What was opened as whole may be damaged where nothing was read.
        if store.accept("main", std::slice::from_ref(&write)).is_ok() {
            let standing = store.standing(write.id);
            assert!(matches!(standing, Ok(Some(Standing::Waiting)) | Err(_)), "{standing:?}");
        }
        let _ = store.waiting("main", 1_000, 1 << 20).map(|rows| rows.len());
        let _ = store.items("places", "", 1_000).map(|items| items.len());
    }
}
