//! A set's JSON to its flat table.

use alloc::boxed::Box;
use alloc::collections::BTreeMap;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

use cc_core::{MeasureUnit, SignalId};

use super::source::{CommandSource, FormatSource, MapValue, SetSource, YearFilter};
use super::unit::unit;
use crate::frame::CanId;
use crate::hex;

/// One signal set, compiled: what each bit of each answer means.
///
/// # Examples
///
/// ```
/// use cc_obd::signals::SignalSet;
///
/// let set = SignalSet::from_json(br#"{"commands": [{
///     "hdr": "7E0", "rax": "7E8", "cmd": {"22": "295A"},
///     "signals": [{"id": "ODOMETER", "fmt": {"len": 24, "max": 16777215, "unit": "kilometers"}}]
/// }]}"#)?;
/// assert_eq!(set.len(), 1);
///
/// let error = SignalSet::from_json(br#"{"commands": [{"cmd": {"XX": "01"}, "signals": []}]}"#).unwrap_err();
/// assert_eq!(error.to_string(), "command 1: not a hexadecimal service and parameter");
/// # Ok::<(), cc_obd::signals::SignalSetError>(())
/// ```
#[derive(Clone, Debug)]
pub struct SignalSet {
    /// Sorted by service, then parameter.
    pub(super) commands: Vec<Command>,
    pub(super) signals: Vec<SetSignal>,
    /// The identifiers of requests whose first byte is an address.
    pub(super) testers: Vec<CanId>,
    /// Only services of SAE J1979: a standard set, which every car's own set goes over.
    pub(super) is_standard: bool,
}

/// One answer that the set describes.
#[derive(Clone, Debug)]
pub(super) struct Command {
    /// The positive answer's first byte and the echoed parameter.
    pub(super) prefix: Prefix,
    pub(super) sender: Sender,
    pub(super) years: Option<YearFilter>,
    /// The place of its signals in the set's list.
    pub(super) signals: core::ops::Range<usize>,
}

/// Service byte and up to seven bytes of parameter.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub(super) struct Prefix {
    pub(super) bytes: [u8; 8],
    pub(super) length: u8,
}

impl Prefix {
    pub(super) fn as_slice(&self) -> &[u8] {
        &self.bytes[..usize::from(self.length)]
    }
}

/// Who answers a command.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Sender {
    /// Whoever answers: the request went to all ECUs, or names none.
    Any,
    /// This id, behind it an address byte where the request had one.
    Exactly { id: CanId, extended: bool },
    /// An 11-bit request id without an answer id: 8 more (ISO 15765-4) or 6A more (Volkswagen).
    Near(u16),
}

/// One signal of an answer.
#[derive(Clone, Debug)]
pub(super) struct SetSignal {
    pub(super) id: SignalId,
    pub(super) first: u32,
    pub(super) bits: u32,
    pub(super) reversed: bool,
    pub(super) signed: bool,
    pub(super) mul: f64,
    pub(super) div: f64,
    pub(super) add: f64,
    /// Lower and upper limit; outside, the value reads as the limit.
    pub(super) clamp: Option<(f64, f64)>,
    pub(super) null_min: Option<f64>,
    pub(super) null_max: Option<f64>,
    pub(super) unit: Option<MeasureUnit>,
    pub(super) map: Option<BTreeMap<i64, Box<str>>>,
}

/// Why a document is not a signal set.
#[non_exhaustive]
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum SignalSetError {
    /// `cmd` is not one hexadecimal service and parameter.
    #[error("command {command}: not a hexadecimal service and parameter")]
    Command {
        /// The command's place in the document, from 1.
        command: usize,
    },
    /// A signal's bits, divisor or limits are impossible.
    #[error("signal {signal}: {field} out of range")]
    Format {
        /// The signal's id.
        signal: String,
        /// The field.
        field: &'static str,
    },
    /// `hdr`, `rax` or `eax` is not a known kind of identifier.
    #[error("command {command}: {field} is not an identifier")]
    Header {
        /// The command's place in the document, from 1.
        command: usize,
        /// The field.
        field: &'static str,
    },
    /// The document is not JSON of this form.
    #[error("not a signal set at line {line}, column {column}: {what}")]
    Json {
        /// The line, from 1.
        line: usize,
        /// The column, from 1.
        column: usize,
        /// What is wrong.
        what: Box<str>,
    },
    /// No command has a signal: nothing could be read by it.
    #[error("a signal set without signals")]
    NoSignals,
    /// A signal's id is not a signal name.
    #[error("command {command}: signal {signal} has no valid id")]
    SignalName {
        /// The command's place in the document, from 1.
        command: usize,
        /// The signal's place in the command, from 1.
        signal: usize,
    },
}

impl SignalSet {
    /// Reads and compiles a signal set.
    pub fn from_json(json: &[u8]) -> Result<Self, SignalSetError> {
        let source: SetSource<'_> = serde_json::from_slice(json).map_err(|error| {
            let (line, column, what) = (error.line(), error.column(), error.to_string());
            // serde_json puts the place behind its message; ours stands before it.
            let what = what.split(" at line ").next().unwrap_or_default().into();
            SignalSetError::Json { line, column, what }
        })?;
        let mut signals = Vec::new();
        let mut testers = Vec::new();
        let mut commands = Vec::with_capacity(source.commands.len());
        for (place, command) in source.commands.iter().enumerate() {
            let place = place + 1;
            let prefix = prefix(command).ok_or(SignalSetError::Command { command: place })?;
            let sender = sender(command).map_err(|field| SignalSetError::Header { command: place, field })?;
            if let (Sender::Exactly { extended: true, .. }, Some(hdr)) = (sender, command.hdr.as_deref())
                && let Ok(id) = CanId::from_digits(hdr.as_bytes())
                && !testers.contains(&id)
            {
                testers.push(id);
            }
            let first = signals.len();
            for (number, signal) in command.signals.iter().enumerate() {
                let id = signal.id.parse();
                let id = id.map_err(|_| SignalSetError::SignalName { command: place, signal: number + 1 })?;
                signals.push(compile(id, &signal.fmt)?);
            }
            commands.push(Command {
                prefix,
                sender,
                years: command.filter.clone(),
                signals: first..signals.len(),
            });
        }
        if signals.is_empty() {
            return Err(SignalSetError::NoSignals);
        }
        commands.sort_by_key(|command| command.prefix);
        let is_standard = commands.iter().all(|command| matches!(command.prefix.bytes[0], 0x41..=0x4A));
        Ok(Self { commands, signals, testers, is_standard })
    }

    /// How many signals the set has.
    pub fn len(&self) -> usize {
        self.signals.len()
    }

    /// Whether the set has no signals.
    pub fn is_empty(&self) -> bool {
        self.signals.is_empty()
    }
}

fn prefix(command: &CommandSource<'_>) -> Option<Prefix> {
    let mut cmd = command.cmd.iter();
    let (Some((service, parameter)), None) = (cmd.next(), cmd.next()) else { return None };
    let service = hex::read_number(service.as_bytes()).filter(|service| !(0x40..0x80).contains(service))?;
    let mut bytes = [0; 8];
    bytes[0] = u8::try_from(service | 0x40).ok()?;
    let length = hex::read_bytes(parameter.as_bytes(), &mut bytes[1..]).ok()?;
    Some(Prefix { bytes, length: length as u8 + 1 })
}

/// Which id answers, by `hdr`, `rax` and `eax`.
fn sender(command: &CommandSource<'_>) -> Result<Sender, &'static str> {
    let digits = |text: &str, field| hex::read_number(text.as_bytes()).ok_or(field);
    let extended = match &command.eax {
        Some(eax) => digits(eax, "eax").map(|_| true)?,
        None => false,
    };
    let Some(hdr) = command.hdr.as_deref() else { return Ok(Sender::Any) };
    let request = digits(hdr, "hdr")?;
    let rax = command.rax.as_deref();
    let answer = match (hdr.len(), rax.map(str::len)) {
        // `DB33`: all ECUs, 18DB33F1.
        (4, None) if request >> 8 == 0xDB => return Ok(Sender::Any),
        // `DA1D` with `1D`, or without: 18DAF11D answers 18DA1DF1.
        (4, None) => CanId::extended(0x18DA_F100 | (request & 0xFF)),
        (4, Some(2)) => CanId::extended(0x18DA_F100 | digits(rax.unwrap_or_default(), "rax")?),
        (_, Some(4)) => CanId::extended(0x1800_0000 | digits(rax.unwrap_or_default(), "rax")?),
        (_, Some(3 | 8)) => CanId::from_digits(rax.unwrap_or_default().as_bytes()),
        (3, None) if request == 0x7DF => return Ok(Sender::Any),
        (3, None) => return Ok(Sender::Near(request as u16)),
        // `18DA10F1` swaps its two addresses.
        (8, None) if request >> 16 == 0x18DA => {
            CanId::extended(0x18DA_0000 | (request & 0xFF) << 8 | (request >> 8 & 0xFF))
        }
        (8, None) => return Ok(Sender::Any),
        // BMW's short answer ids and others: the set says less than an id.
        (3, Some(2)) => CanId::base(0x600 | digits(rax.unwrap_or_default(), "rax")? as u16),
        (_, Some(_)) => return Err("rax"),
        _ => return Err("hdr"),
    };
    Ok(Sender::Exactly { id: answer.map_err(|_| "rax")?, extended })
}

fn compile(id: SignalId, format: &FormatSource<'_>) -> Result<SetSignal, SignalSetError> {
    let wrong = |field| SignalSetError::Format { signal: id.as_str().into(), field };
    if !(1..=64).contains(&format.len) {
        return Err(wrong("len"));
    }
    if format.bix > 8 * 4095 {
        return Err(wrong("bix"));
    }
    let div = format.div.unwrap_or(1.0);
    if div == 0.0 {
        return Err(wrong("div"));
    }
    // An absent `min` means 0, and the limits hold only where they are in order.
    let min = format.min.unwrap_or(0.0);
    let clamp = format.max.filter(|&max| max > min).map(|max| (min, max));
    let map = match &format.map {
        Some(rows) => {
            let mut map = BTreeMap::new();
            for (raw, row) in rows {
                let text = match &row.value {
                    MapValue::Text(text) => text.as_str().into(),
                    MapValue::Number(number) => alloc::format!("{number}").into(),
                    MapValue::Bool(value) => alloc::format!("{value}").into(),
                };
                map.insert(raw.parse().map_err(|_| wrong("map"))?, text);
            }
            Some(map)
        }
        None => None,
    };
    Ok(SetSignal {
        first: format.bix,
        bits: format.len,
        reversed: format.blsb,
        signed: format.sign,
        mul: format.mul.unwrap_or(1.0),
        div,
        add: format.add.unwrap_or(0.0),
        clamp,
        null_min: format.nullmin,
        null_max: format.nullmax,
        unit: format.unit.as_deref().and_then(unit),
        map,
        id,
    })
}
