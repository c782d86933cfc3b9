//! The decoder: lines to items.

use alloc::boxed::Box;
use alloc::collections::VecDeque;
use alloc::string::ToString;
use alloc::vec::Vec;
use core::fmt;

use cc_core::Timestamp;

use super::adapter::Adapter;
use super::bus::Buses;
use super::kline::Legacy;
use super::lines::{Line, Lines};
use super::truck::Trucks;
use super::{CaptureError, CaptureFormat, Decoded, Item, KwpCodes};
use crate::frame::{AscLog, CanFrame, CanId, CsvLog};
use crate::hex;
use crate::j1939::SpnConversion;
use crate::pid::PidTable;
use crate::service::Framing;
use crate::signals::SignalSets;
use crate::signals::dbc::Dbc;

/// Decodes a capture, fed in any chunks.
///
/// The call order is: [`push`](Self::push) bytes, take items with [`next_item`](Self::next_item), and at the end of
/// the input [`finish`](Self::finish) and take the rest. See the [module](super) for an example.
pub struct Decoder {
    format: CaptureFormat,
    pub(super) framing: Option<Framing>,
    pub(super) sets: SignalSets,
    pub(super) dbcs: Vec<Dbc>,
    pub(super) catalogue_too: bool,
    pub(super) year: Option<i32>,
    pub(super) kwp_codes: KwpCodes,
    pub(super) table: PidTable,
    pub(super) legacy: Legacy,
    pub(super) adapter: Adapter,
    pub(super) buses: Buses,
    pub(super) trucks: Trucks,
    /// It was told that frames begin with an address.
    pub(super) is_address_told: bool,
    asc: AscLog,
    csv: CsvLog,
    /// The request of the last pair, on a K-line: every frame of its answer has a line of its own.
    pub(super) pair_request: Vec<u8>,
    /// The last line that gave anything.
    pub(super) last_line: u64,
    lines: Lines,
    pub(super) items: VecDeque<Decoded>,
    count: u64,
}

/// Where an answer came from.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Origin {
    pub(super) line: u64,
    pub(super) sender: Sender,
    pub(super) at: Option<Timestamp>,
    /// The ordinal of the answer.
    pub(super) answer: u64,
}

/// Who sent it.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub(super) enum Sender {
    #[default]
    Unknown,
    Can(CanId),
    Kline(u8),
    Truck(u8),
}

impl Origin {
    pub(super) fn item(self, item: Item) -> Decoded {
        let Self { line, sender, at, answer } = self;
        Decoded { line, answer, ecu: sender.text(), at, item }
    }
}

impl Sender {
    pub(super) fn can_id(self) -> Option<CanId> {
        if let Self::Can(id) = self { Some(id) } else { None }
    }

    /// The address on a K-line.
    pub(super) fn address(self) -> Option<u8> {
        if let Self::Kline(address) = self { Some(address) } else { None }
    }

    pub(super) fn text(self) -> Option<Box<str>> {
        match self {
            Self::Unknown => None,
            Self::Can(id) => Some(id.to_string().into()),
            Self::Kline(address) | Self::Truck(address) => Some(alloc::format!("{address:02X}").into()),
        }
    }
}

impl Decoder {
    /// A decoder at the start of a capture.
    pub fn new(format: CaptureFormat) -> Self {
        Self {
            format,
            framing: None,
            sets: SignalSets::default(),
            dbcs: Vec::new(),
            catalogue_too: false,
            year: None,
            kwp_codes: KwpCodes::default(),
            table: PidTable::standard(),
            legacy: Legacy::default(),
            adapter: Adapter::default(),
            buses: Buses::default(),
            trucks: Trucks::default(),
            is_address_told: false,
            asc: AscLog::default(),
            csv: CsvLog::default(),
            pair_request: Vec::new(),
            last_line: 0,
            lines: Lines::default(),
            items: VecDeque::new(),
            count: 0,
        }
    }

    /// Says which bus carried answers without header. Unless told, pairs are CAN, and an adapter's answers without
    /// header are told apart by their length (on CAN a list of codes has an even number of bytes, else an odd one).
    #[must_use]
    pub fn with_framing(mut self, framing: Framing) -> Self {
        self.framing = Some(framing);
        self
    }

    /// Reads answers that a signal set describes by that set.
    #[must_use]
    pub fn with_signals(mut self, sets: SignalSets) -> Self {
        self.sets = sets;
        self
    }

    /// Reads the frames of a whole bus (`candump`, SLCAN, ASC, CSV) by a DBC file too; of several files by each that has a message
    /// of the frame's identifier. Their signals are named `Message.Signal`; what the sender says it cannot give, or has
    /// not, is an [`Item::NoValue`].
    ///
    /// ```
    /// use cc_obd::capture::{CaptureFormat, Decoder};
    /// use cc_obd::signals::dbc::Dbc;
    ///
    /// let dbc = Dbc::parse(b"BO_ 291 Battery: 2 BMS\n SG_ Voltage : 0|16@1+ (0.1,0) [0|450] \"V\" X\n")?;
    /// let mut decoder = Decoder::new(CaptureFormat::Candump).with_dbc(dbc);
    /// decoder.push(b"can0 123#A00F\ncan0 123#FFFF\n");
    /// decoder.finish();
    /// let lines: Vec<_> = core::iter::from_fn(|| decoder.next_item()).map(|item| item.to_canonical_json()).collect();
    /// assert_eq!(lines, [
    ///     r#"{"ecu":"123","line":1,"signal":"Battery.Voltage","unit":"V","value":400}"#,
    ///     r#"{"ecu":"123","line":2,"quality":"out_of_range","signal":"Battery.Voltage","unit":"V","value":6553.5}"#,
    /// ]);
    /// # Ok::<(), cc_obd::signals::dbc::DbcError>(())
    /// ```
    #[must_use]
    pub fn with_dbc(mut self, dbc: Dbc) -> Self {
        self.dbcs.push(dbc);
        self
    }

    /// Gives the catalogue's readings of standard parameters also where a signal set describes the same answer: for
    /// rules, which know the catalogue's names.
    #[must_use]
    pub fn with_catalogue_beside_sets(mut self) -> Self {
        self.catalogue_too = true;
        self
    }

    /// The model year of the car, by which signal sets choose their commands.
    #[must_use]
    pub fn with_model_year(mut self, year: i32) -> Self {
        self.year = Some(year);
        self
    }

    /// Reads nothing of trucks (SAE J1939): for a car whose own identifiers are taken for a truck's.
    #[must_use]
    pub fn without_trucks(mut self) -> Self {
        self.trucks.are_read = false;
        self
    }

    /// How the maker of a truck lays out codes whose conversion method bit is set. Unless told, such a code is
    /// [`Dtc::Raw`](cc_core::Dtc::Raw): nothing in the message says which parameter it means.
    #[must_use]
    pub fn with_spn_conversion(mut self, conversion: SpnConversion) -> Self {
        self.trucks.conversion = Some(conversion);
        self
    }

    /// What the codes of KWP2000 mean. Unless told, each is a [`Dtc::Kwp`](cc_core::Dtc::Kwp): nothing in the answer
    /// says it. But a request of service 18 for codes of SAE J2012 (`1800…`, `1801…`) does.
    ///
    /// ```
    /// use cc_obd::capture::{CaptureFormat, Decoder, KwpCodes};
    ///
    /// let mut decoder = Decoder::new(CaptureFormat::Pairs).with_kwp_codes(KwpCodes::Vag);
    /// decoder.push(b"1802FF00>5801453E62\n");
    /// decoder.finish();
    /// let line = decoder.next_item().unwrap().to_canonical_json();
    /// assert_eq!(
    ///     line,
    ///     r#"{"dtc":"VAG 17726","kwp_status":"62","line":1,"service":"18","state":"stored_and_present","status":null}"#,
    /// );
    /// ```
    #[must_use]
    pub fn with_kwp_codes(mut self, codes: KwpCodes) -> Self {
        self.kwp_codes = codes;
        self
    }

    /// Takes the next bytes.
    pub fn push(&mut self, bytes: &[u8]) {
        let mut lines = core::mem::take(&mut self.lines);
        lines.push(bytes, |number, line| self.line(number, &line));
        self.lines = lines;
    }

    /// Takes a frame that was read from a bus rather than from a log ([`CaptureFormat::Candump`]); it counts as a line.
    ///
    /// ```
    /// use cc_obd::capture::{CaptureFormat, Decoder};
    /// use cc_obd::frame::{CanFrame, CanId};
    ///
    /// let mut decoder = Decoder::new(CaptureFormat::Candump);
    /// let frame = CanFrame::new(CanId::base(0x7E8)?, &[0x04, 0x41, 0x0C, 0x1A, 0xF8])?;
    /// decoder.push_frame(None, &frame);
    /// let reading = decoder.next_item().unwrap().to_canonical_json();
    /// assert_eq!(reading, r#"{"ecu":"7E8","line":1,"signal":"engine_speed","unit":"rpm","value":1726}"#);
    /// # Ok::<(), cc_obd::frame::FrameError>(())
    /// ```
    pub fn push_frame(&mut self, at: Option<Timestamp>, frame: &CanFrame) {
        let origin = Origin { line: self.lines.count(), at, ..Origin::default() };
        self.buses.select(None);
        self.bus_frame(origin, frame);
    }

    /// Ends the input: a last line without its end is read, and messages that are still incomplete are errors.
    pub fn finish(&mut self) {
        let mut lines = core::mem::take(&mut self.lines);
        lines.finish(|number, line| self.line(number, &line));
        let origin = Origin { line: lines.number(), ..Origin::default() };
        self.lines = lines;
        for bus in 0..self.buses.len() {
            self.buses.visit(bus);
            self.end_answers(origin);
            self.end_strangers(origin);
            self.end_truck(origin);
        }
        // What is unfinished of requests, and of strangers that did not answer, is no error of the car.
        self.buses = Buses::default();
    }

    /// The next item, in the order of the input.
    pub fn next_item(&mut self) -> Option<Decoded> {
        self.items.pop_front()
    }

    fn line(&mut self, number: u64, line: &Line<'_>) {
        let origin = Origin { line: number, ..Origin::default() };
        let text = match line {
            Line::Text(text) => *text,
            Line::Overlong => return self.error(origin, CaptureError::Overlong),
        };
        let text = if number == 1 { text.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(text) } else { text };
        if is_comment(text) {
            return;
        }
        match self.format {
            CaptureFormat::Asc => {
                let read = self.asc.read(text);
                self.log_line(origin, read);
            }
            CaptureFormat::Csv => {
                let read = self.csv.read(text);
                self.log_line(origin, read);
            }
            CaptureFormat::Elm327 => self.adapter_line(origin, text),
            CaptureFormat::Candump => self.candump_line(origin, text),
            CaptureFormat::Pairs => self.pair(origin, text),
            CaptureFormat::Slcan => self.slcan_line(origin, text),
        }
    }

    /// The answers to a request are over: lists end, and what is incomplete stays so.
    pub(super) fn end_answers(&mut self, origin: Origin) {
        self.end_segments(origin);
        let mut unfinished = Vec::new();
        self.buses.current().answers.finish(|source, error| unfinished.push((source, error)));
        for (source, error) in unfinished {
            let origin = Origin { sender: Sender::Can(source.id), ..origin };
            self.error(origin, CaptureError::IsoTp(error));
        }
        self.end_reply(origin);
    }

    /// Gives out the lists of codes of the reply, and ends it. Their line is the last one that gave anything.
    pub(super) fn end_reply(&mut self, origin: Origin) {
        self.end_info(origin);
        self.give_lists(origin);
        self.buses.current().reply.end();
    }

    /// Texts in several messages that ended before their last one. Their line is that of the last answer.
    pub(super) fn end_info(&mut self, origin: Origin) {
        for (source, error) in self.legacy.finish() {
            let sender = source.map_or(Sender::Unknown, Sender::Kline);
            self.error(Origin { line: self.last_line, sender, ..origin }, CaptureError::Answer(error));
        }
    }

    /// Gives out the lists of codes read so far.
    pub(super) fn give_lists(&mut self, origin: Origin) {
        for (sender, scan) in self.buses.current().reply.take() {
            let line = self.last_line;
            let origin = Origin { line, sender, answer: self.last_answer(), ..origin };
            self.emit(origin, Item::Scan(scan));
        }
    }

    /// Whether lists of codes wait for the end of the reply: in a dialogue, where an error may still follow, and
    /// where a list has several messages. In a `candump`, and in a pair, a message on CAN is a whole list.
    pub(super) fn lists_wait(&self, framing: Framing) -> bool {
        self.is_adapter_log() || framing == Framing::Kline
    }

    /// Whether the capture is the text of an adapter, where every frame was asked for.
    pub(super) fn is_adapter_log(&self) -> bool {
        self.format == CaptureFormat::Elm327
    }

    /// Counts an answer.
    pub(super) fn count_answer(&mut self) -> u64 {
        self.count += 1;
        self.last_answer()
    }

    /// The ordinal of the answer that came last.
    pub(super) fn last_answer(&self) -> u64 {
        self.count.saturating_sub(1)
    }

    pub(super) fn emit(&mut self, origin: Origin, item: Item) {
        self.last_line = origin.line;
        self.items.push_back(origin.item(item));
    }

    pub(super) fn error(&mut self, origin: Origin, error: CaptureError) {
        let origin = Origin { answer: self.last_answer(), ..origin };
        if !error.is_silence() {
            self.buses.current().reply.damaged(origin.sender);
        }
        self.emit(origin, Item::Error(error));
    }
}

impl fmt::Debug for Decoder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "Decoder({}, line {}, {} items waiting)",
            self.format,
            self.lines.number(),
            self.items.len()
        )
    }
}

/// A line that people wrote: `#`, `;` or `//` starts it.
pub(super) fn is_comment(text: &[u8]) -> bool {
    matches!(hex::trim(text), [b'#' | b';', ..] | [b'/', b'/', ..])
}
