//! A stream gives the items of the whole, however its bytes were cut, and holds no more than one of them.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use cc_core::stream::{EventStream, StreamLimits, StreamPart};
use cc_core::{BatchItem, EventDecodeError, decode_batch};
use proptest::prelude::*;
use proptest::sample::select;

/// Pieces of which good and damaged bodies are made.
const PIECES: [&str; 40] = [
    "{\"id\":1,\"time\":\"2026-05-01T10:00:00Z\",\"type\":\"car_ignition\",\"value\":true}",
    "{\"id\":2,\"time\":\"2026-05-01T10:00:00Z\",\"type\":\"x\",\"y\":[1,{\"z\":null}]}",
    "{\n  \"id\": 3,\n  \"time\": \"2026-05-01T10:00:00Z\",\n  \"type\": \"x\",\n  \"v\": [\n {\n }\n ]\n}",
    "{\"id\":5,\"time\":\"2026-05-01T10:00:00Z\",\"type\":\"y\",\"q\":tr",
    "{\"id\":\"x\"}",
    "{\"id\":1,\"time\":\"2026",
    "{",
    "}",
    "[",
    "]",
    ",",
    ":",
    "\"",
    "\n",
    "\r\n",
    " ",
    "\\",
    "{\"a\":[",
    "{\"a\":",
    "\"abc\"",
    "tru",
    "true",
    "1.5",
    "-",
    "1e",
    "\\u12",
    "null",
    "{}",
    "[]",
    "}\n",
    "{\n\"",
    "],",
    "},",
    "\u{feff}",
    "é",
    "{\"a\":1,\n",
    "\"\n",
    "},\n",
    "\"k\":",
    "[\n",
];

fn body() -> impl Strategy<Value = Vec<u8>> {
    let pieces = prop::collection::vec(select(&PIECES[..]), 0..24);
    let wrong = prop::option::weighted(0.2, (any::<prop::sample::Index>(), any::<u8>()));
    (any::<bool>(), select(vec!["", "[", "{"]), pieces, wrong).prop_map(|(mark, head, pieces, wrong)| {
        let mut body = [if mark { "\u{feff}" } else { "" }, head, &pieces.concat()].concat().into_bytes();
        if let Some((at, byte)) = wrong
            && !body.is_empty()
        {
            let at = at.index(body.len());
            body[at] = byte;
        }
        body
    })
}

/// The parts of a body that comes in pieces of these lengths, over and over; where 0 stands nothing is taken.
fn parts(body: impl AsRef<[u8]>, longest_item: usize, lengths: &[usize]) -> Vec<StreamPart> {
    let mut stream = EventStream::new(StreamLimits { longest_item });
    let (mut parts, mut rest) = (Vec::new(), body.as_ref());
    for &length in lengths.iter().cycle() {
        if rest.is_empty() {
            break;
        }
        if length == 0 {
            parts.extend(std::iter::from_fn(|| stream.next_part()));
        }
        let (piece, after) = rest.split_at(length.max(1).min(rest.len()));
        stream.push(piece);
        rest = after;
    }
    stream.finish();
    parts.extend(std::iter::from_fn(|| stream.next_part()));
    parts
}

fn items(parts: Vec<StreamPart>) -> Vec<BatchItem> {
    let item = |part| if let StreamPart::Item(item) = part { Some(item) } else { None };
    parts.into_iter().filter_map(item).collect()
}

const UNLIMITED: usize = usize::MAX;

proptest! {
    #![proptest_config(ProptestConfig::with_cases(3_000))]

    #[test]
    fn any_pieces_give_the_items_of_the_whole(
        body in body(),
        lengths in prop::collection::vec(0..90_usize, 1..8),
    ) {
        let whole: Vec<BatchItem> = decode_batch(&body).collect();
        let longest = StreamLimits::default().longest_item;
        prop_assert_eq!(&items(parts(&body, longest, &lengths)), &whole);
        prop_assert_eq!(&items(parts(&body, longest, &[0])), &whole);
    }

    #[test]
    fn any_pieces_give_the_same_under_any_limit(
        body in body(),
        longest in 1..160_usize,
        lengths in prop::collection::vec(0..90_usize, 1..8),
    ) {
        let whole = parts(&body, longest, &[UNLIMITED]);
        prop_assert_eq!(&parts(&body, longest, &lengths), &whole);
        prop_assert_eq!(&parts(&body, longest, &[0]), &whole);
        // Arrays begin and end in turn, and no item is given twice.
        let mut open = false;
        let mut last = None;
        for part in whole {
            match part {
                StreamPart::ArrayStart => prop_assert!(!std::mem::replace(&mut open, true)),
                StreamPart::ArrayEnd => prop_assert!(std::mem::replace(&mut open, false)),
                StreamPart::Item(item) => {
                    prop_assert!(last <= Some((item.offset, item.line)) && item.line <= item.last_line);
                    last = Some((item.offset, item.line));
                    if let Ok(event) = &item.event {
                        prop_assert!(event.to_json().len() <= longest + 16);
                    }
                }
            }
        }
        prop_assert!(!open);
    }
}

const EVENT: &str = "{\"id\":1,\"time\":\"2026-05-01T10:00:00Z\",\"type\":\"x\"}";

#[test]
fn after_an_item_that_is_too_long_reading_goes_on() {
    let long = format!("{{\"id\":1,\"a\":\"{}\"}}", "x".repeat(200));
    let nested = format!("{{\"id\":1,\"a\":[\n{{\"id\":7}},{}]}}", "1,".repeat(200));
    let unclosed = format!("{{\"id\":1,\"a\":[{}", "1,".repeat(100));
    for (body, expected) in [
        (format!("[{EVENT},{long},{EVENT}]"), "1L1"),
        (format!("[{EVENT},{nested},{EVENT}]"), "1L1"),
        (format!("{EVENT}\n{long}\n{EVENT}\n"), "1L1"),
        (format!("{EVENT}{long}{EVENT}\n"), "1L1"),
        // Its brackets do not close: what can be part of it goes with it.
        (format!("{EVENT}\n{unclosed}{EVENT}\n{EVENT}\n"), "1L1"),
        (format!("[{EVENT},{unclosed}\n{EVENT},\n{EVENT},\n{EVENT}]"), "1L"),
        // … unless a line looks like the item's own.
        (format!("{EVENT}\n{unclosed}\n{EVENT}\n{EVENT}\n"), "1L11"),
        (format!("[{EVENT},\n{{\"a\":[1,\n{EVENT},\n{EVENT},\n{EVENT},\n{EVENT}]"), "1L1111"),
        (format!("[{{\"a\":[1,\n{EVENT},\n{EVENT},\n{EVENT},\n{EVENT}]"), "L1111"),
        (
            format!(
                "[\n  {{\n    \"a\": [\n      {{\"id\": 7}},\n      {EVENT},\n    {EVENT}\n    ]\n  }}, {EVENT}]"
            ),
            "L1",
        ),
        (format!("[{EVENT},{long}"), "1LE"),
        (format!("[{EVENT},\n{unclosed}1\n{EVENT},\n{EVENT}]"), "1L11"),
        (format!("[{EVENT},\n{{\"a\":\"{}\n{EVENT},\n{EVENT}]", "x".repeat(60)), "1E11"),
        (format!("[{EVENT},\n{{\"a\":\"{}\n{EVENT},\n{EVENT}]", "x".repeat(200)), "1L11"),
        // What is broken from the start needs no limit.
        (format!("[{EVENT},{{{}}},{EVENT}]", "x".repeat(500)), "1E1"),
        (format!("[{EVENT},{},\n{EVENT}]", "9".repeat(500)), "1E1"),
        (format!("{EVENT}\n{}\n{EVENT}", "9".repeat(500)), "1E1"),
    ] {
        let found: String = items(parts(&body, 100, &[7]))
            .iter()
            .map(|item| match &item.event {
                Ok(_) => '1',
                Err(EventDecodeError::Size { limit: 100, offset }) => {
                    assert_eq!(*offset, item.offset);
                    'L'
                }
                Err(_) => 'E',
            })
            .collect();
        assert_eq!(found, expected, "{body}");
    }
    let error = items(parts(format!("[{EVENT},\n{long}]"), 100, &[7]))[1].event.clone().unwrap_err();
    assert_eq!(error.to_string(), "expected at most 100 bytes at byte 52");
}

/// However early in a long body, and however often, an item that is never closed takes no more than itself with it.
#[test]
fn an_item_that_is_never_closed_does_not_swallow_the_body() {
    for broken in ["{\"a\":1,", "{\"a\":[1,", "{\"a\":{\"b\":1,", "{\"a\":\"b,", "{\"a\":[[{},"] {
        for every in [2, 100, 100_000] {
            let (mut body, mut good) = (String::from("["), 0);
            for i in 0..5_000 {
                if i % every == 1 {
                    body.push_str(broken);
                } else {
                    body.push_str(EVENT);
                    body.push_str(if i == 4_999 { "]" } else { "," });
                    good += 1;
                }
                body.push('\n');
            }
            for longest in [1 << 20, 4_000] {
                let items = items(parts(&body, longest, &[UNLIMITED]));
                let found = items.iter().filter(|item| item.event.is_ok()).count();
                // Where the limit is near, what was read as part of the broken item may be given up with it.
                assert!(
                    found <= good && found >= good - if longest < 5_000 { 4_000 / 50 } else { 0 },
                    "{broken} {found}"
                );
            }
        }
    }
}

#[test]
fn an_item_may_have_exactly_as_many_bytes_as_the_limit_says() {
    for (longest, is_read) in [(EVENT.len(), true), (EVENT.len() - 1, false)] {
        for body in [EVENT.to_owned(), format!("[{EVENT}]"), format!("  {EVENT}\n{EVENT}")] {
            for lengths in [&[1][..], &[UNLIMITED], &[0]] {
                let items = items(parts(&body, longest, lengths));
                assert!(items.iter().all(|item| item.event.is_ok() == is_read), "{items:?}");
            }
        }
    }
    // A body may be empty, and a limit of nothing reads nothing.
    assert_eq!(parts("", 0, &[1]), []);
    assert!(items(parts(EVENT, 0, &[1])).iter().all(|item| item.event.is_err()));
}

#[test]
fn an_item_is_given_with_its_last_byte_and_an_error_as_soon_as_it_is_one() {
    let mut stream = EventStream::default();
    let mut given = |bytes: &str| {
        stream.push(bytes.as_bytes());
        std::iter::from_fn(|| stream.next_item()).map(|item| item.event.is_ok()).collect::<Vec<_>>()
    };
    assert_eq!(given(&EVENT[..EVENT.len() - 1]), [false; 0]);
    assert_eq!(given("}"), [true]);
    assert_eq!(given("\n"), [false; 0]);
    assert_eq!(given("{\"id\":\"a\n"), [false]);
    assert_eq!(given("{\"id\":1,\"x\":[\n"), [false; 0]);
    assert_eq!(given(EVENT), [false; 0]);
    // The line before was never closed: nothing can follow the event but a comma or a bracket.
    assert_eq!(given(&format!("\n{EVENT}")), [false, true, true]);
}

#[test]
fn nothing_is_read_after_the_end() {
    let mut stream = EventStream::default();
    stream.push(b"[");
    stream.finish();
    stream.push(EVENT.as_bytes());
    let error = stream.next_item().unwrap().event.unwrap_err();
    assert_eq!(error.to_string(), "expected an object or ']' at byte 1");
    assert_eq!(stream.next_item(), None);
}

#[test]
fn no_debug_shows_what_is_held() {
    let mut stream = EventStream::default();
    stream.push(b"{\"vin\":\"WVWZZZ1KZAM000001\",\"latitude\":55.676097,\"WVWZZZ1KZAM000001\":");
    assert_eq!(stream.next_item(), None);
    let shown = format!("{stream:?} {:?}", decode_batch(b"{\"vin\":\"WVWZZZ1KZAM000001\""));
    assert!(!shown.contains("WVW") && !shown.contains("55.6") && !shown.contains("87, 86"), "{shown}");
}

/// Byte by byte, no damage makes the work more than linear: else this would take minutes.
#[test]
fn no_body_takes_long_in_pieces_of_any_size() {
    let size = 100_000;
    for piece in
        ["[", "{\"a\":", "[{\"a\n", "{\"a\":[\n", "\"", "{\"x\" \n", "1,", "{\"a\":\"b\",", "}\n", " "]
    {
        for head in ["", "[", "{\"type\":", "[{\"a\":\"", "{\"a\":[", "{\"a\":1"] {
            let body = format!("{head}{}", piece.repeat(size / piece.len()));
            let whole = parts(&body, 1 << 20, &[UNLIMITED]).len();
            for lengths in [&[0][..], &[1, 0], &[999, 0]] {
                assert_eq!(parts(&body, 1 << 20, lengths).len(), whole, "{head}{piece}");
            }
        }
    }
}
