//! The line to an adapter: one command at a time, and what comes back until the prompt.

use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::fmt;
use core::time::Duration;

use cc_core::Timestamp;

use super::Output;
use super::link::{Ended, Reply, instant};
use crate::capture::{CaptureFormat, Decoded, Decoder, Item};
use crate::elm::{AdapterFault, ElmEvent, Scanner};

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

/// A command on its way.
struct Exchange {
    text: String,
    /// It is for the adapter itself.
    is_own: bool,
    until: Duration,
    /// When the last byte came.
    last: Option<Duration>,
    /// Lines that mean something.
    lines: usize,
    is_searching: bool,
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

    pub(super) fn start(
        &mut self,
        now: Duration,
        text: &str,
        is_own: bool,
        patience: Duration,
        out: &mut Vec<Output>,
    ) {
        self.drain = None;
        self.is_begun = true;
        let mut line = text.as_bytes().to_vec();
        line.push(b'\r');
        // The decoder learns the request as an adapter with echo would show it.
        self.decode(now, &line, out);
        self.exchange = Some(Exchange {
            text: text.to_string(),
            is_own,
            until: now.saturating_add(patience),
            last: None,
            lines: 0,
            is_searching: false,
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
        }
        for piece in bytes.split_inclusive(|&byte| byte == b'>') {
            if self.exchange.is_some() {
                self.decode(now, piece, out);
            }
            let mut scanner = core::mem::take(&mut self.scanner);
            let mut prompt = false;
            scanner.feed(piece, |event| prompt |= self.event(&event));
            self.scanner = scanner;
            if prompt {
                self.prompt(now, out);
            }
        }
    }

    pub(super) fn tick(&mut self, now: Duration, out: &mut Vec<Output>) {
        if self.drain.is_some_and(|until| now >= until) {
            self.drain = None;
            self.scanner = Scanner::new();
        }
        let Some(exchange) = self.exchange.as_ref().filter(|_| self.deadline().is_some_and(|due| now >= due))
        else {
            return;
        };
        let ended = if exchange.lines > 0 { Ended::WithoutPrompt } else { Ended::Silent };
        let mut scanner = core::mem::take(&mut self.scanner);
        scanner.finish(|event| {
            self.event(&event);
        });
        self.scanner = scanner;
        self.is_prompt_due = true;
        self.decode(now, b"\r>", out);
        if ended == Ended::WithoutPrompt {
            self.lost_prompts += 1;
        } else {
            // What comes late belongs to no request.
            self.drain = Some(now.saturating_add(DRAIN));
        }
        self.end(now, ended, out);
    }

    pub(super) fn cut(&mut self, out: &mut Vec<Output>) {
        self.exchange = None;
        self.done = None;
        self.drain = None;
        self.is_prompt_due = false;
        self.scanner = Scanner::new();
        // Half a line must not be read as a whole one.
        self.decoder = Decoder::new(CaptureFormat::Elm327);
        if core::mem::take(&mut self.is_begun) {
            self.write(b"\r# the line was cut\r", out);
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
        self.deadline().or(self.drain)
    }

    pub(super) fn lost_prompts(&self) -> u32 {
        self.lost_prompts
    }

    fn deadline(&self) -> Option<Duration> {
        let exchange = self.exchange.as_ref()?;
        let Some(last) = exchange.last else { return Some(exchange.until) };
        let quiet = match exchange {
            Exchange { lines: 0, is_searching: true, .. } => SEARCH,
            Exchange { lines: 0, .. } => return Some(exchange.until.max(last.saturating_add(QUIET))),
            _ if self.lost_prompts > 0 => QUIET_COPY,
            _ => QUIET,
        };
        Some(last.saturating_add(quiet))
    }

    /// Takes note of an event; true for a prompt.
    fn event(&mut self, event: &ElmEvent<'_>) -> bool {
        let Some(exchange) = &mut self.exchange else { return false };
        let reply = &mut exchange.reply;
        match *event {
            ElmEvent::Prompt => return true,
            ElmEvent::Echo(_) => return false,
            ElmEvent::Data(text) | ElmEvent::Unknown(text) => {
                if without_spaces(text).eq_ignore_ascii_case(exchange.text.as_bytes()) {
                    return false;
                }
                if exchange.is_own {
                    reply.texts.push(lossy(text));
                }
            }
            ElmEvent::Identity(text) => {
                reply.is_restart |= !exchange.is_own;
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
            ElmEvent::Overlong | ElmEvent::Voltage(_) => {}
        }
        exchange.lines += 1;
        false
    }

    fn prompt(&mut self, now: Duration, out: &mut Vec<Output>) {
        let Some(exchange) = &self.exchange else { return };
        // The prompt of the command before, whose reply was given up.
        if self.is_prompt_due && exchange.lines == 0 {
            self.is_prompt_due = false;
            return;
        }
        self.is_prompt_due = false;
        self.end(now, Ended::Whole, out);
    }

    fn end(&mut self, now: Duration, ended: Ended, out: &mut Vec<Output>) {
        // The decoder reads lines: the one of the prompt ends here.
        self.decode(now, b"\r", out);
        if let Some(Exchange { mut reply, is_own, .. }) = self.exchange.take() {
            reply.ended = ended;
            if is_own {
                // Only the voltage is a reading of the car.
                reply.items.retain(|decoded| matches!(decoded.item, Item::Reading(_)));
            }
            self.done = Some(reply);
        }
    }

    fn decode(&mut self, now: Duration, bytes: &[u8], out: &mut Vec<Output>) {
        self.decoder.push(bytes);
        self.write(bytes, out);
        let at = instant(self.epoch, now);
        while let Some(decoded) = self.decoder.next_item() {
            if let Some(exchange) = &mut self.exchange {
                exchange.reply.items.push(Decoded { at: Some(at), ..decoded });
            }
        }
    }

    fn write(&self, bytes: &[u8], out: &mut Vec<Output>) {
        if self.transcript {
            out.push(Output::Transcript(bytes.to_vec()));
        }
    }
}

impl fmt::Debug for TextLink {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "TextLink(busy: {}, {} prompts lost)", self.exchange.is_some(), self.lost_prompts)
    }
}

fn lossy(text: &[u8]) -> String {
    String::from_utf8_lossy(text).trim().to_string()
}

fn without_spaces(text: &[u8]) -> Vec<u8> {
    text.iter().copied().filter(|&byte| byte != b' ').collect()
}
