//! What public suites ask of whoever reads server-sent events, as rows: `format-*` and `event-data` of web-platform-tests (eventsource),
//! and the cases on parsing, line ends and sizes of sse-contract-tests. Each row is read whole, byte by byte, and in pieces of two.
#![allow(clippy::disallowed_methods, clippy::expect_used, clippy::unwrap_used, reason = "tests")]

use cc_client::wire::{SseItem, SseParser};

/// Everything in a stream, cut into pieces of so many bytes.
fn read(text: &[u8], piece: usize) -> Vec<String> {
    let (mut parser, mut found) = (SseParser::default(), Vec::new());
    for mut piece in text.chunks(piece) {
        while let Some(item) = parser.next(&mut piece).unwrap() {
            found.push(match item {
                SseItem::Comment => continue,
                SseItem::Retry(wait) => format!("retry {}", wait.as_millis()),
                SseItem::Event(event) => match event.id {
                    Some(id) => format!("{} #{id} {}", event.name, event.data),
                    None => format!("{} {}", event.name, event.data),
                },
            });
        }
    }
    found
}

fn reads(name: &str, text: &[u8], expected: &[&str]) {
    for piece in [text.len().max(1), 1, 2] {
        assert_eq!(read(text, piece), expected, "{name}, in pieces of {piece}");
    }
}

#[test]
fn the_rows_of_the_web_platform_tests_come_out_as_they_say() {
    let long = "x".repeat(2_048);
    let comments = format!("data:1\r:\0\n:\r\ndata:2\n:{long}\rdata:3\n:data:fail\r:{long}\ndata:4\n\n");
    let rows: &[(&str, &[u8], &[&str])] = &[
        ("event-data", b"data:msg\ndata: msg\n\n:\nfalsefield:msg\n\nfalsefield:msg\nData:data\n\ndata\n\ndata:end\n\n", &[
            "message msg\nmsg",
            "message ",
            "message end",
        ]),
        ("format-bom", b"\xEF\xBB\xBFdata:1\n\n\xEF\xBB\xBFdata:2\n\ndata:3\n\n", &["message 1", "message 3"]),
        ("format-bom-2", b"\xEF\xBB\xBF\xEF\xBB\xBFdata:1\n\ndata:2\n\ndata:3\n\n", &["message 2", "message 3"]),
        ("format-comments", comments.as_bytes(), &["message 1\n2\n3\n4"]),
        // What has not ended by the end of the stream is no event, and its id was never given.
        ("format-data-before-final-empty-line", b"retry:1000\ndata:test1\n\nid:test\ndata:test2", &[
            "retry 1000",
            "message test1",
        ]),
        ("format-field-data", b"data:\n\ndata\ndata\n\ndata:test\n\n", &["message ", "message \n", "message test"]),
        ("format-field-event", b"event:test\ndata:x\n\ndata:x\n\n", &["test x", "message x"]),
        ("format-field-event-empty", b"event: \ndata:data\n\n", &["message data"]),
        ("format-field-id", "id: …\ndata: hello\n\n".as_bytes(), &["message #… hello"]),
        ("format-field-id-2", b"id: 1\ndata:a\n\ndata:b\n\nid\ndata:c\n\n", &["message #1 a", "message #1 b", "message c"]),
        (
            "format-field-id-3",
            b"id: 1\ndata: a\n\nid: 2\ndata: b\n\ndata: c\n\nid:\ndata: d\n\ndata: e\n\n",
            &["message #1 a", "message #2 b", "message #2 c", "message d", "message e"],
        ),
        ("format-field-id-null", b"id: 1\0 2\ndata:a\n\n", &["message a"]),
        (
            "format-field-parsing",
            b"data:\0\ndata:  2\rData:1\ndata\0:2\ndata:1\r\0data:4\nda-ta:3\rdata_5\ndata:3\rdata:\r\n data:32\ndata:4\n\n",
            &["message \0\n 2\n1\n3\n\n4"],
        ),
        ("format-field-retry", b"retry:3000\ndata:x\n\n", &["retry 3000", "message x"]),
        ("format-field-retry-bogus", b"retry:3000\nretry:1000x\ndata:x\n\n", &["retry 3000", "message x"]),
        ("format-field-retry-empty", b"retry\ndata:test\n\n", &["message test"]),
        (
            "format-field-unknown",
            b"data:test\n data\ndata\nfoobar:xxx\njustsometext\n:thisisacommentyay\ndata:test\n\n",
            &["message test\n\ntest"],
        ),
        ("format-leading-space", b"data:\ttest\rdata: \ndata:test\n\n", &["message \ttest\n\ntest"]),
        ("format-newlines", b"data:test\r\ndata\ndata:test\r\n\r\n", &["message test\n\ntest"]),
        ("format-null-character", b"data:\0\n\n\n\n", &["message \0"]),
        ("format-utf-8", "data:ok…\n\n".as_bytes(), &["message ok…"]),
    ];
    for (name, text, expected) in rows {
        reads(name, text, expected);
    }
}

#[test]
fn the_rows_of_the_contract_tests_come_out_as_they_say() {
    let rows: &[(&str, &str, &[&str])] = &[
        ("two messages", "data: Hello\n\ndata: World\n\n", &["message Hello", "message World"]),
        ("two lines", "data: Hello\ndata:World\n\n", &["message Hello\nWorld"]),
        ("empty data", "data:\n\n", &["message "]),
        ("type and id", "event: greeting\nid: abc\ndata: Hello\n\n", &["greeting #abc Hello"]),
        ("fields in reverse order", "data: Hello\nid: abc\nevent: greeting\n\n", &["greeting #abc Hello"]),
        ("null in an id", "id: a\0bc\ndata: Hello\n\n", &["message Hello"]),
        (
            "an id stays",
            "id: abc\ndata: first\n\ndata: second\n\n",
            &["message #abc first", "message #abc second"],
        ),
        (
            "an empty id ends it",
            "id: abc\ndata: first\n\nid: \ndata: second\n\n",
            &["message #abc first", "message second"],
        ),
        ("unknown field", "event: greeting\ncolor: blue\ndata: Hello\n\n", &["greeting Hello"]),
        ("no leading space", "event:greeting\ndata:Hello\n\n", &["greeting Hello"]),
        ("one leading space more", "event:  greeting\ndata:  Hello\n\n", &[" greeting  Hello"]),
        ("field without colon", "data\n\ndata\ndata\n\n", &["message ", "message \n"]),
        ("letters of many bytes", "data: €豆腐\n\n", &["message €豆腐"]),
        ("comment in an event", "data: a\n: comment\ndata: b\n\n", &["message a\nb"]),
    ];
    for (name, text, expected) in rows {
        reads(name, text.as_bytes(), expected);
    }
    for end in ["\n", "\r\n", "\r"] {
        let lines: &[(&[&str], &[&str])] = &[
            (&["data: event 1", ""], &["message event 1"]),
            (&["data: 1", "", "data: 2", "data: 3", ""], &["message 1", "message 2\n3"]),
            (&["data:", "data: 2", "data: 3", ""], &["message \n2\n3"]),
            (&["data: 1", "data:", "data: 3", ""], &["message 1\n\n3"]),
            (&["data: 1", "", "", "data: 2", ""], &["message 1", "message 2"]),
            (&["data: 1", "", "", "", "data: 2", ""], &["message 1", "message 2"]),
        ];
        for (lines, expected) in lines {
            let text: String = lines.iter().flat_map(|line| [*line, end]).collect();
            reads("line ends", text.as_bytes(), expected);
        }
    }
}

#[test]
fn large_events_and_long_lines_come_whole() {
    for size in [100_000, 1_000_000] {
        let line = "a".repeat(size);
        let text = format!("data: {line}\n\n");
        assert_eq!(read(text.as_bytes(), 4_096), [format!("message {line}")]);
        let lines = format!("data: {}\n", "b".repeat(99)).repeat(size / 100);
        let found = read(format!("{lines}\n").as_bytes(), 4_096);
        assert_eq!((found.len(), found[0].len()), (1, "message ".len() + size - 1));
    }
}
