//! Several sets over each other.

use alloc::vec::Vec;

use cc_core::{MeasureUnit, SignalId};

use super::compile::{Command, Sender, SetSignal, SignalSet};
use crate::bits;
use crate::frame::CanId;
use crate::isotp::Addressing;

/// Signal sets laid over each other.
///
/// A signal that two sets have is read by the one on top: a set with services beyond SAE J1979 (a car's own) lies over
/// one without (the standard), otherwise the later one over the earlier.
///
/// # Examples
///
/// ```
/// use cc_obd::signals::{SetValue, SignalSet, SignalSets};
///
/// let set = SignalSet::from_json(br#"{"commands": [{
///     "hdr": "7E0", "rax": "7E8", "cmd": {"22": "295A"},
///     "signals": [{"id": "ODOMETER", "fmt": {"len": 24, "max": 16777215, "unit": "kilometers"}}]
/// }]}"#)?;
/// let sets = SignalSets::new([set]);
/// let readings: Vec<_> = sets.read(&[0x62, 0x29, 0x5A, 0x02, 0x59, 0x48], None, None).collect();
/// assert_eq!(readings[0].id.as_str(), "ODOMETER");
/// assert_eq!(readings[0].value, SetValue::Number(153_928.0));
/// # Ok::<(), cc_obd::signals::SignalSetError>(())
/// ```
#[derive(Clone, Debug, Default)]
pub struct SignalSets {
    /// The top one first.
    sets: Vec<SignalSet>,
}

/// A value by a signal set.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum SetValue<'a> {
    /// The set says that this number means "no value".
    Null,
    /// A number, scaled and clamped.
    Number(f64),
    /// The word of an enumeration.
    Text(&'a str),
    /// A raw value that the enumeration does not list.
    Unlisted(i64),
}

/// One reading by a signal set.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SetReading<'a> {
    /// The set's own id.
    pub id: &'a SignalId,
    /// The value.
    pub value: SetValue<'a>,
    /// Its unit, where the set names one that this version knows.
    pub unit: Option<MeasureUnit>,
}

impl SignalSets {
    /// Lays sets over each other; see the type's rules.
    pub fn new(sets: impl IntoIterator<Item = SignalSet>) -> Self {
        let mut sets: Vec<_> = sets.into_iter().collect();
        sets.reverse();
        sets.sort_by_key(|set| set.is_standard);
        Self { sets }
    }

    /// Whether there is no set.
    pub fn is_empty(&self) -> bool {
        self.sets.is_empty()
    }

    /// Every signal of one whole answer, service byte included.
    ///
    /// `sender` is the CAN id of the answer. Services of SAE J1979 mean the same whoever answers; for others the id
    /// must be the one the set names, unless none is known. `year` is the model year: commands for other years are
    /// left out; without one, all count. Signals whose bits the answer does not reach are left out.
    pub fn read<'a>(
        &'a self,
        answer: &'a [u8],
        sender: Option<CanId>,
        year: Option<i32>,
    ) -> impl Iterator<Item = SetReading<'a>> + use<'a> {
        self.sets.iter().enumerate().flat_map(move |(layer, set)| {
            set.matching(answer, sender, year)
                .flat_map(move |command| {
                    let data = &answer[command.prefix.as_slice().len()..];
                    set.signals[command.signals.clone()].iter().map(move |signal| (signal, data))
                })
                .filter(move |(signal, _)| !self.is_covered(layer, signal, answer, sender, year))
                .filter_map(|(signal, data)| signal.read(data))
        })
    }

    /// Whether any set describes this answer.
    pub fn describes(&self, answer: &[u8], sender: Option<CanId>, year: Option<i32>) -> bool {
        self.sets.iter().any(|set| set.matching(answer, sender, year).next().is_some())
    }

    /// How many bytes of an answer, service byte included, the sets describe: the end of its last signal.
    pub(crate) fn length(&self, answer: &[u8], sender: Option<CanId>, year: Option<i32>) -> Option<usize> {
        let ends = self.sets.iter().flat_map(|set| {
            set.matching(answer, sender, year).flat_map(move |command| {
                let start = command.prefix.as_slice().len();
                let signals = set.signals[command.signals.clone()].iter();
                signals.map(move |signal| start + (signal.first + signal.bits).div_ceil(8) as usize)
            })
        });
        ends.max()
    }

    /// How frames with this id are addressed, by the sets.
    pub fn addressing(&self, id: CanId) -> Addressing {
        let extended = self
            .senders()
            .any(|sender| matches!(sender, Sender::Exactly { id: own, extended: true } if own == id));
        if extended { Addressing::Extended } else { Addressing::Normal }
    }

    /// Whether a set sends requests with this id whose first byte is the address of the ECU.
    pub(crate) fn is_tester(&self, id: CanId) -> bool {
        self.sets.iter().any(|set| set.testers.contains(&id))
    }

    /// Whether a set waits for answers with this id.
    pub fn knows_sender(&self, id: CanId) -> bool {
        self.senders().any(|sender| sender.is(id) && sender != Sender::Any)
    }

    fn senders(&self) -> impl Iterator<Item = Sender> {
        self.sets.iter().flat_map(|set| set.commands.iter().map(|command| command.sender))
    }

    /// Whether a set above reads the same signal from this answer.
    fn is_covered(
        &self,
        layer: usize,
        signal: &SetSignal,
        answer: &[u8],
        sender: Option<CanId>,
        year: Option<i32>,
    ) -> bool {
        self.sets[..layer].iter().any(|set| {
            set.matching(answer, sender, year)
                .any(|command| set.signals[command.signals.clone()].iter().any(|above| above.id == signal.id))
        })
    }
}

impl SignalSet {
    /// The commands whose answer this is: same service and parameter, sender and year. Where several fit, those that
    /// name exactly this sender; among equals all.
    fn matching<'a>(
        &'a self,
        answer: &'a [u8],
        sender: Option<CanId>,
        year: Option<i32>,
    ) -> impl Iterator<Item = &'a Command> + use<'a> {
        let service = answer.first().copied().unwrap_or(0);
        let start = self.commands.partition_point(|command| command.prefix.bytes[0] < service);
        let fits = move |command: &&Command| {
            answer.starts_with(command.prefix.as_slice()) && command.is_for_year(year)
        };
        let same =
            self.commands[start..].iter().take_while(move |command| command.prefix.bytes[0] == service);
        let exact = same.clone().filter(fits).any(|command| sender.is_some_and(|id| command.sender.is(id)));
        let standard = matches!(service, 0x41..=0x4A);
        same.filter(fits).filter(move |command| match sender {
            None => true,
            Some(id) => command.sender.is(id) || (!exact && standard),
        })
    }
}

impl Command {
    fn is_for_year(&self, year: Option<i32>) -> bool {
        let (Some(filter), Some(year)) = (&self.years, year) else { return true };
        let no_bounds = filter.from.is_none() && filter.to.is_none();
        let outside = filter.years.contains(&year);
        if no_bounds {
            return outside || filter.years.is_empty();
        }
        let after = filter.from.map(|from| year >= from);
        let before = filter.to.map(|to| year <= to);
        let within = match (after, before) {
            // `to` before `from` leaves a gap between the two; otherwise they enclose.
            (Some(after), Some(before)) if filter.to < filter.from => after || before,
            (after, before) => after.unwrap_or(true) && before.unwrap_or(true),
        };
        within || outside
    }
}

impl Sender {
    fn is(self, id: CanId) -> bool {
        match self {
            Self::Any => true,
            Self::Exactly { id: own, .. } => own == id,
            Self::Near(request) => {
                !id.is_extended() && matches!(id.raw().wrapping_sub(u32::from(request)), 0x08 | 0x6A)
            }
        }
    }
}

impl SetSignal {
    /// The value in the data behind the echoed parameter; `None` where the data ends before the signal does.
    fn read<'a>(&'a self, data: &[u8]) -> Option<SetReading<'a>> {
        let mut raw = bits::unsigned(data, self.first as usize, self.bits)?;
        if self.reversed {
            raw = bits::reverse_bytes(raw, self.bits);
        }
        let signed = bits::sign(raw, self.bits);
        let value = match &self.map {
            Some(map) => {
                let key = if self.signed { signed } else { raw as i64 };
                map.get(&key).map_or(SetValue::Unlisted(key), |text| SetValue::Text(text))
            }
            None => self.scale(if self.signed { signed as f64 } else { raw as f64 }),
        };
        Some(SetReading { id: &self.id, value, unit: self.unit })
    }

    fn scale(&self, raw: f64) -> SetValue<'static> {
        let value = raw * self.mul / self.div + self.add;
        if self.null_min.is_some_and(|limit| value <= limit)
            || self.null_max.is_some_and(|limit| value >= limit)
        {
            return SetValue::Null;
        }
        // Not `clamp`: it panics on NaN, which a set may contain.
        SetValue::Number(match self.clamp {
            Some((min, _)) if value < min => min,
            Some((_, max)) if value > max => max,
            _ => value,
        })
    }
}
