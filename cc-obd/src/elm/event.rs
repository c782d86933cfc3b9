//! What one line of an adapter's text is.

use core::fmt;

use super::AdapterFault;
use crate::frame::{ElmLine, HeaderStyle, LegacyFrame};
use crate::hex;
use crate::isotp::Pci;

/// One thing an adapter said. Borrowed from the fed bytes, so nothing is copied.
///
/// `Debug` shows no text: a line may hold a VIN.
#[non_exhaustive]
#[derive(Clone, Copy, Eq, PartialEq)]
pub enum ElmEvent<'a> {
    /// `BUS INIT: OK`: a K-line was started.
    BusReady,
    /// A line of hexadecimal data: a frame, or a part of an answer. Read it with [`crate::frame::ElmLine`].
    Data(&'a [u8]),
    /// A line of data with a byte that is no text, or of nothing but such bytes. What is left of it is not given: nobody
    /// knows what stood there.
    Damaged {
        /// The first such byte.
        byte: u8,
        /// Its place, in bytes from the start of the line.
        offset: usize,
    },
    /// The request as the adapter echoed it: an `AT` or `ST` command, or the hexadecimal request.
    Echo(&'a [u8]),
    /// An error word or alert.
    Fault(AdapterFault),
    /// The adapter named itself: `ELM327 v1.5`, `STN1110 v4.0.1`.
    Identity(&'a [u8]),
    /// `OK`: a command was carried out.
    Okay,
    /// A line longer than [`super::MAX_LINE`] bytes; its text is gone.
    Overlong,
    /// `>`: the adapter waits for a command; the answer before it is complete.
    Prompt,
    /// `SEARCHING...`: the adapter tries protocols. Data glued behind it follows as its own event.
    Searching,
    /// Anything else, kept as it came.
    Unknown(&'a [u8]),
    /// The supply voltage in millivolts, as `AT RV` answers (`12.6V`).
    Voltage(u32),
}

impl fmt::Debug for ElmEvent<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let hidden =
            |f: &mut fmt::Formatter<'_>, name: &str, text: &[u8]| write!(f, "{name}({} bytes)", text.len());
        match self {
            Self::BusReady => f.write_str("BusReady"),
            Self::Data(text) => hidden(f, "Data", text),
            Self::Damaged { byte, offset } => write!(f, "Damaged({byte:02x} at {offset})"),
            Self::Echo(text) => hidden(f, "Echo", text),
            Self::Fault(fault) => write!(f, "Fault({fault:?})"),
            Self::Identity(text) => hidden(f, "Identity", text),
            Self::Okay => f.write_str("Okay"),
            Self::Overlong => f.write_str("Overlong"),
            Self::Prompt => f.write_str("Prompt"),
            Self::Searching => f.write_str("Searching"),
            Self::Unknown(text) => hidden(f, "Unknown", text),
            Self::Voltage(millivolts) => write!(f, "Voltage({millivolts})"),
        }
    }
}

/// Names the events of one line that holds no prompt and no noise.
pub(crate) fn classify<'a>(text: &'a [u8], each: &mut impl FnMut(ElmEvent<'a>)) {
    let text = hex::trim(text);
    if text.is_empty() {
        return;
    }
    // Hand-written shortcut: nearly every line is digits and spaces, and one pass over it settles what it is.
    if hex::count_digits(text).is_some() {
        each(if is_request(text) { ElmEvent::Echo(text) } else { ElmEvent::Data(text) });
        return;
    }
    if is_segment(text) {
        each(ElmEvent::Data(text));
        return;
    }
    if is_command(text) {
        each(ElmEvent::Echo(text));
        return;
    }
    if let Some(fault) = AdapterFault::from_text(text) {
        each(ElmEvent::Fault(fault));
    } else if text.eq_ignore_ascii_case(b"OK") {
        each(ElmEvent::Okay);
    } else if let Some(rest) = strip_word(text, b"SEARCHING") {
        each(ElmEvent::Searching);
        classify(strip_dots(rest), each);
    } else if let Some(rest) = strip_word(text, b"BUS INIT:").or_else(|| strip_word(text, b"BUSINIT:")) {
        bus_init(strip_dots(rest), each);
    } else if let Some(millivolts) = voltage(text) {
        each(ElmEvent::Voltage(millivolts));
    } else if is_identity(text) {
        each(ElmEvent::Identity(text));
    } else if let Some((before, fault, after)) = AdapterFault::find(text) {
        cut_by_fault(before, fault, after, each);
    } else if let Some(start) = find_word(text, b"SEARCHING") {
        classify(&text[..start], each);
        classify(&text[start..], each);
    } else {
        each(ElmEvent::Unknown(text));
    }
}

/// A fault word with text around it. What stands before is an echo, or data that the fault cut short: then it is kept
/// as unknown text, since a part of an answer must never be read as one. Only a frame that proves that it is whole is
/// data, beside a word that says nothing of the line it stands in.
fn cut_by_fault<'a>(
    before: &'a [u8],
    fault: AdapterFault,
    after: &'a [u8],
    each: &mut impl FnMut(ElmEvent<'a>),
) {
    let is_beside =
        matches!(fault, AdapterFault::NoData | AdapterFault::ActivityAlert | AdapterFault::LowPowerAlert);
    let before = hex::trim(before);
    let before = before.strip_suffix(b"!").map_or(before, hex::trim);
    if is_beside && is_whole_frame(before) {
        each(ElmEvent::Data(before));
    } else if !before.is_empty() && !before.iter().all(|&c| matches!(c, b'!' | b'.' | b'<')) {
        let echo = is_command(before) || (hex::count_digits(before).is_some() && is_request(before));
        each(if echo { ElmEvent::Echo(before) } else { ElmEvent::Unknown(before) });
    }
    each(ElmEvent::Fault(fault));
    let after = hex::trim(after);
    if is_beside && is_whole_frame(after) {
        each(ElmEvent::Data(after));
    } else if !after.is_empty() {
        each(ElmEvent::Unknown(after));
    }
}

/// Whether the line shows by itself that nothing of it is missing: a CAN frame with all bytes that one can have, or
/// with as many as its message needs, or a frame with a right check byte.
fn is_whole_frame(text: &[u8]) -> bool {
    if hex::count_digits(text).is_none() {
        return false;
    }
    match ElmLine::parse(text, HeaderStyle::Auto) {
        Ok(ElmLine::Can(frame)) => {
            frame.data().len() == 8 || matches!(Pci::parse(frame.data()), Ok(Pci::Single(_)))
        }
        Ok(ElmLine::Payload(payload)) => {
            LegacyFrame::looks_like(payload.bytes()) && LegacyFrame::new(payload.bytes()).is_ok()
        }
        _ => false,
    }
}

fn bus_init<'a>(rest: &'a [u8], each: &mut impl FnMut(ElmEvent<'a>)) {
    if let Some(after) = strip_word(rest, b"OK") {
        each(ElmEvent::BusReady);
        classify(after, each);
    } else if let Some(after) = strip_word(rest, b"ERROR") {
        each(ElmEvent::Fault(AdapterFault::BusInit));
        classify(after, each);
    } else {
        classify(rest, each);
    }
}

/// A hexadecimal request that an adapter echoed: a known service with as many bytes as it takes, perhaps with the
/// digit that says how many answers to wait for. Answers start with 0x40 or more, CAN ids with 7 or 18DA, so that the
/// two never meet.
fn is_request(text: &[u8]) -> bool {
    // Nearly every line is an answer: settled by its first digit.
    if !matches!(text.first(), Some(b'0'..=b'3')) {
        return false;
    }
    // `03E` is the length of a long answer; as the echo of 03 with 14 answers awaited it is passed over later.
    if text.len() == 3 {
        return false;
    }
    let mut digits = [0_u8; 17];
    let mut count = 0;
    for &character in text {
        if let Some(value) = hex::digit(character) {
            let Some(slot) = digits.get_mut(count) else { return false };
            *slot = value;
            count += 1;
        }
    }
    if count < 2 {
        return false;
    }
    let service = digits[0] << 4 | digits[1];
    let bytes = count / 2;
    match service {
        0x01 => (2..=7).contains(&bytes),
        0x02 => (2..=4).contains(&bytes),
        0x03 | 0x04 | 0x07 | 0x0A => bytes == 1,
        0x05 | 0x06 | 0x08 | 0x09 => (2..=7).contains(&bytes),
        // 29-bit ids also start with 17 and 18: those lines are longer than these requests.
        0x17 | 0x18 => (2..=4).contains(&bytes),
        0x10 | 0x11 | 0x1A | 0x20 | 0x3E => bytes <= 2,
        0x21 => (2..=3).contains(&bytes),
        // Identifiers have two bytes each.
        0x22 => matches!(bytes, 3 | 5 | 7),
        // A request fits one frame; a whole CAN frame of eight bytes is none.
        0x13 | 0x14 | 0x19 | 0x23 | 0x24 | 0x27..=0x2F | 0x30..=0x38 | 0x3B..=0x3D => bytes <= 7,
        _ => false,
    }
}

/// `AT…` and `ST…` commands.
pub(super) fn is_command(text: &[u8]) -> bool {
    matches!(text, [b'A' | b'a', b'T' | b't', ..])
        || (matches!(text, [b'S' | b's', b'T' | b't', ..])
            && !starts_with(text, b"STN")
            && !starts_with(text, b"STOPPED"))
}

/// `0:430401180122`: a numbered line of a long answer with headers off.
fn is_segment(text: &[u8]) -> bool {
    matches!(text, [number, b':', rest @ ..] if hex::digit(*number).is_some() && hex::count_digits(rest).is_some())
}

fn is_identity(text: &[u8]) -> bool {
    NAMES.iter().any(|word| starts_with(text, word))
}

/// How adapters and their clones begin to name themselves.
const NAMES: [&[u8]; 10] = [
    b"ELM3",
    b"ELM 3",
    b"OBDII TO RS232",
    b"OBDII V",
    b"OBDLINK",
    b"SCANTOOL",
    b"STN1",
    b"STN2",
    b"VGATE",
    b"VLINK",
];

/// `12.6V`, `12.6 V`; `12.64`-like texts without the V are voltages only as the answer to `AT RV`.
fn voltage(text: &[u8]) -> Option<u32> {
    let [number @ .., b'V' | b'v'] = text else { return None };
    millivolts(number)
}

/// Volts as `AT RV` writes them, without their unit.
pub(crate) fn millivolts(text: &[u8]) -> Option<u32> {
    let number = hex::trim(text);
    let dot = number.iter().position(|&c| c == b'.')?;
    let (whole, fraction) = (&number[..dot], &number[dot + 1..]);
    let fits = (1..=3).contains(&whole.len()) && (1..=3).contains(&fraction.len());
    if !fits || !whole.iter().chain(fraction).all(u8::is_ascii_digit) {
        return None;
    }
    let mut millivolts = 0;
    for &digit in whole {
        millivolts = millivolts * 10 + u32::from(digit - b'0');
    }
    for place in 0..3 {
        millivolts = millivolts * 10 + fraction.get(place).map_or(0, |digit| u32::from(digit - b'0'));
    }
    Some(millivolts)
}

fn starts_with(text: &[u8], word: &[u8]) -> bool {
    text.get(..word.len()).is_some_and(|start| start.eq_ignore_ascii_case(word))
}

fn strip_word<'a>(text: &'a [u8], word: &[u8]) -> Option<&'a [u8]> {
    starts_with(text, word).then(|| &text[word.len()..])
}

fn find_word(text: &[u8], word: &[u8]) -> Option<usize> {
    text.windows(word.len()).position(|window| window.eq_ignore_ascii_case(word))
}

fn strip_dots(mut text: &[u8]) -> &[u8] {
    while let [b'.' | b' ' | b'\t', rest @ ..] = text {
        text = rest;
    }
    text
}
