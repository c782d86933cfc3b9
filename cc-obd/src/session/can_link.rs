//! The line without adapter: frames of the bus, the transport on our side.

use alloc::boxed::Box;
use alloc::collections::{BTreeMap, BTreeSet};
use alloc::format;
use alloc::vec::Vec;
use core::fmt;
use core::time::Duration;

use cc_core::Timestamp;

use super::Output;
use super::link::{Reply, Request, instant};
use crate::capture::{CaptureError, CaptureFormat, Decoded, Decoder, Item};
use crate::elm::AdapterFault;
use crate::frame::{CanFrame, CanId};
use crate::isotp::{Address, Channel, Options};
use crate::service::NegativeResponse;

/// A socket on a CAN bus.
pub(super) struct CanLink {
    epoch: Timestamp,
    transcript: bool,
    pub(super) long_ids: bool,
    decoder: Decoder,
    channels: BTreeMap<CanId, Channel>,
    exchange: Option<Exchange>,
    done: Option<Reply>,
}

struct Exchange {
    service: u8,
    /// When the reply is over unless more comes.
    until: Duration,
    /// When it is over, whatever still comes.
    end: Duration,
    /// How many ECUs will answer.
    expected: Option<usize>,
    answered: BTreeSet<CanId>,
    reply: Reply,
}

/// How long an ECU may take (`P2CAN,max` of ISO 15765-4 is 50 ms), with what a loaded host adds.
const WINDOW: Duration = Duration::from_millis(100);
/// The same once it asked for patience (`P2*CAN,max`).
const PENDING: Duration = Duration::from_millis(5_100);
/// How long ECUs may ask for patience again and again.
const LONGEST: Duration = Duration::from_secs(60);

impl CanLink {
    pub(super) fn new(epoch: Timestamp, transcript: bool) -> Self {
        Self {
            epoch,
            transcript,
            long_ids: false,
            decoder: Decoder::new(CaptureFormat::Candump).without_trucks(),
            channels: BTreeMap::new(),
            exchange: None,
            done: None,
        }
    }

    pub(super) fn set_epoch(&mut self, epoch: Timestamp) {
        self.epoch = epoch;
    }

    pub(super) fn start(&mut self, now: Duration, request: &Request<'_>, out: &mut Vec<Output>) {
        let service = request.bytes.first().copied().unwrap_or_default();
        let exchange = Exchange {
            service,
            until: now.saturating_add(WINDOW),
            end: now.saturating_add(LONGEST),
            expected: request.answers,
            answered: BTreeSet::new(),
            reply: Reply::new(),
        };
        self.exchange = Some(exchange);
        let target = request.ecu.and_then(|ecu| ecu.parse::<CanId>().ok());
        if let Some(answer) = target {
            let sent = self.channel(answer).is_some_and(|channel| channel.send(request.bytes).is_ok());
            if !sent {
                self.end();
            }
            return self.tick(now, out);
        }
        let id = if self.long_ids { CanId::extended(0x18DB_33F1) } else { CanId::base(0x7DF) };
        let mut bytes = [0; 8];
        let length = request.bytes.len();
        let (Ok(id), Some(room)) = (id, bytes.get_mut(1..=length).filter(|_| length > 0)) else {
            // A request to all fits one frame.
            return self.end();
        };
        room.copy_from_slice(request.bytes);
        bytes[0] = length as u8;
        if let Ok(frame) = CanFrame::new(id, &bytes) {
            self.send(now, frame, out);
        }
    }

    pub(super) fn received(&mut self, now: Duration, frame: &CanFrame, out: &mut Vec<Output>) {
        let id = frame.id();
        if !is_answer(id) {
            return self.tick(now, out);
        }
        self.note(now, frame, out);
        if self.exchange.is_none() {
            return;
        }
        let Some(channel) = self.channel(id) else { return };
        let result = channel.handle(now, frame).map(|message| message.map(<[u8]>::to_vec));
        let Some(exchange) = &mut self.exchange else { return };
        match result {
            Ok(Some(message)) => {
                let is_pending = matches!(message[..], [NegativeResponse::SERVICE, _, 0x78, ..]);
                let is_ours = match message[..] {
                    [NegativeResponse::SERVICE, service, ..] => service == exchange.service,
                    [service, ..] => service == exchange.service | 0x40,
                    [] => false,
                };
                if is_ours && !is_pending {
                    exchange.answered.insert(id);
                }
                exchange.until = now.saturating_add(if is_pending { PENDING } else { WINDOW });
            }
            Ok(None) => exchange.until = exchange.until.max(now.saturating_add(WINDOW)),
            // The decoder says what is wrong.
            Err(_) => {}
        }
        self.tick(now, out);
    }

    pub(super) fn tick(&mut self, now: Duration, out: &mut Vec<Output>) {
        let mut frames = Vec::new();
        let mut errors = Vec::new();
        let mut is_receiving = false;
        for channel in self.channels.values_mut() {
            loop {
                match channel.poll(now) {
                    Ok(Some(frame)) => frames.push(frame),
                    Ok(None) => break,
                    Err(error) => {
                        errors.push(error);
                        break;
                    }
                }
            }
            is_receiving |= channel.is_receiving() || channel.is_sending();
        }
        for frame in frames {
            self.send(now, frame, out);
        }
        let at = Some(instant(self.epoch, now));
        let Some(exchange) = &mut self.exchange else { return };
        for error in errors {
            let item = Item::Error(CaptureError::IsoTp(error));
            exchange.reply.items.push(Decoded { line: 0, answer: 0, ecu: None, at, item });
        }
        let all = exchange.expected.is_some_and(|expected| exchange.answered.len() >= expected);
        if !is_receiving && (all || now >= exchange.until) || now >= exchange.end {
            self.end();
        }
    }

    pub(super) fn cut(&mut self) {
        self.exchange = None;
        self.done = None;
        self.channels.clear();
        self.decoder = Decoder::new(CaptureFormat::Candump).without_trucks();
    }

    pub(super) fn take(&mut self) -> Option<Reply> {
        self.done.take()
    }

    pub(super) fn is_free(&self) -> bool {
        self.exchange.is_none() && self.done.is_none()
    }

    pub(super) fn next_deadline(&self) -> Option<Duration> {
        let exchange = self.exchange.as_ref()?;
        let channels = self.channels.values().filter_map(Channel::next_deadline).min();
        let is_receiving =
            self.channels.values().any(|channel| channel.is_receiving() || channel.is_sending());
        let until = (!is_receiving).then_some(exchange.until);
        [until, channels, Some(exchange.end)].into_iter().flatten().min()
    }

    fn end(&mut self) {
        let Some(Exchange { mut reply, .. }) = self.exchange.take() else { return };
        if !reply.has_answer() && !reply.is_damaged() {
            reply.fault = Some(AdapterFault::NoData);
        }
        self.done = Some(reply);
    }

    /// The conversation with the ECU that answers with this id.
    fn channel(&mut self, answer: CanId) -> Option<&mut Channel> {
        let address = if answer.is_extended() {
            Address::normal_fixed(0xF1, answer.raw() as u8)
        } else {
            let request = CanId::base((answer.raw() as u16).checked_sub(8)?).ok()?;
            Address::normal(request, answer)
        };
        let channel = self.channels.entry(answer);
        Some(channel.or_insert_with(|| Channel::new(address, Options::default())))
    }

    fn send(&mut self, now: Duration, frame: CanFrame, out: &mut Vec<Output>) {
        self.note(now, &frame, out);
        out.push(Output::SendFrame(frame));
    }

    /// Lets the decoder and the recording see a frame of either side.
    fn note(&mut self, now: Duration, frame: &CanFrame, out: &mut Vec<Output>) {
        let at = instant(self.epoch, now);
        self.decoder.push_frame(Some(at), frame);
        while let Some(decoded) = self.decoder.next_item() {
            if let Some(exchange) = &mut self.exchange {
                exchange.reply.items.push(decoded);
            }
        }
        if self.transcript {
            let micros = at.timestamp_micros();
            let data: Box<str> =
                frame.data().iter().map(|byte| format!("{byte:02X}")).collect::<Vec<_>>().concat().into();
            let (seconds, rest) = (micros.div_euclid(1_000_000), micros.rem_euclid(1_000_000));
            let line = format!("({seconds}.{rest:06}) can0 {}#{data}\n", frame.id());
            out.push(Output::Transcript(line.into_bytes()));
        }
    }
}

/// `7E8` to `7EF` and `18DAF1..`: what answers a tester (ISO 15765-4).
fn is_answer(id: CanId) -> bool {
    if id.is_extended() { id.raw() >> 8 == 0x18_DAF1 } else { (0x7E8..=0x7EF).contains(&id.raw()) }
}

impl fmt::Debug for CanLink {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "CanLink(busy: {}, {} ecus)", self.exchange.is_some(), self.channels.len())
    }
}
