//! The lines and frames of a whole bus.

use alloc::collections::BTreeSet;
use core::ops::RangeInclusive;

use cc_core::Timestamp;

use super::decoder::{Decoder, Origin, Sender};
use super::{CaptureError, Item};
use crate::frame::{CanFrame, CanId, CandumpLine, ElmLine, FrameError, HeaderStyle, LogFrame, SlcanLine};
use crate::hex;
use crate::isotp::{Addressing, IsoTpError};
use crate::service::{Framing, NegativeResponse};
use crate::uds;

/// The identifiers of 11 bits that are no standard's: makers use them for diagnosis, and for anything else.
///
/// What reads as an answer counts; damage counts where the frame reads as an answer's, where an answer had begun, and
/// where the identifier has answered a request.
#[derive(Clone, Debug, Default)]
pub(super) struct Strangers {
    /// The last request on such an identifier.
    asked: Option<(CanId, Asked)>,
    /// Those that answered a request.
    known: BTreeSet<CanId>,
    /// Those whose long answer has begun.
    begun: BTreeSet<CanId>,
    /// The last frame that is a request once its first byte is taken for an address.
    addressed: Option<Addressed>,
}

/// A request with an address before it.
#[derive(Clone, Copy, Debug)]
struct Addressed {
    id: CanId,
    address: u8,
    asked: Asked,
}

impl Addressed {
    fn of(frame: &CanFrame) -> Option<Self> {
        let [address, request_data @ ..] = frame.data() else { return None };
        let asked = request(request_data).filter(|_| request_data.len() < 8)?;
        Some(Self { id: frame.id(), address: *address, asked })
    }

    /// Whether the frame answers, by its bytes and by how the two identifiers belong together.
    fn is_answered_by(self, frame: &CanFrame) -> bool {
        let [address, data @ ..] = frame.data() else { return false };
        let (asker, answerer) = (self.id.raw(), frame.id().raw());
        let is_pair = match (self.id.is_extended(), frame.id().is_extended()) {
            // ISO 15765-2, mixed addressing: target and source change places, the extension stays.
            (true, true) => {
                asker >> 8 & 0xFF == answerer & 0xFF
                    && asker & 0xFF == answerer >> 8 & 0xFF
                    && self.address == *address
            }
            // Each begins its frames with the last byte of the other's identifier, or an identifier answers by its
            // eighth successor under the same address.
            (false, false) => {
                let is_crossed = answerer & 0xFF == u32::from(self.address)
                    && asker & 0xFF == u32::from(*address)
                    && asker >> 8 == answerer >> 8;
                is_crossed || (answerer == asker + 8 && self.address == *address)
            }
            _ => false,
        };
        is_pair && self.asked.is_answered_by(first_bytes(data))
    }
}

/// The most identifiers that are remembered of one kind: a car has some dozens of ECUs.
const MOST: usize = 256;

/// The address of a tester behind the plug (ISO 15765-4).
const TESTER: u8 = 0xF1;

/// The makers' identifiers: those from 700 may answer unasked, those below are too often other traffic.
const UNASKED: u32 = 0x700;

/// The 29-bit identifiers of mixed addressing (ISO 15765-2): to one ECU, and to all.
const MIXED: RangeInclusive<u32> = 0x18CD..=0x18CE;

/// What an answer to a request begins with.
#[derive(Clone, Copy, Debug)]
struct Asked {
    service: u8,
    /// The sub-function, or the first byte of an identifier: most answers repeat it.
    echo: Option<u8>,
}

impl Asked {
    fn is_answered_by(self, message: &[u8]) -> bool {
        match *message {
            [NegativeResponse::SERVICE, refused, ..] => refused == self.service,
            [answer, second, ..] => {
                answer == self.service | 0x40 && self.echo.is_none_or(|echo| echo == second)
            }
            [answer] => answer == self.service | 0x40 && self.echo.is_none(),
            [] => false,
        }
    }
}

impl Strangers {
    /// Whether a message that begins with these bytes answers on this identifier: one of the services that are asked for
    /// most, or what was asked for last.
    fn reads_as_answer(&self, id: CanId, message: &[u8]) -> bool {
        self.answers_request(id, message)
            || (id.raw() >= UNASKED && matches!(message, [0x41..=0x4A | 0x59 | 0x62 | 0x7F, ..]))
    }

    fn answers_request(&self, id: CanId, message: &[u8]) -> bool {
        self.asked.is_some_and(|(tester, asked)| tester != id && asked.is_answered_by(message))
    }

    fn remember(set: &mut BTreeSet<CanId>, id: CanId) {
        if set.len() < MOST {
            set.insert(id);
        }
    }
}

impl Decoder {
    /// One line of `candump`, or an id and data.
    pub(super) fn candump_line(&mut self, origin: Origin, text: &[u8]) {
        let line = text;
        let text = hex::trim(text);
        if text.is_empty() {
            return;
        }
        match CandumpLine::parse(line) {
            Ok(line) => {
                let at = line.micros().and_then(Timestamp::from_timestamp_micros);
                let origin = Origin { at, ..origin };
                self.buses.select(line.interface());
                if let Some(frame) = line.frame() {
                    self.bus_frame(origin, frame);
                }
            }
            Err(error) => match ElmLine::parse(text, HeaderStyle::Can) {
                Ok(ElmLine::Can(frame)) => {
                    self.buses.select(None);
                    self.bus_frame(origin, &frame);
                }
                // A line of digits is a damaged frame; anything else a damaged candump line.
                plain => {
                    let digits = hex::count_digits(text).is_some();
                    let error = plain.err().filter(|_| digits).unwrap_or(error);
                    // Nobody knows on which bus.
                    self.buses.iter_mut().for_each(|bus| bus.reply.damaged(Sender::Unknown));
                    self.error(origin, CaptureError::Frame(error));
                }
            },
        }
    }

    /// One line of another log of a bus.
    pub(super) fn log_line(&mut self, origin: Origin, read: Result<Option<LogFrame>, FrameError>) {
        match read {
            Ok(Some(LogFrame { interface, micros, frame })) => {
                let at = micros.and_then(Timestamp::from_timestamp_micros);
                self.buses.select(interface);
                self.bus_frame(Origin { at, ..origin }, &frame);
            }
            Ok(None) => {}
            Err(error) => {
                // Nobody knows on which bus.
                self.buses.iter_mut().for_each(|bus| bus.reply.damaged(Sender::Unknown));
                self.error(origin, CaptureError::Frame(error));
            }
        }
    }

    /// One line of a serial CAN adapter.
    pub(super) fn slcan_line(&mut self, origin: Origin, text: &[u8]) {
        match SlcanLine::parse(text) {
            Ok(line) => {
                if let Some(frame) = line.frame() {
                    self.bus_frame(origin, frame);
                }
            }
            Err(error) => self.error(origin, CaptureError::Frame(error)),
        }
    }

    /// A frame of a whole bus: most of them are no diagnosis.
    pub(super) fn bus_frame(&mut self, origin: Origin, frame: &CanFrame) {
        let id = frame.id();
        self.by_dbc(origin, frame);
        let sure = self.sets.knows_sender(id) || (id.may_answer() && (id.is_extended() || id.raw() >= 0x7E8));
        if sure || id.may_request() || self.sets.is_tester(id) {
            self.can_frame(origin, frame);
        } else if id.may_answer() {
            self.addressed(origin, frame);
            self.stranger(origin, frame);
        } else if id.is_extended() {
            if MIXED.contains(&(id.raw() >> 16)) {
                self.addressed(origin, frame);
            }
            if self.trucks.are_read {
                self.truck_frame(origin, frame);
            }
        }
    }

    /// Tells once that requests and answers have an address before them, which nothing says how to read.
    fn addressed(&mut self, origin: Origin, frame: &CanFrame) {
        if self.is_address_told {
            return;
        }
        let addressed = &mut self.buses.current().strangers.addressed;
        let asker = match *addressed {
            Some(request) => Some(request.id).filter(|_| request.is_answered_by(frame)),
            // A log of the answers alone.
            None => asker_of(frame),
        };
        if let Some(request) = asker {
            self.is_address_told = true;
            let answer = frame.id();
            let origin = Origin { sender: Sender::Can(answer), answer: self.last_answer(), ..origin };
            self.emit(origin, Item::Error(CaptureError::Addressing { request, answer }));
        } else if let Some(request) = Addressed::of(frame) {
            *addressed = Some(request);
        }
    }

    /// A frame of an identifier that makers use for answers, and for other traffic.
    fn stranger(&mut self, origin: Origin, frame: &CanFrame) {
        let id = frame.id();
        let bus = self.buses.current();
        if bus.strangers.known.contains(&id) {
            return self.can_frame(origin, frame);
        }
        if let Some(asked) = request(frame.data()) {
            bus.strangers.asked = Some((id, asked));
            return;
        }
        if id.raw() < UNASKED && bus.strangers.asked.is_none() {
            return;
        }
        let begins = bus.strangers.reads_as_answer(id, first_bytes(frame.data()));
        let had_begun = bus.strangers.begun.remove(&id);
        let (message, broken) = match bus.others.push(frame, Addressing::Normal) {
            Ok(Some(message)) if bus.strangers.reads_as_answer(id, message.data) => {
                if bus.strangers.answers_request(id, message.data) {
                    Strangers::remember(&mut bus.strangers.known, id);
                }
                (Some(message.data.to_vec()), message.interrupted.filter(|_| had_begun))
            }
            Ok(Some(message)) => (None, message.interrupted.filter(|_| had_begun)),
            Ok(None) => {
                if had_begun || begins {
                    Strangers::remember(&mut bus.strangers.begun, id);
                }
                (None, None)
            }
            Err(error) => {
                // What came in between leaves a message alone, or begins the next one.
                let goes_on = matches!(error, IsoTpError::Interrupted { .. }) && begins;
                let is_aside = matches!(
                    error,
                    IsoTpError::ReservedType(_)
                        | IsoTpError::SingleFrame { .. }
                        | IsoTpError::FirstFrame
                        | IsoTpError::FlowControl { .. }
                        | IsoTpError::Empty
                );
                if goes_on || (is_aside && had_begun) {
                    Strangers::remember(&mut bus.strangers.begun, id);
                }
                (None, Some(error).filter(|_| had_begun || begins))
            }
        };
        let origin = Origin { sender: Sender::Can(id), ..origin };
        if let Some(error) = broken {
            self.error(origin, CaptureError::IsoTp(error));
        }
        if let Some(message) = message {
            self.answer(origin, &message, Framing::Can);
        }
    }

    /// Ends the input: long answers of strangers that are still incomplete are errors.
    pub(super) fn end_strangers(&mut self, origin: Origin) {
        let bus = self.buses.current();
        let begun = core::mem::take(&mut bus.strangers.begun);
        let mut unfinished = alloc::vec::Vec::new();
        bus.others.finish(|source, error| unfinished.push((source.id, error)));
        for (id, error) in unfinished.into_iter().filter(|(id, _)| begun.contains(id)) {
            self.error(Origin { sender: Sender::Can(id), ..origin }, CaptureError::IsoTp(error));
        }
    }

    /// How requests of this id are addressed; `None` where they are answers.
    fn request_addressing(&self, id: CanId) -> Option<Addressing> {
        if self.sets.knows_sender(id) {
            return None;
        }
        if self.sets.is_tester(id) {
            return Some(Addressing::Extended);
        }
        self.adapter.request_addressing(id).or_else(|| id.may_request().then_some(Addressing::Normal))
    }

    /// How an answer is addressed: as a set or the adapter's settings say, and to the tester's usual address, since no
    /// frame of normal addressing begins with F1.
    fn answer_addressing(&self, frame: &CanFrame) -> Addressing {
        let id = frame.id();
        let may_be = self.is_adapter_log() && !id.is_extended() && id.raw() < 0x7E8;
        if may_be && (self.adapter.is_addressed() || frame.data().first() == Some(&TESTER)) {
            return Addressing::Extended;
        }
        self.sets.addressing(id)
    }

    /// A frame of a diagnostic id.
    pub(super) fn can_frame(&mut self, origin: Origin, frame: &CanFrame) {
        let id = frame.id();
        let origin = Origin { sender: Sender::Can(id), ..origin };
        if let Some(addressing) = self.request_addressing(id) {
            if let Ok(Some(message)) = self.buses.current().requests.push(frame, addressing) {
                let request = message.data.to_vec();
                // A tester says that it is present at any time.
                if !matches!(request[..], [0x3E, ..]) {
                    self.end_reply(origin);
                    self.buses.current().reply.begin(&request);
                }
            }
            return;
        }
        let mut answers = core::mem::take(&mut self.buses.current().answers);
        match answers.push(frame, self.answer_addressing(frame)) {
            Ok(Some(message)) => {
                if let Some(error) = message.interrupted {
                    self.error(origin, CaptureError::IsoTp(error));
                }
                self.answer(origin, message.data, Framing::Can);
            }
            Ok(None) => {}
            Err(error) => self.error(origin, CaptureError::IsoTp(error)),
        }
        self.buses.current().answers = answers;
    }
}

/// A request of UDS that fits one frame.
fn request(data: &[u8]) -> Option<Asked> {
    let [length @ 1..=7, message @ ..] = data else { return None };
    let message = message.get(..usize::from(*length))?;
    let &service = message.first().filter(|&&service| service & 0x40 == 0)?;
    uds::Request::parse(message).ok()?;
    let second = message.get(1).copied();
    let echo = match service {
        // Nothing is repeated.
        0x14 | 0x23 | 0x2A | 0x34 | 0x35 | 0x37 | 0x84 => None,
        // An identifier, or a counter.
        0x22 | 0x24 | 0x2E | 0x2F | 0x36 => second,
        // A sub-function, whose top bit asks that there be no answer.
        _ => second.map(|second| second & 0x7F),
    };
    Some(Asked { service, echo })
}

/// Who asked for an answer with an address before it, as far as the answer says so by itself: it begins with the usual
/// address of a tester, or its identifier is one of mixed addressing to a tester.
fn asker_of(frame: &CanFrame) -> Option<CanId> {
    let [address, data @ ..] = frame.data() else { return None };
    let is_answer = match data {
        [length @ 3..=6, message @ ..] => message.get(..usize::from(*length)).is_some_and(|message| {
            matches!(message, [0x59 | 0x62 | 0x7F, ..]) && uds::Answer::parse(message).is_ok()
        }),
        [0x10..=0x1F, _, 0x59 | 0x62, ..] => true,
        _ => false,
    };
    let raw = frame.id().raw();
    let (target, source) = (raw >> 8 & 0xFF, raw & 0xFF);
    match frame.id().is_extended() {
        _ if !is_answer => None,
        true if target == u32::from(TESTER) => CanId::extended(raw >> 16 << 16 | source << 8 | target).ok(),
        false if *address == TESTER => {
            u16::try_from(raw & 0x700).ok().and_then(|page| CanId::base(page | u16::from(TESTER)).ok())
        }
        _ => None,
    }
}

/// The first bytes of the message that a single or first frame begins, whole or damaged; none of other frames.
fn first_bytes(data: &[u8]) -> &[u8] {
    match data {
        [0x00, _, message @ ..] if data.len() > 8 => message,
        [0x01..=0x07, message @ ..] => message,
        [0x10, 0x00, _, _, _, _, message @ ..] | [0x10..=0x1F, _, message @ ..] => message,
        _ => &[],
    }
}
