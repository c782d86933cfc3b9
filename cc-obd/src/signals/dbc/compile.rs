//! A file to its flat table.

use alloc::borrow::Cow;
use alloc::boxed::Box;
use alloc::collections::BTreeMap;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use cc_core::{MeasureUnit, SignalId};

use super::error::{DbcFaultKind, Faults};
use super::parse::{Float, MessageSource, SignalSource, Source};
use super::read::{RawValue, whole};
use super::unit::unit;
use crate::frame::CanId;

/// One message: a frame's name and its signals.
#[derive(Clone, Debug)]
pub struct DbcMessage {
    id: CanId,
    name: Box<str>,
    length: u16,
    comment: Option<Box<str>>,
    /// The parameter group number, where the message is one of SAE J1939.
    pub(super) parameter_group: Option<u32>,
    /// What decoding needs, one a signal.
    pub(super) steps: Box<[Step]>,
    /// What people need, one a signal.
    pub(super) signals: Box<[DbcSignal]>,
    /// The ranges of selectors, sorted and apart within each step.
    pub(super) ranges: Box<[(u64, u64)]>,
}

/// One signal of a message.
#[derive(Clone, Debug, PartialEq)]
pub struct DbcSignal {
    id: SignalId,
    name: Box<str>,
    unit_text: Box<str>,
    unit: Option<MeasureUnit>,
    comment: Option<Box<str>>,
    factor: f64,
    offset: f64,
    range: Option<(f64, f64)>,
    spn: Option<u32>,
    /// Sorted by raw value.
    table: Box<[Row]>,
}

#[derive(Clone, Debug, PartialEq)]
struct Row {
    raw: i64,
    text: Box<str>,
    /// Whether the text says that there is no value.
    is_absent: bool,
}

/// What decoding one signal needs.
#[derive(Clone, Debug)]
pub(super) struct Step {
    pub(super) factor: f64,
    pub(super) offset: f64,
    /// Infinite where there is no range.
    pub(super) min: f64,
    pub(super) max: f64,
    pub(super) mask: u64,
    /// The highest bit of a number in two's complement, zero for others.
    pub(super) sign_bit: u64,
    /// The bytes a frame must have.
    pub(super) end: u16,
    /// The first bit: of the lowest value (Intel), or of the highest counted in the order of transmission (Motorola).
    pub(super) first: u16,
    pub(super) bits: u8,
    /// How far the first eight bytes are shifted down, where the signal is within them.
    pub(super) shift: u8,
    pub(super) big_endian: bool,
    pub(super) kind: Kind,
    /// Whether raw values may say that there is no value.
    pub(super) is_special: bool,
    pub(super) is_j1939: bool,
    /// The place of the selector, for multiplexed signals.
    pub(super) selector: Option<u16>,
    pub(super) ranges: (u32, u32),
}

/// How the bits become a number.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Kind {
    Float,
    Signed,
    Unsigned,
    /// Wider than a double holds exactly.
    WideSigned,
    WideUnsigned,
}

/// Below this, a double holds every whole number.
const EXACT: f64 = 9_007_199_254_740_992.0;

/// How many selectors may stand above each other.
const DEEPEST: usize = 16;

impl DbcMessage {
    /// The identifier.
    pub fn id(&self) -> CanId {
        self.id
    }

    /// The name; the long one where the file gives one.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// How many bytes its frames have, by the file.
    pub fn length(&self) -> usize {
        self.length.into()
    }

    /// What the file says about it.
    pub fn comment(&self) -> Option<&str> {
        self.comment.as_deref()
    }

    /// The parameter group number, where the file says that the message is one of SAE J1939: its frames are known by
    /// that, whatever their priority and source address.
    pub fn parameter_group(&self) -> Option<u32> {
        self.parameter_group
    }

    /// Its signals, in the order of the file.
    pub fn signals(&self) -> &[DbcSignal] {
        &self.signals
    }
}

impl DbcSignal {
    /// `Message.Signal`: a custom signal id that is unique in the file. Where that is too long for an id, the message's
    /// identifier stands for its name, and the signal's place for its own.
    pub fn id(&self) -> &SignalId {
        &self.id
    }

    /// The name within the message; the long one where the file gives one.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The unit, where its text names one that is known.
    pub fn unit(&self) -> Option<MeasureUnit> {
        self.unit
    }

    /// The unit as the file writes it; empty where it gives none.
    pub fn unit_text(&self) -> &str {
        &self.unit_text
    }

    /// What the file says about it.
    pub fn comment(&self) -> Option<&str> {
        self.comment.as_deref()
    }

    /// What a raw value is multiplied by.
    pub fn factor(&self) -> f64 {
        self.factor
    }

    /// What is added after that.
    pub fn offset(&self) -> f64 {
        self.offset
    }

    /// The least and the greatest scaled value; `None` where the file gives none (`[0|0]`).
    pub fn range(&self) -> Option<(f64, f64)> {
        self.range
    }

    /// The suspect parameter number of SAE J1939, by the attribute `SPN`.
    pub fn spn(&self) -> Option<u32> {
        self.spn
    }

    /// The words for raw values, sorted by these.
    pub fn texts(&self) -> impl Iterator<Item = (i64, &str)> {
        self.table.iter().map(|row| (row.raw, &*row.text))
    }

    /// The word for a raw value. A float has one where it is a whole number.
    pub fn text(&self, raw: RawValue) -> Option<&str> {
        let raw = match raw {
            RawValue::Unsigned(raw) => raw as i64,
            RawValue::Signed(raw) => raw,
            RawValue::Float(raw) if raw as i64 as f64 == raw => raw as i64,
            RawValue::Float(_) => return None,
        };
        self.row(raw).map(|row| &*row.text)
    }

    pub(super) fn is_absent(&self, raw: i64) -> bool {
        self.row(raw).is_some_and(|row| row.is_absent)
    }

    fn row(&self, raw: i64) -> Option<&Row> {
        let place = self.table.binary_search_by_key(&raw, |row| row.raw).ok()?;
        self.table.get(place)
    }
}

/// Compiles every message that can be; ids are checked already.
pub(super) fn compile(mut source: Source<'_>) -> (Vec<DbcMessage>, Faults) {
    let mut faults = core::mem::take(&mut source.faults);
    let mut messages = Vec::with_capacity(source.messages.len());
    for message in source.messages.iter().filter(|message| !message.is_independent()) {
        let raw = message.id & 0x7FFF_FFFF;
        let id = if message.id == raw { CanId::base(raw as u16) } else { CanId::extended(raw) };
        let Ok(id) = id else { continue };
        let is_j1939 = source.is_j1939(message);
        messages.push(self::message(id, message, is_j1939, &mut faults));
    }
    faults.kept.sort_by_key(|fault| fault.line);
    (messages, faults)
}

fn message(id: CanId, source: &MessageSource<'_>, is_j1939: bool, faults: &mut Faults) -> DbcMessage {
    let selectors = selectors(source);
    let mut kept = Vec::with_capacity(source.signals.len());
    // Where each signal of the source went.
    let mut places: Vec<Option<u16>> = Vec::with_capacity(source.signals.len());
    for (signal, selector) in source.signals.iter().zip(&selectors) {
        let kind = check(signal, source, faults).and_then(|kind| match selector {
            Err(()) => {
                faults.add(signal.line, DbcFaultKind::Selector);
                None
            }
            Ok(_) => Some(kind),
        });
        let place = kind.and_then(|kind| {
            let place = u16::try_from(kept.len()).ok()?;
            let signal_id = signal_id(id, source, signal, kept.len())?;
            kept.push((signal, signal_id, kind, selector.ok().flatten()));
            Some(place)
        });
        places.push(place);
    }
    let mut ranges = Vec::new();
    let mut steps = Vec::with_capacity(kept.len());
    let mut signals = Vec::with_capacity(kept.len());
    for (place, (signal, signal_id, kind, selector)) in kept.into_iter().enumerate() {
        let mut step = step(signal, kind, is_j1939 || signal.spn.is_some());
        let compiled = describe(signal, signal_id);
        step.is_special = step.is_j1939 || compiled.table.iter().any(|row| row.is_absent);
        if let Some(selector) = selector {
            let start = ranges.len() as u32;
            // A selector that was left out leaves nothing to select by: its place is none, its ranges are empty.
            step.selector = places.get(selector).copied().flatten().or(Some(place as u16));
            if places.get(selector).copied().flatten().is_some() {
                ranges.extend(selection(signal));
            }
            step.ranges = (start, ranges.len() as u32);
        }
        steps.push(step);
        signals.push(compiled);
    }
    DbcMessage {
        id,
        name: (&*source.name).into(),
        length: source.length as u16,
        comment: source.comment.as_deref().map(Into::into),
        parameter_group: is_j1939.then(|| parameter_group(id.raw())),
        steps: steps.into(),
        signals: signals.into(),
        ranges: ranges.into(),
    }
}

/// The parameter group number of a 29-bit id (SAE J1939-21): of groups below F000 the low byte is a destination.
pub(super) fn parameter_group(id: u32) -> u32 {
    let group = id >> 8 & 0x3_FFFF;
    if group & 0xFF00 < 0xF000 { group & 0x3_FF00 } else { group }
}

/// The place of each signal's selector; an error where it needs one and has none.
fn selectors(source: &MessageSource<'_>) -> Vec<Result<Option<usize>, ()>> {
    let names: BTreeMap<&str, usize> = if source.signals.iter().any(|signal| signal.selection.is_some()) {
        source.signals.iter().enumerate().map(|(place, signal)| (signal.short_name, place)).collect()
    } else {
        BTreeMap::new()
    };
    let mut marked = source.signals.iter().enumerate().filter(|(_, signal)| signal.marker.is_selector);
    // The only selector, or else the only one that is not multiplexed itself.
    let only = match (marked.next(), marked.next()) {
        (Some((place, _)), None) => Some(place),
        (Some(_), Some(_)) => {
            let mut roots = source
                .signals
                .iter()
                .enumerate()
                .filter(|(_, signal)| signal.marker.is_selector && signal.marker.value.is_none());
            match (roots.next(), roots.next()) {
                (Some((place, _)), None) => Some(place),
                _ => None,
            }
        }
        _ => None,
    };
    let is_whole = |place: &usize| source.signals[*place].float.is_none();
    let direct: Vec<Result<Option<usize>, ()>> = source
        .signals
        .iter()
        .map(|signal| match (&signal.selection, signal.marker.value) {
            (Some((name, _)), _) => names.get(name).copied().filter(is_whole).map(Some).ok_or(()),
            (None, Some(_)) => only.filter(is_whole).map(Some).ok_or(()),
            (None, None) => Ok(None),
        })
        .collect();
    let is_rooted = |place: usize| {
        let mut at = place;
        for _ in 0..DEEPEST {
            match direct.get(at) {
                Some(Ok(Some(next))) => at = *next,
                Some(Ok(None)) => return true,
                _ => return false,
            }
        }
        false
    };
    (0..direct.len()).map(|place| if is_rooted(place) { direct[place] } else { Err(()) }).collect()
}

/// The values of the selector that the signal is for, sorted and apart.
fn selection(signal: &SignalSource<'_>) -> Vec<(u64, u64)> {
    let mut ranges = match (&signal.selection, signal.marker.value) {
        (Some((_, ranges)), _) => ranges.clone(),
        (None, Some(value)) => alloc::vec![(value, value)],
        (None, None) => Vec::new(),
    };
    ranges.sort_unstable();
    let mut merged: Vec<(u64, u64)> = Vec::with_capacity(ranges.len());
    for (low, high) in ranges {
        match merged.last_mut() {
            Some(last) if low <= last.1 => last.1 = last.1.max(high),
            _ => merged.push((low, high)),
        }
    }
    merged
}

/// How a signal is read; `None`, with a fault, where it cannot be.
fn check(signal: &SignalSource<'_>, message: &MessageSource<'_>, faults: &mut Faults) -> Option<Kind> {
    // Some write a half as a single of 16 bits.
    let is_length = match signal.float {
        None => true,
        Some(Float::Single) => matches!(signal.bits, 16 | 32),
        Some(Float::Double) => signal.bits == 64,
    };
    if !is_length {
        faults.add(signal.line, DbcFaultKind::OutOfRange { field: "float length" });
        return None;
    }
    if signal.factor == 0.0 {
        faults.add(signal.line, DbcFaultKind::OutOfRange { field: "factor" });
        return None;
    }
    let (end, bits) = (first(signal) + signal.bits, message.length * 8);
    if end > bits {
        faults.add(signal.line, DbcFaultKind::BeyondMessage { end, bits });
    }
    // What a double may not hold is reckoned in whole numbers, as long as factor and offset are whole.
    let largest = (1_u128 << signal.bits) as f64 * signal.factor.abs() + signal.offset.abs();
    let is_wide = signal.bits > 52 || (whole(signal.factor).is_some() && largest >= EXACT);
    Some(match (signal.float.is_some(), is_wide, signal.signed) {
        (true, ..) => Kind::Float,
        (false, false, true) => Kind::Signed,
        (false, false, false) => Kind::Unsigned,
        (false, true, true) => Kind::WideSigned,
        (false, true, false) => Kind::WideUnsigned,
    })
}

/// The first bit: as the file counts for Intel, in the order of transmission for Motorola.
fn first(signal: &SignalSource<'_>) -> u32 {
    if signal.big_endian { signal.start / 8 * 8 + 7 - signal.start % 8 } else { signal.start }
}

fn step(signal: &SignalSource<'_>, kind: Kind, is_j1939: bool) -> Step {
    let first = first(signal);
    let last = first + signal.bits;
    let end = last.div_ceil(8);
    let shift = match (end <= 8, signal.big_endian) {
        (false, _) => 0,
        (true, true) => 64 - last,
        (true, false) => first,
    };
    let (min, max) = range(signal).unwrap_or((f64::NEG_INFINITY, f64::INFINITY));
    Step {
        factor: signal.factor,
        offset: signal.offset,
        min,
        max,
        mask: u64::MAX >> (64 - signal.bits),
        sign_bit: if kind == Kind::Signed { 1 << (signal.bits - 1) } else { 0 },
        end: end as u16,
        first: first as u16,
        bits: signal.bits as u8,
        shift: shift as u8,
        big_endian: signal.big_endian,
        kind,
        is_special: false,
        is_j1939,
        selector: None,
        ranges: (0, 0),
    }
}

fn range(signal: &SignalSource<'_>) -> Option<(f64, f64)> {
    let is_endless = (signal.min, signal.max) == (f64::NEG_INFINITY, f64::INFINITY);
    (!is_endless && (signal.min != 0.0 || signal.max != 0.0)).then_some((signal.min, signal.max))
}

fn describe(signal: &SignalSource<'_>, id: SignalId) -> DbcSignal {
    let mut rows: Vec<(i64, &Cow<'_, str>)> = signal.table.iter().map(|(raw, text)| (*raw, text)).collect();
    // The last word for a value counts.
    rows.reverse();
    rows.sort_by_key(|(raw, _)| *raw);
    rows.dedup_by_key(|(raw, _)| *raw);
    let table = rows
        .into_iter()
        .map(|(raw, text)| Row { raw, is_absent: is_absent(text), text: (&**text).into() })
        .collect();
    DbcSignal {
        id,
        name: (&*signal.name).into(),
        unit: unit(&signal.unit),
        unit_text: (&*signal.unit).into(),
        comment: signal.comment.as_deref().map(Into::into),
        factor: signal.factor,
        offset: signal.offset,
        range: range(signal),
        spn: signal.spn,
        table,
    }
}

/// Whether a word of a value table says that there is no value. `N/A` does; `NA` may be North America.
fn is_absent(text: &str) -> bool {
    if text.len() > 40 {
        return false;
    }
    let letters: String =
        text.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()).collect();
    matches!(letters.as_str(), "sna" | "signalnotavailable" | "notavailable" | "datanotavailable" | "na")
        && !text.eq_ignore_ascii_case("na")
}

fn signal_id(
    id: CanId,
    message: &MessageSource<'_>,
    signal: &SignalSource<'_>,
    place: usize,
) -> Option<SignalId> {
    let full = format!("{}.{}", message.name, signal.name);
    let short = || format!("{id}.{}", signal.name);
    full.parse().or_else(|_| short().parse()).or_else(|_| format!("{id}.{place}").parse()).ok()
}
