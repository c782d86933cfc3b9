//! The line to an adapter: one command at a time, and what comes back until the prompt.

use alloc::borrow::Cow;
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::fmt;
use core::time::Duration;

use cc_core::Timestamp;

use super::link::{Ended, Reply, instant};
use super::{Output, spoken};
use crate::capture::{CaptureFormat, Decoded, Decoder, Item};
use crate::elm::{AdapterFault, ElmEvent, MAX_LINE, Scanner};

/// An adapter's line.
pub(super) struct TextLink {
    epoch: Timestamp,
    transcript: bool,
    scanner: Scanner,
    decoder: Decoder,
    exchange: Option<Exchange>,
    done: Option<Reply>,
    /// The prompt of an earlier command may still come.
    is_prompt_due: bool,
    /// How many replies came without prompt.
    lost_prompts: u32,
    /// Until when everything is passed over.
    drain: Option<Duration>,
    /// Something was said since the line is there.
    is_begun: bool,
}

/// Whom a command is for.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Purpose {
    /// The adapter itself.
    Adapter,
    /// The car.
    Car,
    /// The car, if there is one on this bus.
    Probe,
}

/// A command on its way.
struct Exchange {
    text: String,
    purpose: Purpose,
    until: Duration,
    /// When it is over, whatever still comes.
    end: Duration,
    /// When the last byte came.
    last: Option<Duration>,
    /// How many bytes came.
    received: usize,
    /// The first line of the reply, until it is whole.
    head: Option<Vec<u8>>,
    /// Lines that mean something.
    lines: usize,
    is_searching: bool,
    /// The prompt of an earlier command was passed over.
    is_late: bool,
    /// What was sent and came, for the recording.
    record: Vec<u8>,
    reply: Reply,
}

/// How long the line must be silent before a reply without prompt counts as whole.
const QUIET: Duration = Duration::from_millis(1_500);
/// The same once the adapter is known to lose prompts; an ECU answers within 200 ms (`AT ST 32`).
const QUIET_COPY: Duration = Duration::from_millis(400);
/// How long a search may go on after its last sign.
const SEARCH: Duration = Duration::from_secs(15);
/// How long what comes is passed over where replies no longer fit.
const DRAIN: Duration = Duration::from_millis(700);
/// How much longer than its time a reply may go on while something still comes.
const LONGER: Duration = Duration::from_secs(30);
/// The most that a car says to one request: eight ECUs with 4,095 bytes each, three characters a byte, and headers.
const MOST: usize = 0x4_0000;
/// The most that an adapter says of itself.
const MOST_OWN: usize = 0x1000;

impl TextLink {
    pub(super) fn new(epoch: Timestamp, transcript: bool) -> Self {
        Self {
            epoch,
            transcript,
            scanner: Scanner::new(),
            decoder: Decoder::new(CaptureFormat::Elm327),
            exchange: None,
            done: None,
            is_prompt_due: false,
            lost_prompts: 0,
            drain: None,
            is_begun: false,
        }
    }

    pub(super) fn set_epoch(&mut self, epoch: Timestamp) {
        self.epoch = epoch;
    }

    pub(super) fn start(
        &mut self,
        now: Duration,
        text: &str,
        purpose: Purpose,
        patience: Duration,
        out: &mut Vec<Output>,
    ) {
        self.drain = None;
        self.is_begun = true;
        let mut line = text.as_bytes().to_vec();
        line.push(b'\r');
        // The decoder learns the request as an adapter with echo would show it.
        self.decode(now, &line);
        let until = now.saturating_add(patience);
        self.exchange = Some(Exchange {
            text: text.to_string(),
            purpose,
            until,
            end: until.saturating_add(LONGER),
            last: None,
            received: 0,
            head: Some(Vec::new()),
            lines: 0,
            is_searching: false,
            is_late: false,
            record: line.clone(),
            reply: Reply::new(),
        });
        out.push(Output::Send(line));
    }

    pub(super) fn received(&mut self, now: Duration, bytes: &[u8], out: &mut Vec<Output>) {
        self.tick(now, out);
        if self.drain.is_some() {
            return;
        }
        if let Some(exchange) = &mut self.exchange {
            exchange.last = Some(now);
            exchange.received = exchange.received.saturating_add(bytes.len());
            let most = if exchange.purpose == Purpose::Adapter { MOST_OWN } else { MOST };
            if exchange.received > most {
                return self.end(now, Ended::Flood, out);
            }
        }
        for piece in bytes.split_inclusive(|&byte| byte == b'>') {
            if let Some(piece) = self.with_head(piece) {
                self.hear(now, &piece, out);
            }
        }
    }

    /// The piece with the beginning of the reply before it, once its first line is whole.
    fn with_head<'a>(&mut self, piece: &'a [u8]) -> Option<Cow<'a, [u8]>> {
        let Some(exchange) = &mut self.exchange else { return Some(Cow::Borrowed(piece)) };
        let Some(head) = &mut exchange.head else { return Some(Cow::Borrowed(piece)) };
        for (place, &byte) in piece.iter().enumerate() {
            head.push(byte);
            let is_line = matches!(byte, b'\r' | b'\n' | b'>') && spoken::is_begun(head);
            if is_line || head.len() >= MAX_LINE {
                let mut whole = spoken::unglued(head, &exchange.text);
                exchange.head = None;
                whole.extend(piece.get(place + 1..).unwrap_or_default());
                return Some(Cow::Owned(whole));
            }
        }
        None
    }

    /// Takes what has no more than one prompt, at its end.
    fn hear(&mut self, now: Duration, piece: &[u8], out: &mut Vec<Output>) {
        if self.exchange.is_some() {
            self.decode(now, piece);
        }
        let mut scanner = core::mem::take(&mut self.scanner);
        let mut prompt = false;
        scanner.feed(piece, |event| prompt |= self.event(&event));
        self.scanner = scanner;
        if prompt {
            self.prompt(now, out);
        }
    }

    pub(super) fn tick(&mut self, now: Duration, out: &mut Vec<Output>) {
        if self.drain.is_some_and(|until| now >= until) {
            self.drain = None;
            self.scanner = Scanner::new();
        }
        let Some(exchange) =
            self.exchange.as_mut().filter(|exchange| now >= deadline(exchange, self.lost_prompts))
        else {
            return;
        };
        if now >= exchange.end {
            return self.end(now, Ended::Flood, out);
        }
        // What is stamped now was said when the last byte came.
        let at = exchange.last.unwrap_or(now);
        if let Some(head) = exchange.head.take() {
            let head = spoken::unglued(&head, &exchange.text);
            self.hear(at, &head, out);
        }
        let mut scanner = core::mem::take(&mut self.scanner);
        scanner.finish(|event| {
            self.event(&event);
        });
        self.scanner = scanner;
        let has_lines = self.exchange.as_ref().is_some_and(|exchange| exchange.lines > 0);
        let ended = if has_lines { Ended::WithoutPrompt } else { Ended::Silent };
        self.is_prompt_due = true;
        self.decode(at, b"\r>");
        if ended == Ended::WithoutPrompt {
            self.lost_prompts += 1;
        } else {
            // What comes late belongs to no request.
            self.drain = Some(now.saturating_add(DRAIN));
        }
        self.end(at, ended, out);
    }

    pub(super) fn cut(&mut self, out: &mut Vec<Output>) {
        // What was on its way is asked again: half a reply is no answer, and no damage either.
        if let Some(Exchange { mut record, head, .. }) = self.exchange.take() {
            record.extend(head.unwrap_or_default());
            self.write(spoken::remarks(&record), out);
        }
        self.done = None;
        self.drain = None;
        self.is_prompt_due = false;
        self.scanner = Scanner::new();
        // Half a line must not be read as a whole one.
        self.decoder = Decoder::new(CaptureFormat::Elm327);
        if core::mem::take(&mut self.is_begun) {
            self.write(b"# the line was cut\r".to_vec(), out);
        }
    }

    pub(super) fn take(&mut self) -> Option<Reply> {
        self.done.take()
    }

    pub(super) fn is_free(&self, now: Duration) -> bool {
        self.exchange.is_none() && self.done.is_none() && self.drain.is_none_or(|until| now >= until)
    }

    pub(super) fn drain(&mut self, now: Duration) {
        self.drain = Some(now.saturating_add(DRAIN));
    }

    pub(super) fn next_deadline(&self) -> Option<Duration> {
        let exchange = self.exchange.as_ref();
        exchange.map(|exchange| deadline(exchange, self.lost_prompts)).or(self.drain)
    }

    pub(super) fn lost_prompts(&self) -> u32 {
        self.lost_prompts
    }

    /// Takes note of an event; true for a prompt.
    fn event(&mut self, event: &ElmEvent<'_>) -> bool {
        let Some(exchange) = &mut self.exchange else { return false };
        let reply = &mut exchange.reply;
        match *event {
            ElmEvent::Prompt => return true,
            ElmEvent::Echo(text) => {
                reply.is_echoed |= is_same(text, &exchange.text);
                return false;
            }
            ElmEvent::Data(text) | ElmEvent::Unknown(text) => {
                if is_same(text, &exchange.text) {
                    reply.is_echoed = true;
                    return false;
                }
                if exchange.purpose == Purpose::Adapter {
                    reply.texts.push(lossy(text));
                }
            }
            ElmEvent::Identity(text) => {
                reply.is_restart |= exchange.purpose != Purpose::Adapter;
                reply.texts.push(lossy(text));
            }
            ElmEvent::Fault(fault) => {
                reply.fault = Some(fault);
                reply.is_restart |= fault == AdapterFault::LowVoltageReset;
            }
            ElmEvent::Okay => reply.is_okay = true,
            ElmEvent::BusReady | ElmEvent::Searching => {
                exchange.is_searching = true;
                return false;
            }
            ElmEvent::Damaged { .. } | ElmEvent::Overlong | ElmEvent::Voltage(_) => {}
        }
        exchange.lines += 1;
        false
    }

    fn prompt(&mut self, now: Duration, out: &mut Vec<Output>) {
        let Some(exchange) = &mut self.exchange else { return };
        // The prompt of the command before, whose reply was given up.
        if self.is_prompt_due && exchange.lines == 0 {
            self.is_prompt_due = false;
            exchange.is_late = true;
            exchange.head = Some(Vec::new());
            return;
        }
        self.is_prompt_due = false;
        self.end(now, Ended::Whole, out);
    }

    fn end(&mut self, at: Duration, ended: Ended, out: &mut Vec<Output>) {
        // The decoder reads lines: the one of the prompt ends here.
        self.decode(at, b"\r");
        let Some(Exchange { mut reply, purpose, record, is_late, .. }) = self.exchange.take() else { return };
        reply.ended = ended;
        if ended == Ended::Flood {
            // Nobody knows what of it belongs to what.
            reply.items.clear();
            self.scanner = Scanner::new();
            self.decoder = Decoder::new(CaptureFormat::Elm327);
        }
        // What the adapter does not know, and buses that are not there, say nothing of the car.
        let is_refused = reply.fault == Some(AdapterFault::UnknownCommand) && !reply.has_answer();
        let is_chatter = match purpose {
            Purpose::Adapter => is_late || reply.fault.is_some() || ended != Ended::Whole,
            Purpose::Car => ended == Ended::Flood,
            Purpose::Probe => !reply.has_answer(),
        };
        let is_chatter = is_chatter || is_refused;
        self.write(if is_chatter { spoken::remarks(&record) } else { record }, out);
        if purpose == Purpose::Adapter {
            // Only the voltage is a reading of the car.
            reply.items.retain(|decoded| matches!(decoded.item, Item::Reading(_)));
        }
        self.done = Some(reply);
    }

    /// Lets the decoder and the recording see a part of either side.
    fn decode(&mut self, now: Duration, bytes: &[u8]) {
        self.decoder.push(bytes);
        if let Some(exchange) = self.exchange.as_mut().filter(|_| self.transcript) {
            exchange.record.extend_from_slice(bytes);
        }
        let at = instant(self.epoch, now);
        while let Some(decoded) = self.decoder.next_item() {
            if let Some(exchange) = &mut self.exchange {
                exchange.reply.items.push(Decoded { at: Some(at), ..decoded });
            }
        }
    }

    fn write(&self, bytes: Vec<u8>, out: &mut Vec<Output>) {
        if self.transcript && !bytes.is_empty() {
            out.push(Output::Transcript(bytes));
        }
    }
}

/// When a reply counts as whole, or as none.
fn deadline(exchange: &Exchange, lost_prompts: u32) -> Duration {
    let Some(last) = exchange.last else { return exchange.until };
    let quiet = match exchange {
        Exchange { lines: 0, is_searching: true, .. } => last.saturating_add(SEARCH),
        Exchange { lines: 0, .. } => exchange.until.max(last.saturating_add(QUIET)),
        _ if lost_prompts > 0 => last.saturating_add(QUIET_COPY),
        _ => last.saturating_add(QUIET),
    };
    quiet.min(exchange.end)
}

impl fmt::Debug for TextLink {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "TextLink(busy: {}, {} prompts lost)", self.exchange.is_some(), self.lost_prompts)
    }
}

fn lossy(text: &[u8]) -> String {
    String::from_utf8_lossy(text).trim().to_string()
}

/// Whether a line is the command as it was sent, spaces and case aside.
fn is_same(line: &[u8], command: &str) -> bool {
    let line = line.iter().filter(|&&byte| byte != b' ').map(u8::to_ascii_uppercase);
    line.eq(command.bytes().map(|byte| byte.to_ascii_uppercase()))
}
