//! Messages of ECUs to the lines of an adapter.

use alloc::string::String;
use alloc::vec::Vec;
use core::fmt::Write;
use core::time::Duration;

use super::{Reply, Scenario};
use crate::frame::{CanFrame, CanId, legacy};
use crate::isotp::{Address, Options, Pci, Sender};
use crate::service::Framing;

/// The buses by the adapter's numbers.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) struct Bus(pub(super) u8);

impl Bus {
    pub(super) fn is_can(self) -> bool {
        self.0 >= 6
    }

    pub(super) fn is_extended(self) -> bool {
        matches!(self.0, 7 | 9)
    }

    pub(super) fn framing(self) -> Framing {
        if self.is_can() { Framing::Can } else { Framing::Kline }
    }

    /// The ids of one ECU, from its side: it sends with the first.
    pub(super) fn address(self, ecu: usize, spec_address: u8) -> Address {
        if self.is_extended() {
            return Address::normal_fixed(spec_address, 0xF1);
        }
        let place = (ecu & 7) as u16;
        match (CanId::base(0x7E8 + place), CanId::base(0x7E0 + place)) {
            (Ok(answer), Ok(request)) => Address::normal(answer, request),
            // Not reached: both ids have 11 bits.
            _ => Address::normal_fixed(spec_address, 0xF1),
        }
    }
}

/// How the lines look.
#[derive(Clone, Copy, Debug)]
#[expect(clippy::struct_excessive_bools, reason = "each is a switch of the adapter")]
pub(super) struct Look {
    pub(super) headers: bool,
    pub(super) spaces: bool,
    /// `AT CAF1`: control bytes are read by the adapter where headers are off.
    pub(super) formatted: bool,
    /// `AT D1`: the number of data bytes stands behind the id.
    pub(super) lengths: bool,
}

/// The lines of the replies, in the order in which the bus carries them: of every ECU a frame, then the next ones.
pub(super) fn lines(scenario: &Scenario, bus: Bus, replies: &[Reply], look: Look) -> Vec<String> {
    let mut queues: Vec<Vec<String>> = Vec::new();
    let mut last = None;
    for reply in replies {
        let address = scenario.ecus.get(reply.ecu).map_or(0x10, |spec| spec.address);
        let lines = if bus.is_can() {
            can_lines(&bus.address(reply.ecu, address), &reply.message, look)
        } else {
            Vec::from([legacy_line(bus, address, &reply.message, look)])
        };
        match queues.last_mut() {
            Some(queue) if last == Some(reply.ecu) => queue.extend(lines),
            _ => queues.push(lines),
        }
        last = Some(reply.ecu);
    }
    let most = queues.iter().map(Vec::len).max().unwrap_or(0);
    let rounds = (0..most).flat_map(|round| queues.iter().filter_map(move |queue| queue.get(round).cloned()));
    rounds.collect()
}

/// The frames of one message, as the ECU sends them to a tester that asks for all of them at once.
pub(super) fn frames(address: &Address, message: &[u8]) -> Vec<CanFrame> {
    let mut sender = Sender::new(*address, Options { padding: Some(0xAA), ..Options::default() });
    let mut frames = Vec::new();
    if sender.start(message).is_err() {
        return frames;
    }
    while sender.is_sending() {
        match sender.poll(Duration::ZERO) {
            Ok(Some(frame)) => frames.push(frame),
            // It waits for flow control.
            Ok(None) => {
                if sender.handle(Duration::ZERO, &[0x30, 0, 0]).is_err() {
                    break;
                }
            }
            Err(_) => break,
        }
    }
    frames
}

fn can_lines(address: &Address, message: &[u8], look: Look) -> Vec<String> {
    let mut lines = Vec::new();
    for frame in frames(address, message) {
        let data = frame.data();
        if look.headers {
            let mut line = id_text(frame.id(), look.spaces);
            if look.lengths {
                line.push_str(if look.spaces { " 8" } else { "8" });
            }
            append(&mut line, data, look.spaces);
            lines.push(line);
            continue;
        }
        if !look.formatted {
            let mut line = String::new();
            append(&mut line, data, look.spaces);
            lines.push(line);
            continue;
        }
        let mut line = String::new();
        match Pci::parse(data) {
            Ok(Pci::Single(message)) => append(&mut line, message, look.spaces),
            Ok(Pci::First { length, data }) => {
                lines.push(format(format_args!("{length:03X}")));
                line.push_str("0:");
                if look.spaces {
                    line.push(' ');
                }
                append(&mut line, data, look.spaces);
            }
            Ok(Pci::Consecutive { number, data }) => {
                line = format(format_args!("{number:X}:"));
                if look.spaces {
                    line.push(' ');
                }
                append(&mut line, data, look.spaces);
            }
            _ => continue,
        }
        lines.push(line);
    }
    lines
}

fn legacy_line(bus: Bus, address: u8, message: &[u8], look: Look) -> String {
    let mut line = String::new();
    if !look.headers {
        append(&mut line, message, look.spaces);
        return line;
    }
    let header = match bus.0 {
        1 => [0x41, 0x6B, address],
        4 | 5 => [0x80 | (message.len().min(0x3F) as u8), 0xF1, address],
        _ => [0x48, 0x6B, address],
    };
    let mut bytes = [&header[..], message].concat();
    bytes.push(if bus.0 <= 2 { legacy::crc(&bytes) } else { legacy::sum(&bytes) });
    append(&mut line, &bytes, look.spaces);
    line
}

/// `7E8`, `18 DA F1 10` or `18DAF110`.
fn id_text(id: CanId, spaces: bool) -> String {
    if !(id.is_extended() && spaces) {
        return format(format_args!("{id}"));
    }
    let mut line = String::new();
    append(&mut line, &id.raw().to_be_bytes(), true);
    line
}

fn append(line: &mut String, bytes: &[u8], spaces: bool) {
    for byte in bytes {
        if spaces && !line.is_empty() && !line.ends_with(' ') {
            line.push(' ');
        }
        // Writing to a String cannot fail.
        let _ = write!(line, "{byte:02X}");
    }
}

fn format(arguments: core::fmt::Arguments<'_>) -> String {
    let mut text = String::new();
    let _ = text.write_fmt(arguments);
    text
}
