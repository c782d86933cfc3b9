//! An adapter's text: which lines are answers, and whose.

use alloc::vec::Vec;

use cc_core::{MeasureUnit, Number, SignalId};

use super::decoder::{Decoder, Origin, Sender};
use super::pairs::answers;
use super::{CaptureError, CaptureReading, Decoded, Item};
use crate::elm::{ElmEvent, Scanner, millivolts};
use crate::frame::legacy::is_pwm;
use crate::frame::{CanFrame, CanId, ElmLine, FrameError, HeaderStyle, LegacyFrame};
use crate::hex;
use crate::isotp::{Addressing, IsoTpError, Reassembler};
use crate::service::{Framing, NegativeResponse};

/// What is known between lines.
#[derive(Clone, Debug, Default)]
pub(super) struct Adapter {
    scanner: Scanner,
    asked: Asked,
    /// The last line with a fault word.
    fault_line: u64,
    long: Option<LongAnswer>,
    /// Lines of several long answers got mixed; the rest of them is passed over.
    is_mixed: bool,
    /// The identifier of requests (`AT SH`), where one was chosen.
    header: Option<CanId>,
    /// Whether requests begin with the address of the ECU (`AT CEA`), and answers with the tester's.
    addressing: Addressing,
    /// A frame of J1850 PWM was seen: the bus is one.
    is_pwm: bool,
    /// Frames without id but with control bytes (`AT CAF0`, headers off).
    bare_frames: Reassembler,
}

/// What the last command was for.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
enum Asked {
    #[default]
    Car,
    /// The adapter itself: its answer is not the car's.
    Adapter,
    /// The adapter's voltage.
    Voltage,
}

/// A long answer without headers, in numbered lines.
#[derive(Clone)]
struct LongAnswer {
    /// The length that the line before announced.
    length: Option<usize>,
    /// The length line may as well be a request of one byte with the number of answers to wait for: `031`.
    is_maybe_echo: bool,
    next: u8,
    bytes: Vec<u8>,
}

impl core::fmt::Debug for LongAnswer {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "LongAnswer({} bytes)", self.bytes.len())
    }
}

impl Adapter {
    /// Takes note of a command, in capitals and without spaces, that says how requests are addressed.
    fn take_setting(&mut self, command: &[u8]) {
        match command {
            [b'A', b'T', b'S', b'H', id @ ..] => {
                self.header = CanId::from_digits(id).ok();
            }
            [b'A', b'T', b'C', b'E', b'A', address @ ..] => {
                self.addressing = if address.is_empty() { Addressing::Normal } else { Addressing::Extended };
            }
            b"ATZ" | b"ATD" | b"ATWS" => (self.header, self.addressing) = (None, Addressing::Normal),
            _ => {}
        }
    }

    /// Whether frames begin with an address.
    pub(super) fn is_addressed(&self) -> bool {
        self.addressing == Addressing::Extended
    }

    /// How requests of this id are addressed, where the log says that requests have it.
    pub(super) fn request_addressing(&self, id: CanId) -> Option<Addressing> {
        (self.header == Some(id)).then_some(self.addressing)
    }
}

impl Decoder {
    /// One line of an adapter's log. It may hold several events, as in `>010C`.
    pub(super) fn adapter_line(&mut self, origin: Origin, text: &[u8]) {
        let mut scanner = core::mem::take(&mut self.adapter.scanner);
        let unlabelled = without_label(text);
        let label = text.trim_ascii_end().len().saturating_sub(unlabelled.trim_ascii_end().len());
        let mut prompts = 0;
        let mut take = |event: ElmEvent<'_>| match event {
            // The scanner's line begins behind the prompt, the log's before it.
            ElmEvent::Damaged { byte, offset } => {
                let offset = label + after_prompts(unlabelled, prompts) + offset;
                self.damaged_line(origin, CaptureError::NotText { byte, offset });
            }
            event => {
                prompts += usize::from(event == ElmEvent::Prompt);
                self.adapter_event(origin, &event);
            }
        };
        scanner.feed(unlabelled, &mut take);
        scanner.finish(take);
        self.adapter.scanner = scanner;
    }

    fn damaged_line(&mut self, origin: Origin, error: CaptureError) {
        // A line that a fault word cut is one error, not several.
        if self.adapter.asked == Asked::Car && self.adapter.fault_line != origin.line {
            self.error(origin, error);
        }
    }

    fn adapter_event(&mut self, origin: Origin, event: &ElmEvent<'_>) {
        match *event {
            ElmEvent::Data(text) => {
                if self.adapter.asked == Asked::Car {
                    self.data_line(origin, text);
                }
            }
            ElmEvent::Echo(text) => {
                self.end_answers(origin);
                self.echo(text);
            }
            ElmEvent::Fault(fault) => {
                self.adapter.fault_line = origin.line;
                // Silence does not say why something before it could not be read.
                if !fault.is_silence() {
                    self.forget_unreadable(origin);
                }
                self.error(origin, CaptureError::Adapter(fault));
            }
            ElmEvent::Overlong => self.error(origin, CaptureError::Overlong),
            ElmEvent::Prompt => {
                self.end_answers(origin);
                self.adapter.asked = Asked::Car;
            }
            // Copies leave out the unit.
            ElmEvent::Unknown(text) if self.adapter.asked == Asked::Voltage => {
                if let Some(millivolts) = millivolts(text) {
                    self.voltage(origin, millivolts);
                }
            }
            ElmEvent::Unknown(text) => self.unknown_text(origin, text),
            ElmEvent::Voltage(millivolts) => self.voltage(origin, millivolts),
            ElmEvent::BusReady
            | ElmEvent::Damaged { .. }
            | ElmEvent::Identity(_)
            | ElmEvent::Okay
            | ElmEvent::Searching => {}
        }
    }

    fn echo(&mut self, text: &[u8]) {
        let mut request = [0; 8];
        match hex::read_bytes(text, &mut request) {
            Ok(length) => {
                self.adapter.asked = Asked::Car;
                self.buses.current().reply.begin(&request[..length]);
            }
            // An odd digit at the end says how many answers to wait for.
            Err(hex::HexFault::HalfByte) => {
                self.adapter.asked = Asked::Car;
                let without = &text[..text.len() - 1];
                if let Ok(length) = hex::read_bytes(without, &mut request) {
                    self.buses.current().reply.begin(&request[..length]);
                }
            }
            // Monitoring commands (`AT MA`, `AT MR`, `ST M`) show frames of the bus; others answer for themselves.
            Err(_) => {
                let command: Vec<u8> =
                    text.iter().filter(|&&c| c != b' ').take(12).map(u8::to_ascii_uppercase).collect();
                self.adapter.asked = match command[..] {
                    [_, _, b'M', ..] => Asked::Car,
                    [b'A', b'T', b'R', b'V'] => Asked::Voltage,
                    _ => Asked::Adapter,
                };
                self.adapter.take_setting(&command);
            }
        }
    }

    fn voltage(&mut self, origin: Origin, millivolts: u32) {
        if let Some(value) = Number::from_f64(f64::from(millivolts) / 1000.0) {
            let answer = self.count_answer();
            let (signal, unit) = (SignalId::BATTERY_VOLTAGE, Some(MeasureUnit::Volt));
            let reading = CaptureReading::new(signal, value.into(), unit, None);
            self.emit(Origin { answer, ..origin }, Item::Reading(reading));
        }
    }

    fn unknown_text(&mut self, origin: Origin, text: &[u8]) {
        // A line that a fault word cut is one error, not several.
        if self.adapter.asked != Asked::Car || self.adapter.fault_line == origin.line {
            return;
        }
        // A candump line in an adapter's log: somebody joined the two.
        if text.contains(&b'#') {
            return self.candump_line(origin, text);
        }
        // Arrows and dashes that transcripts put before lines.
        if text.iter().all(|&c| matches!(c, b'-' | b'=' | b'<' | b'.' | b'*' | b':')) {
            return;
        }
        self.error(origin, CaptureError::Unreadable);
    }

    /// Takes back the news that the same line could not be read: the fault that follows says why.
    fn forget_unreadable(&mut self, origin: Origin) {
        let is_same = |item: &Decoded| {
            let is_vague = |error| matches!(error, CaptureError::NotText { .. } | CaptureError::Unreadable);
            item.line == origin.line && matches!(item.item, Item::Error(error) if is_vague(error))
        };
        if self.items.back().is_some_and(is_same) {
            self.items.pop_back();
        }
    }

    /// The most bytes of a line without a CAN id, where its bus is known or guessed; `None` on a K-line, whose frames
    /// state their length.
    fn most_unaddressed(&self, bytes: &[u8]) -> Option<usize> {
        match bytes {
            // ISO 9141-2 and J1850: header, seven data bytes, check byte, and an answer inside the frame.
            [0x48 | 0x41, 0x6B, ..] => Some(12),
            _ if self.framing == Some(Framing::Kline) => None,
            _ => Some(8),
        }
    }

    fn data_line(&mut self, origin: Origin, text: &[u8]) {
        let line = ElmLine::parse(text, HeaderStyle::Auto);
        if !matches!(line, Ok(ElmLine::Segment { .. })) {
            self.drop_echo();
        }
        match line {
            Ok(ElmLine::Can(frame)) => self.adapter_frame(origin, &frame),
            Ok(ElmLine::Length(length)) => self.long_answer(origin, usize::from(length)),
            Ok(ElmLine::Segment { number, payload }) => self.segment(origin, number, payload.bytes()),
            Ok(ElmLine::Payload(payload)) => self.bare_answer(origin, payload.bytes()),
            Err(error) => self.error(origin, CaptureError::Frame(error)),
        }
    }

    /// A frame with its id. An adapter shows what it was asked for, so that every id may be an ECU's; but one of a truck
    /// (SAE J1939), once its bus is known for one.
    fn adapter_frame(&mut self, origin: Origin, frame: &CanFrame) {
        let id = frame.id();
        let is_diagnosis = id.may_answer() || id.may_request() || self.sets.knows_sender(id);
        if id.is_extended() && !is_diagnosis && self.trucks.are_read && self.truck_frame(origin, frame) {
            return;
        }
        self.can_frame(origin, frame);
    }

    /// A line without a CAN id: an answer, or a frame of a K-line or J1850 bus.
    fn bare_answer(&mut self, origin: Origin, bytes: &[u8]) {
        if self.is_pwm(bytes) || LegacyFrame::looks_like(bytes) {
            match LegacyFrame::new(bytes) {
                Ok(frame) => {
                    let origin = Origin { sender: Sender::Kline(frame.source()), ..origin };
                    self.answer(origin, frame.data(), Framing::Kline);
                }
                Err(error) => self.error(origin, CaptureError::Frame(error)),
            }
        } else if let Some(most) = self.most_unaddressed(bytes).filter(|&most| bytes.len() > most) {
            self.error(origin, CaptureError::Frame(FrameError::TooLong { found: bytes.len(), most }));
        } else if bytes[0] < 0x40 {
            let mut frames = core::mem::take(&mut self.adapter.bare_frames);
            match frames.take(bytes) {
                Ok(Some((message, interrupted))) => {
                    if let Some(error) = interrupted {
                        self.error(origin, CaptureError::IsoTp(error));
                    }
                    self.answer(origin, message, Framing::Can);
                }
                Ok(None) => {}
                Err(error) => self.error(origin, CaptureError::IsoTp(error)),
            }
            self.adapter.bare_frames = frames;
        } else {
            let framing = self.framing.unwrap_or_else(|| guess_framing(bytes));
            self.unaddressed_answer(origin, bytes, framing);
        }
    }

    /// Whether this is a frame of J1850 PWM: `41 6B` may as well begin an answer of parameter 6B, without header. The
    /// CRC tells them apart, and where it is wrong, what was asked for.
    fn is_pwm(&mut self, bytes: &[u8]) -> bool {
        let [format, target, _, 0x41..=0x4A | 0x7F, _, ..] = *bytes else { return false };
        if !is_pwm(format, target) || bytes.len() > 12 {
            return false;
        }
        let request = self.buses.reply().request();
        let is_bare = answers(request, bytes);
        match LegacyFrame::new(bytes) {
            Ok(frame) if !is_bare || answers(request, frame.data()) => {
                self.adapter.is_pwm = true;
                true
            }
            Ok(_) => false,
            Err(_) if request.is_empty() => self.adapter.is_pwm,
            Err(_) => !is_bare,
        }
    }

    /// An answer without any header. Only its first bytes say what it is, and a line of a longer answer that lost its
    /// number may start with any byte: where the request is known, the two must fit.
    fn unaddressed_answer(&mut self, origin: Origin, answer: &[u8], framing: Framing) {
        let request = self.buses.reply().request();
        let fits = request.is_empty()
            || answer.first() == Some(&NegativeResponse::SERVICE)
            || answers(request, answer);
        if fits {
            self.answer(origin, answer, framing);
        } else {
            self.error(origin, CaptureError::WrongRequest);
        }
    }

    /// `00A`: a long answer of ten bytes follows.
    fn long_answer(&mut self, origin: Origin, length: usize) {
        if self.adapter.long.is_some() {
            return self.mixed(origin);
        }
        if self.adapter.is_mixed {
            return;
        }
        if length < 8 {
            return self.error(origin, CaptureError::Frame(FrameError::TooShort { found: length, least: 8 }));
        }
        let is_maybe_echo =
            matches!(length >> 4, 0x03 | 0x04 | 0x07 | 0x0A) && self.buses.reply().asked().is_none();
        let long = LongAnswer { length: Some(length), is_maybe_echo, next: 0, bytes: Vec::new() };
        self.adapter.long = Some(long);
    }

    /// `1:02232610000000`: seven bytes of it (six in the first line).
    fn segment(&mut self, origin: Origin, number: u8, bytes: &[u8]) {
        if self.adapter.is_mixed {
            return;
        }
        let begins =
            number == 0 && self.adapter.long.as_ref().is_none_or(|long| long.next > 0 && long.next != 16);
        if begins && self.adapter.long.is_some() {
            return self.mixed(origin);
        }
        let long = self.adapter.long.get_or_insert(LongAnswer {
            length: None,
            is_maybe_echo: false,
            next: 0,
            bytes: Vec::new(),
        });
        let expected = long.next & 0x0F;
        if number != expected {
            self.adapter.long = None;
            self.adapter.is_mixed = true;
            return self.error(origin, CaptureError::LineNumber { expected, found: number });
        }
        // 1 to 16, so that the first line and the one after F differ.
        long.next = (long.next & 0x0F) + 1;
        long.bytes.extend_from_slice(bytes);
        if long.length.is_none() && long.bytes.len() > LONGEST {
            let length = long.bytes.len();
            self.adapter.long = None;
            self.adapter.is_mixed = true;
            return self.error(origin, CaptureError::IsoTp(IsoTpError::OverLimit { length, limit: LONGEST }));
        }
        let whole = long.length.filter(|&length| long.bytes.len() >= length);
        if let Some(length) = whole
            && let Some(long) = self.adapter.long.take()
        {
            self.unaddressed_answer(origin, &long.bytes[..length], Framing::Can);
        }
    }

    /// Forgets a length line that no numbered line followed, where it may have been an echo.
    fn drop_echo(&mut self) {
        if self.adapter.long.as_ref().is_some_and(|long| long.is_maybe_echo && long.next == 0) {
            self.adapter.long = None;
        }
    }

    fn mixed(&mut self, origin: Origin) {
        self.adapter.long = None;
        self.adapter.is_mixed = true;
        self.error(origin, CaptureError::Ambiguous);
    }

    /// Ends a long answer: without an announced length, what came is all; with one, it is not.
    pub(super) fn end_segments(&mut self, origin: Origin) {
        self.adapter.is_mixed = false;
        self.drop_echo();
        if let Err(error) = self.adapter.bare_frames.finish() {
            self.error(origin, CaptureError::IsoTp(error));
        }
        let Some(long) = self.adapter.long.take() else { return };
        match long.length {
            Some(length) => self.error(origin, CaptureError::Unfinished { have: long.bytes.len(), length }),
            None if long.bytes.is_empty() => self.error(origin, CaptureError::IsoTp(IsoTpError::Empty)),
            None => self.unaddressed_answer(origin, &long.bytes, Framing::Can),
        }
    }
}

/// On CAN a list of codes has a count and an even number of bytes in all; on K-line and J1850 there are six bytes of
/// codes behind the service. Service 09 has four data bytes a message there, service 06 a test, a component and four
/// bytes; on CAN a test has nine bytes and a list of tests five.
fn guess_framing(answer: &[u8]) -> Framing {
    match answer {
        [0x43 | 0x47 | 0x4A, _, _, _, _, _, _] => Framing::Kline,
        [0x46, _, _, _, _, _, _] => Framing::Kline,
        [0x49, 0x00 | 0x02 | 0x04 | 0x06 | 0x08 | 0x0A | 0x0B | 0x0D | 0x0F, _, _, _, _, _] => Framing::Kline,
        _ => Framing::Can,
    }
}

/// The longest answer in numbered lines: its length line has three digits.
const LONGEST: usize = 0xFFF;

/// The words that transcripts put before lines.
const LABELS: [&[u8]; 10] =
    [b"TX:", b"RX:", b"SEND:", b"RECV:", b"REQ:", b"RSP:", b"RESP:", b"<-", b"->", b"<<"];

/// The line without the time and the words that transcripts put before it.
fn without_label(text: &[u8]) -> &[u8] {
    let text = without_time(text);
    let start = hex::trim(text);
    LABELS
        .iter()
        .find(|label| start.get(..label.len()).is_some_and(|found| found.eq_ignore_ascii_case(label)))
        .map_or(text, |label| &start[label.len()..])
}

/// The line without `[12:04:33.100]`, `12:04:33` or `2009-07-11 12:04:33` before it, as terminal programs write them.
/// Data never looks so: it has at most one colon, behind one digit.
fn without_time(text: &[u8]) -> &[u8] {
    let text = hex::trim(text);
    if let [b'[', rest @ ..] = text
        && let Some(end) = rest.iter().position(|&c| c == b']')
    {
        return &rest[end + 1..];
    }
    let text = match text {
        [_, _, _, _, b'-', _, _, b'-', _, _, b' ' | b'T', rest @ ..]
            if text[..4].iter().all(u8::is_ascii_digit) =>
        {
            rest
        }
        _ => text,
    };
    match text {
        [_, _, b':', _, _, b':', _, _, rest @ ..] if text[..2].iter().all(u8::is_ascii_digit) => {
            let end = rest.iter().position(|&c| !(c.is_ascii_digit() || matches!(c, b'.' | b',' | b'Z')));
            &rest[end.unwrap_or(rest.len())..]
        }
        _ => text,
    }
}

/// Where the text behind so many prompts begins.
fn after_prompts(text: &[u8], prompts: usize) -> usize {
    let ends = text.iter().zip(1..).filter(|(byte, _)| **byte == b'>').map(|(_, end)| end);
    prompts.checked_sub(1).and_then(|before| ends.into_iter().nth(before)).unwrap_or(0)
}
