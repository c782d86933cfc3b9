//! One conversation, written down in every way that adapters have: what is read is the same.
#![allow(clippy::unwrap_used, reason = "tests")]

mod common;

use std::fmt::Write as _;

use cc_obd::capture::{CaptureFormat, Decoded, Decoder, Item};
use cc_obd::elm::Scanner;
use proptest::prelude::*;

/// How an adapter is set up, and what it is like.
#[allow(clippy::struct_excessive_bools, reason = "each is one switch of an adapter")]
#[derive(Clone, Copy, Debug)]
struct Style {
    /// `AT E1`
    echo: bool,
    /// `AT H1`
    headers: bool,
    /// `AT S1`
    spaces: bool,
    /// `AT L1`
    line_feeds: bool,
    /// `AT D1`, seen with headers only.
    length: bool,
    /// `AT CAF1`: control bytes are taken off where there are no headers.
    formatting: bool,
    /// A clone writes small letters.
    is_lower: bool,
    /// A clone sends zeros in between: one after so many characters.
    noise: Option<usize>,
    /// 29-bit identifiers.
    is_wide: bool,
    searching: Searching,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Searching {
    No,
    Glued,
    Line,
}

/// A request, and for each ECU that answers its answer.
type Exchange = (&'static str, Vec<(u8, Vec<u8>)>);

fn style() -> impl Strategy<Value = Style> {
    let flags = (any::<[bool; 8]>(), prop::option::of(1_usize..9));
    let searching = prop::sample::select(vec![Searching::No, Searching::Glued, Searching::Line]);
    (flags, searching).prop_map(|((flags, noise), searching)| {
        let [echo, headers, spaces, line_feeds, length, formatting, is_lower, is_wide] = flags;
        Style { echo, headers, spaces, line_feeds, length, formatting, is_lower, noise, is_wide, searching }
    })
}

fn code() -> impl Strategy<Value = [u8; 2]> {
    // No padding, which zeros behind a list are.
    (1_u8..=0xF0, 1_u8..=0xF0).prop_map(|(high, low)| [high, low])
}

/// What one ECU answers to `03`, `0902`, `0100` and live data.
fn exchange(ecus: usize) -> impl Strategy<Value = Exchange> {
    let answers = move |answer: BoxedStrategy<Vec<u8>>| {
        prop::collection::vec(answer, 1..=ecus).prop_map(|answers| (0_u8..).zip(answers).collect::<Vec<_>>())
    };
    let codes = prop::collection::vec(code(), 0..9).prop_map(|codes| {
        let mut answer = vec![0x43, codes.len() as u8];
        answer.extend(codes.concat());
        answer
    });
    let vin = "[A-HJ-NPR-Z0-9]{17}".prop_map(|vin| [&[0x49, 0x02, 0x01], vin.as_bytes()].concat());
    let speed = any::<[u8; 2]>().prop_map(|[a, b]| vec![0x41, 0x0C, a, b]);
    let temperature = any::<u8>().prop_map(|a| vec![0x41, 0x05, a]);
    let supported = any::<[u8; 4]>().prop_map(|data| [&[0x41, 0x00][..], &data].concat());
    let refused = prop::sample::select(vec![0x11_u8, 0x12, 0x22]).prop_map(|code| vec![0x7F, 0x09, code]);
    prop_oneof![
        answers(codes.boxed()).prop_map(|answers| ("03", answers)),
        answers(vin.boxed()).prop_map(|answers| ("0902", answers)),
        answers(speed.boxed()).prop_map(|answers| ("010C", answers)),
        answers(temperature.boxed()).prop_map(|answers| ("0105", answers)),
        answers(supported.boxed()).prop_map(|answers| ("0100", answers)),
        answers(refused.boxed()).prop_map(|answers| ("0902", answers)),
    ]
}

impl Style {
    /// The frames of an answer, padded to eight bytes as ISO 15765-4 wants it.
    fn frames(answer: &[u8]) -> Vec<Vec<u8>> {
        let mut frames = if answer.len() <= 7 {
            vec![[&[answer.len() as u8], answer].concat()]
        } else {
            let first = [&[0x10 | (answer.len() >> 8) as u8, answer.len() as u8], &answer[..6]].concat();
            let rest = answer[6..].chunks(7).zip(1_u8..);
            let rest = rest.map(|(chunk, number)| [&[0x20 | number & 0x0F], chunk].concat());
            std::iter::once(first).chain(rest).collect()
        };
        for frame in &mut frames {
            frame.resize(8, 0xAA);
        }
        frames
    }

    fn bytes(self, bytes: &[u8]) -> String {
        let gap = if self.spaces { " " } else { "" };
        bytes.iter().fold(String::new(), |mut text, byte| {
            write!(text, "{byte:02X}{gap}").unwrap();
            text
        })
    }

    fn header(self, ecu: u8) -> String {
        match (self.is_wide, self.spaces) {
            (false, true) => format!("{:03X} ", 0x7E8 + u16::from(ecu)),
            (false, false) => format!("{:03X}", 0x7E8 + u16::from(ecu)),
            (true, _) => self.bytes(&[0x18, 0xDA, 0xF1, 0x10 + ecu]),
        }
    }

    /// The lines of an answer.
    fn lines(self, ecu: u8, answer: &[u8]) -> Vec<String> {
        let frames = Self::frames(answer);
        if self.headers {
            let length = match (self.length, self.spaces) {
                (false, _) => "",
                (true, true) => "8 ",
                (true, false) => "8",
            };
            return frames
                .iter()
                .map(|frame| format!("{}{length}{}", self.header(ecu), self.bytes(frame)))
                .collect();
        }
        if !self.formatting {
            return frames.iter().map(|frame| self.bytes(frame)).collect();
        }
        if answer.len() <= 7 {
            return vec![self.bytes(answer)];
        }
        let numbered = frames.iter().zip(0_usize..).map(|(frame, number)| {
            let gap = if self.spaces { " " } else { "" };
            format!("{:X}:{gap}{}", number & 0x0F, self.bytes(&frame[if number == 0 { 2 } else { 1 }..]))
        });
        std::iter::once(format!("{:03X}", answer.len())).chain(numbered).collect()
    }

    fn write(self, talk: &[Exchange]) -> Vec<u8> {
        let end = if self.line_feeds { "\r\n" } else { "\r" };
        let mut text = format!("{end}>");
        for (place, (request, answers)) in talk.iter().enumerate() {
            if self.echo {
                text += request;
                text += end;
            }
            match self.searching {
                _ if place > 0 => {}
                Searching::No => {}
                Searching::Glued => text += "SEARCHING...",
                Searching::Line => {
                    text += "SEARCHING...";
                    text += end;
                }
            }
            // The frames of several ECUs take turns.
            let mut lines: Vec<_> =
                answers.iter().map(|(ecu, answer)| self.lines(*ecu, answer).into_iter()).collect();
            loop {
                let round: Vec<_> = lines.iter_mut().filter_map(Iterator::next).collect();
                if round.is_empty() {
                    break;
                }
                for line in round {
                    text += &line;
                    text += end;
                }
            }
            text += end;
            text.push('>');
        }
        if self.is_lower {
            text.make_ascii_lowercase();
        }
        let mut bytes = Vec::new();
        for (place, byte) in text.bytes().enumerate() {
            if self.noise.is_some_and(|every| place % every == 0) {
                bytes.push(0);
            }
            bytes.push(byte);
        }
        bytes
    }
}

/// The items of a log, fed in chunks of such sizes, without their lines; senders where headers are on.
fn items(log: &[u8], sizes: &[usize], with_senders: bool) -> Vec<String> {
    let mut decoder = Decoder::new(CaptureFormat::Elm327);
    let mut rest = log;
    for size in sizes.iter().copied().cycle() {
        let (chunk, next) = rest.split_at(size.min(rest.len()));
        decoder.push(chunk);
        rest = next;
        if rest.is_empty() {
            break;
        }
    }
    decoder.finish();
    std::iter::from_fn(|| decoder.next_item())
        .map(|item| {
            // A scan without senders says so; nothing else of it changes.
            let ecu = item.ecu.filter(|_| with_senders).map(|ecu| ecu[ecu.len() - 1..].into());
            let item = match item.item {
                Item::Scan(scan) => Item::Scan(cc_core::CodeScan { ecu: ecu.clone(), ..scan }),
                other => other,
            };
            common::show(&Decoded { line: 0, ecu, item, at: None, answer: 0 })
        })
        .collect()
}

fn events(log: &[u8], sizes: &[usize]) -> Vec<String> {
    let (mut scanner, mut seen, mut rest) = (Scanner::new(), Vec::new(), log);
    for size in sizes.iter().copied().cycle() {
        let (chunk, next) = rest.split_at(size.min(rest.len()));
        scanner.feed(chunk, |event| seen.push(format!("{event:?}")));
        rest = next;
        if rest.is_empty() {
            break;
        }
    }
    scanner.finish(|event| seen.push(format!("{event:?}")));
    seen
}

const PLAIN: Style = Style {
    echo: true,
    headers: true,
    spaces: true,
    line_feeds: false,
    length: false,
    formatting: true,
    is_lower: false,
    noise: None,
    is_wide: false,
    searching: Searching::No,
};

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn the_same_is_read_however_several_ecus_are_written_down(
        style in style(),
        talk in prop::collection::vec(exchange(3), 1..6),
        sizes in prop::collection::vec(1_usize..40, 1..9),
    ) {
        // Several ECUs without headers cannot be told apart.
        let style = Style { headers: true, ..style };
        let log = style.write(&talk);
        // The last digit of an address: 8 of 7E8, and 0 of 18DAF110.
        let shift = |items: Vec<String>| items.join("\n").replace("0 8 ", "0 0 ").replace("0 9 ", "0 1 ").replace("0 A ", "0 2 ");
        prop_assert_eq!(shift(items(&log, &sizes, true)), shift(items(&PLAIN.write(&talk), &[1000], true)));
        prop_assert_eq!(events(&log, &sizes), events(&log, &[usize::MAX]));
    }

    #[test]
    fn the_same_is_read_however_one_ecu_is_written_down(
        style in style(),
        talk in prop::collection::vec(exchange(1), 1..6),
        sizes in prop::collection::vec(1_usize..40, 1..9),
    ) {
        let log = style.write(&talk);
        prop_assert_eq!(items(&log, &sizes, false), items(&PLAIN.write(&talk), &[1000], false));
        prop_assert_eq!(events(&log, &sizes), events(&log, &[usize::MAX]));
    }

    /// Digits that a line stole bytes from would move up, and mean something else.
    #[test]
    fn a_byte_that_is_no_text_changes_no_value_and_is_told(
        talk in prop::collection::vec(exchange(2), 1..4),
        place in any::<prop::sample::Index>(),
        byte in prop::sample::select(vec![0x01_u8, 0x07, 0x1B, 0x7F, 0x80, 0xB1, 0xFC, 0xFF]),
        count in 1..5_usize,
    ) {
        let whole = PLAIN.write(&talk);
        let known = items(&whole, &[1000], true);
        let mut log = whole.clone();
        // Characters of a line, but not its end.
        let place = place.index(log.len() - count);
        for at in log[place..place + count].iter_mut().filter(|at| !matches!(**at, b'\r' | b'>')) {
            *at = byte;
        }
        prop_assume!(log != whole);
        let read = items(&log, &[1000], true);
        let told = format!("not text: byte {byte:02x} at offset ");
        prop_assert!(read.iter().any(|item| item.contains(&told)), "{:?}", read);
        for item in read.iter().filter(|item| item.contains(" = ") || item.contains(" vin ")) {
            prop_assert!(known.contains(item), "{} of {:?}", item, known);
        }
    }
}

/// The bytes are those of a report; the place is told from the start of the log's line, whatever stands before the data.
#[test]
fn what_is_no_text_is_told_with_its_place() {
    for (log, expected) in [
        (
            &b">010C\r7E8 04 41 0C \xb1\xc1 F8 AA AA AA\r"[..],
            &["2 - error not text: byte b1 at offset 13"][..],
        ),
        (b">010C\r7E8 04 41 0C \x01\x01 F8 AA AA AA\r", &["2 - error not text: byte 01 at offset 13"]),
        (b">01\xFF0C\r", &["1 - error not text: byte ff at offset 3"]),
        (b"[12:04:33.100] 41 0C \xFF1A F8 \r", &["1 - error not text: byte ff at offset 21"]),
        (
            b"\xff\xff\xff\r\xff\r",
            &["1 - error not text: byte ff at offset 0", "2 - error not text: byte ff at offset 0"],
        ),
        (b">ATZ\r\xfc\xff\rELM327 v1.5\xfc\r>010D\r41 0D 32\r", &["5 - vehicle_speed = 50 km/h"]),
    ] {
        let mut decoder = Decoder::new(CaptureFormat::Elm327);
        decoder.push(log);
        decoder.finish();
        let seen: Vec<_> =
            std::iter::from_fn(|| decoder.next_item()).map(|item| common::show(&item)).collect();
        assert_eq!(seen, expected, "{}", log.escape_ascii());
    }
}
