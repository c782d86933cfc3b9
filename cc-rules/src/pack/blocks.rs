//! The blocks of a rule that look back over time, as the engine runs them.

use cc_core::Dimension;

use super::{CODE_SLOT, Linked, Rule, TODAY_SLOT, Window, WindowBy};
use crate::expr::{Program, Scale, UnitTy};

/// What a rule has beside `when` and a count in a window.
#[derive(Default)]
pub(crate) struct Blocks {
    pub(crate) last: Option<Last>,
    pub(crate) sequence: Option<Sequence>,
    pub(crate) absence: Option<Absence>,
    pub(crate) age: Option<Age>,
    /// In order of name.
    pub(crate) numbers: Vec<Numbers>,
    /// Slots that the condition does not read, and that still make the engine look at the rule.
    pub(crate) watches: Vec<u16>,
}

/// Something that happens at an instant.
pub(crate) enum Occurrence {
    /// Index in [`Linked::codes`].
    Code(u16),
    /// The name of a type of event.
    Event(Box<str>),
    /// Index in [`Linked::signals`].
    Signal(u16),
    When(Program),
}

/// Of the last so many drives or samples, so many were hits.
pub(crate) struct Last {
    pub(crate) when: Program,
    pub(crate) at_least: u32,
    /// How many drives or samples: 1 to 64.
    pub(crate) of: u32,
    pub(crate) per: Per,
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Per {
    /// `whole`: a hit needs the condition true once and never false.
    Drive {
        whole: bool,
    },
    Sample,
}

/// Steps one after the other, the last within so many nanoseconds of the first.
pub(crate) struct Sequence {
    /// 2 to 4.
    pub(crate) steps: Vec<Occurrence>,
    pub(crate) within: i64,
}

/// Something that did not happen for so many nanoseconds.
pub(crate) struct Absence {
    pub(crate) of: Occurrence,
    pub(crate) wait: i64,
}

/// The last word on something is older than so many nanoseconds.
pub(crate) struct Age {
    /// A signal's slot, or the slot of a code's `since`.
    pub(crate) of: u16,
    pub(crate) over: i64,
}

/// Numbers over a window.
pub(crate) struct Numbers {
    pub(crate) name: Box<str>,
    pub(crate) of: Program,
    pub(crate) only: Option<Program>,
    pub(crate) window: Window,
    pub(crate) at_least: u32,
    /// The unit of `of`; a whole number has none.
    pub(crate) unit: UnitTy,
    /// What of the samples is kept: see [`Numbers::SUM`] and its like.
    pub(crate) keeps: u8,
}

impl Numbers {
    pub(crate) const SUM: u8 = 1;
    pub(crate) const MINIMUM: u8 = 2;
    pub(crate) const MAXIMUM: u8 = 4;
    /// The first sample and the last one.
    pub(crate) const ENDS: u8 = 8;

    /// Whether the samples are points on the scale of a temperature, which do not add up.
    pub(crate) fn is_temperature(&self) -> bool {
        is_temperature(self.unit)
    }
}

pub(super) fn is_temperature(unit: UnitTy) -> bool {
    unit.unit.dimension() == Dimension::Temperature && unit.scale == Scale::Absolute
}

/// Marks a slot number as a field of a window of the rule; the rest is `window * 8 + field`.
pub(crate) const WINDOW_SLOT: u16 = 0xC000;

/// Whether a slot is a field of a window of the rule, not a fact.
pub(crate) fn is_window(slot: u16) -> bool {
    slot & WINDOW_SLOT == WINDOW_SLOT
}

/// The window and the field of such a slot.
pub(crate) fn window_field(slot: u16) -> (usize, u16) {
    let slot = slot & !WINDOW_SLOT;
    (usize::from(slot / 8), slot % 8)
}

/// What follows a window's name; the number of a field is its place here.
pub(crate) static WINDOW_FIELDS: [&str; 7] =
    ["average", "change", "count", "maximum", "minimum", "slope", "sum"];

pub(crate) const AVERAGE: u16 = 0;
pub(crate) const CHANGE: u16 = 1;
pub(crate) const COUNT: u16 = 2;
pub(crate) const MAXIMUM: u16 = 3;
pub(crate) const MINIMUM: u16 = 4;
pub(crate) const SLOPE: u16 = 5;
pub(crate) const SUM: u16 = 6;

/// What of the samples a field needs.
pub(crate) fn needs(field: u16) -> u8 {
    match field {
        AVERAGE | SLOPE | SUM => Numbers::SUM,
        CHANGE => Numbers::ENDS,
        MAXIMUM => Numbers::MAXIMUM,
        MINIMUM => Numbers::MINIMUM,
        _ => 0,
    }
}

/// Which block of a rule listens.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) struct Part(u8);

impl Part {
    pub(crate) const COUNT: Self = Self(0);
    pub(crate) const SAMPLE: Self = Self(1);
    pub(crate) const ABSENCE: Self = Self(2);
    /// Only makes the engine look.
    pub(crate) const AGE: Self = Self(3);

    /// A step of the sequence, of four.
    pub(crate) fn step(number: usize) -> Self {
        Self(4 + (number as u8 & 3))
    }

    /// A window, of eight.
    pub(crate) fn window(number: usize) -> Self {
        Self(8 + (number as u8 & 7))
    }
}

/// What a block listens to.
#[derive(Clone, Copy)]
pub(crate) enum Ear<'a> {
    Code(u16),
    Event(&'a str),
    Signal(u16),
}

impl Occurrence {
    fn ear(&self) -> Option<Ear<'_>> {
        match self {
            Self::Code(code) => Some(Ear::Code(*code)),
            Self::Event(name) => Some(Ear::Event(name)),
            Self::Signal(slot) => Some(Ear::Signal(*slot)),
            Self::When(_) => None,
        }
    }

    /// The slots a change of which must make the engine look at the rule, whether or not it listens to them.
    pub(crate) fn watches(&self) -> Vec<u16> {
        match self {
            Self::Code(_) | Self::Event(_) => Vec::new(),
            Self::Signal(slot) => vec![*slot],
            Self::When(program) => program.reads().to_vec(),
        }
    }
}

/// The signals among the slots that an expression reads.
pub(crate) fn signals_of(program: &Program) -> impl Iterator<Item = u16> {
    program.reads().iter().copied().filter(|slot| *slot < TODAY_SLOT)
}

impl Blocks {
    pub(crate) fn is_empty(&self) -> bool {
        self.last.is_none()
            && self.sequence.is_none()
            && self.absence.is_none()
            && self.age.is_none()
            && self.numbers.is_empty()
    }

    /// Whether time alone can change them, whatever the rule's phase.
    pub(crate) fn are_timed(&self) -> bool {
        self.sequence.is_some()
            || self.absence.is_some()
            || self.age.is_some()
            || self.numbers.iter().any(|numbers| matches!(numbers.window.by, WindowBy::Duration(_)))
    }

    /// How the windows are divided that follow drives or the odometer.
    pub(crate) fn divisions(&self) -> impl Iterator<Item = WindowBy> {
        let last = self.last.iter().filter(|last| last.per != Per::Sample).map(|_| WindowBy::Drives);
        last.chain(self.numbers.iter().map(|numbers| numbers.window.by))
    }

    fn ears(&self) -> Vec<(Part, Ear<'_>)> {
        let mut ears = Vec::new();
        if let Some(last) = self.last.as_ref().filter(|last| last.per == Per::Sample) {
            ears.extend(signals_of(&last.when).map(|slot| (Part::SAMPLE, Ear::Signal(slot))));
        }
        for (number, step) in self.sequence.iter().flat_map(|sequence| sequence.steps.iter().enumerate()) {
            ears.extend(step.ear().map(|ear| (Part::step(number), ear)));
        }
        if let Some(absence) = &self.absence {
            ears.extend(absence.of.ear().map(|ear| (Part::ABSENCE, ear)));
        }
        if let Some(age) = self.age.as_ref().filter(|age| age.of & CODE_SLOT == 0) {
            ears.push((Part::AGE, Ear::Signal(age.of)));
        }
        for (number, numbers) in self.numbers.iter().enumerate() {
            ears.extend(signals_of(&numbers.of).map(|slot| (Part::window(number), Ear::Signal(slot))));
        }
        ears
    }
}

impl Rule {
    /// What the rule's blocks listen to.
    pub(crate) fn ears(&self) -> Vec<(Part, Ear<'_>)> {
        let mut ears: Vec<_> = self.blocks.iter().flat_map(|blocks| blocks.ears()).collect();
        match self.count.as_ref().map(|count| &count.of) {
            Some(super::Counted::Code(code)) => ears.push((Part::COUNT, Ear::Code(*code))),
            Some(super::Counted::Event(name)) => ears.push((Part::COUNT, Ear::Event(name))),
            _ => {}
        }
        ears
    }
}

/// Who listens to what, and whom time alone moves.
#[derive(Default)]
pub(crate) struct Listeners {
    /// For each signal slot.
    pub(crate) signals: Vec<Vec<(u16, Part)>>,
    /// For each code.
    pub(crate) codes: Vec<Vec<(u16, Part)>>,
    pub(crate) events: Vec<(Box<str>, u16, Part)>,
}

impl Listeners {
    pub(crate) fn of(linked: &Linked) -> Self {
        let mut listeners = Self {
            signals: vec![Vec::new(); linked.signals.len()],
            codes: vec![Vec::new(); linked.codes.len()],
            events: Vec::new(),
        };
        for (number, rule) in linked.rules.iter().enumerate() {
            for (part, ear) in rule.ears() {
                let listener = (number as u16, part);
                match ear {
                    Ear::Signal(slot) => listeners.signals[usize::from(slot)].push(listener),
                    Ear::Code(code) => listeners.codes[usize::from(code)].push(listener),
                    Ear::Event(name) => listeners.events.push((name.into(), listener.0, part)),
                }
            }
        }
        listeners
    }
}
