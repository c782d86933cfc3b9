//! The one table of the words that adapters say.

use super::AdapterFault;

/// A word that an adapter says beside data, as its manual writes it.
///
/// # Examples
///
/// ```
/// use cc_obd::elm::{AdapterFault, WORDS};
///
/// let word = WORDS.iter().find(|word| word.text == "NO DATA").unwrap();
/// assert_eq!((word.fault, word.is_stn), (Some(AdapterFault::NoData), false));
/// assert!(WORDS.is_sorted_by_key(|word| word.text));
/// ```
#[non_exhaustive]
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct AdapterWord {
    /// The word. Adapters and logs may leave out its spaces, and write it in small letters.
    pub text: &'static str,
    /// What it reports; `None` where nothing is wrong.
    pub fault: Option<AdapterFault>,
    /// Whether only STN adapters say it (STN1110, STN2120, OBDLink).
    pub is_stn: bool,
    /// What it means to a reader, and what helps.
    pub meaning: &'static str,
    /// Where it may stand.
    place: Place,
}

/// Where a word stands.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Place {
    /// Also glued to data or to an echo.
    Anywhere,
    /// A whole line: the text is too short to be told inside another.
    Line,
    /// Read by rules of its own.
    Special,
}

/// The longest word of a fault that a text starts with, and its length there.
pub(super) fn at_start(text: &[u8]) -> Option<(usize, AdapterFault)> {
    // Nearly every place of a line is passed over by its first letter.
    let first = text.first()?.to_ascii_uppercase();
    if !matches!(first, b'A'..=b'F' | b'L' | b'N' | b'O' | b'R' | b'S' | b'U' | b'<') {
        return None;
    }
    if let Some(number) = internal_error(text) {
        return Some((5, AdapterFault::InternalError(number)));
    }
    faults(Place::Anywhere, text).max_by_key(|(length, _)| *length)
}

/// The fault that a line states by a word that must stand alone.
pub(super) fn whole_line(text: &[u8]) -> Option<(usize, AdapterFault)> {
    faults(Place::Line, text).find(|(length, _)| *length == text.len())
}

fn faults(place: Place, text: &[u8]) -> impl Iterator<Item = (usize, AdapterFault)> {
    let words = WORDS.iter().filter(move |word| word.place == place);
    words.filter_map(move |word| Some((length_of(word.text.as_bytes(), text)?, word.fault?)))
}

/// How long a word is at the start of a text: its letters in any case, its spaces there or not.
fn length_of(word: &[u8], text: &[u8]) -> Option<usize> {
    let mut at = 0;
    for &letter in word {
        if letter == b' ' {
            while text.get(at) == Some(&b' ') {
                at += 1;
            }
        } else if text.get(at).is_some_and(|found| found.eq_ignore_ascii_case(&letter)) {
            at += 1;
        } else {
            return None;
        }
    }
    Some(at)
}

/// `ERR` and two digits.
fn internal_error(text: &[u8]) -> Option<u8> {
    match text {
        [b'E' | b'e', b'R' | b'r', b'R' | b'r', tens @ b'0'..=b'9', ones @ b'0'..=b'9', ..] => {
            Some((tens - b'0') * 10 + (ones - b'0'))
        }
        _ => None,
    }
}

const fn word(text: &'static str, fault: AdapterFault, meaning: &'static str) -> AdapterWord {
    AdapterWord { text, fault: Some(fault), is_stn: false, meaning, place: Place::Anywhere }
}

/// A word of STN adapters.
const fn stn(text: &'static str, fault: AdapterFault, meaning: &'static str) -> AdapterWord {
    AdapterWord { is_stn: true, ..word(text, fault, meaning) }
}

/// A word that is a whole line.
const fn line(text: &'static str, fault: AdapterFault, meaning: &'static str) -> AdapterWord {
    AdapterWord { place: Place::Line, ..word(text, fault, meaning) }
}

/// What the scanner reads by a rule of its own.
const fn special(text: &'static str, fault: Option<AdapterFault>, meaning: &'static str) -> AdapterWord {
    AdapterWord { text, fault, is_stn: false, meaning, place: Place::Special }
}

/// Every word, sorted by its text.
pub const WORDS: &[AdapterWord] = &[
    word(
        "<DATA ERROR",
        AdapterFault::DataErrorHere,
        "The line before this word has a wrong checksum or format. Ask again.",
    ),
    word(
        "<RX ERROR",
        AdapterFault::ReceiveErrorHere,
        "The frame before this word was received damaged, often since the bit rate is another. Choose the protocol anew.",
    ),
    special(">", None, "The adapter waits for a command; the answer before it is complete."),
    line(
        "?",
        AdapterFault::UnknownCommand,
        "The adapter does not know the command, or it is mistyped. Clones know fewer than they claim.",
    ),
    word(
        "ACT ALERT",
        AdapterFault::ActivityAlert,
        "Nothing was sent for long; the adapter will sleep in a minute. Send anything to keep it awake.",
    ),
    word(
        "BUFFER FULL",
        AdapterFault::BufferFull,
        "Answers came faster than the serial line took them, and some are lost. Ask for less, switch spaces off, or use a \
        higher baud rate.",
    ),
    word(
        "BUS BUSY",
        AdapterFault::BusBusy,
        "The bus had no pause in which to send. Check the wiring, then ask again.",
    ),
    word(
        "BUS ERROR",
        AdapterFault::BusError,
        "The bus carried an invalid signal. Some cars do so when they start; otherwise check the wiring.",
    ),
    special(
        "BUS INIT: ERROR",
        Some(AdapterFault::BusInit),
        "The slow or fast start of a K-line failed. Switch the ignition on, or choose another protocol.",
    ),
    special("BUS INIT: OK", None, "A K-line was started; answers follow."),
    word(
        "CAN ERROR",
        AdapterFault::CanError,
        "The adapter could neither send nor receive on CAN: wrong bit rate, wrong pins, or no car.",
    ),
    word("DATA ERROR", AdapterFault::DataError, "An answer was damaged, and is not shown. Ask again."),
    special(
        "ERR94",
        Some(AdapterFault::InternalError(94)),
        "An internal error with its number; 94 is a fatal one of CAN, after which all settings are lost. Begin anew.",
    ),
    line(
        "ERROR",
        AdapterFault::Unspecified,
        "A command or the start of a bus failed; clones say no more than that.",
    ),
    word(
        "FB ERROR",
        AdapterFault::Feedback,
        "The adapter does not hear what it sends: a fault of its wiring.",
    ),
    stn(
        "FC RX TIMEOUT",
        AdapterFault::FlowControlTimeout,
        "The control unit took the first part of a long request and never asked for the rest. Check the pair of \
        identifiers.",
    ),
    word("LP ALERT", AdapterFault::LowPowerAlert, "The adapter sleeps in two seconds."),
    word(
        "LV RESET",
        AdapterFault::LowVoltageReset,
        "The supply fell too low, and the adapter started anew, without its settings.",
    ),
    word(
        "NO DATA",
        AdapterFault::NoData,
        "Nothing answered in time: no control unit knows the request, or the ignition is off. No fault of the adapter.",
    ),
    special("OK", None, "A command was carried out."),
    stn(
        "OUT OF MEMORY",
        AdapterFault::OutOfMemory,
        "The adapter has no room for one more filter, or for so long a message. Clear filters, or ask for less.",
    ),
    // Without its sign, as some clones write it.
    word("RX ERROR", AdapterFault::ReceiveErrorHere, "As `<RX ERROR`."),
    special("SEARCHING...", None, "The adapter tries protocols; data may follow on the same line."),
    word(
        "STOPPED",
        AdapterFault::Stopped,
        "The host sent a character before the answer was complete, and so ended it. Wait for the prompt.",
    ),
    stn(
        "UART RX OVERFLOW",
        AdapterFault::SerialOverflow,
        "The host sent faster than the adapter read, and a part is lost. Wait for the prompt, or use flow control.",
    ),
    word(
        "UNABLE TO CONNECT",
        AdapterFault::UnableToConnect,
        "No protocol got an answer: the ignition is off, or the adapter does not speak this car's.",
    ),
];
