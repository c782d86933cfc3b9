//! What is remembered of one vehicle: the facts it sent, and how far each rule is.

mod block_bytes;
mod blocks;
mod bytes;
mod cells;
mod codes;
mod drives;
mod encode;
mod migrate;
mod names;
mod odometer;
mod rules;
mod said;
mod standings;

use std::cell::Cell as Shared;
use std::fmt;

use cc_core::{Timestamp, VehicleRef};

use crate::engine::window_value;
use crate::expr::{Slots, Val};
use crate::pack::{
    CODE_SLOT, Constant, Linked, Numbers, Pack, Profile, Rule, TODAY_SLOT, WindowBy, is_window, window_field,
};
pub(crate) use blocks::{AbsenceState, Blocks, Bucket, LastUnits, NumbersState, SequenceState};
pub use bytes::StateError;
pub(crate) use bytes::{OLDEST, VERSION};
pub(crate) use cells::{Cell, CellValue, Cells};
pub(crate) use codes::CodeState;
pub(crate) use drives::{Drives, Edge};
pub use migrate::Migration;
pub(crate) use odometer::{Guard, is_sentinel};
#[cfg(all(test, feature = "source"))]
pub(crate) use rules::Staged;
pub(crate) use rules::{Phase, RuleState};
pub(crate) use said::{Origin, Said, Voices, group_key};
pub(crate) use standings::Standings;

/// No instant.
pub(crate) const NONE: i64 = i64::MIN;
/// A deadline that never comes.
pub(crate) const NEVER: i64 = i64::MAX;

/// The state of one vehicle under one pack: a small value with a stable form in bytes.
///
/// It is a function of the pack, the vehicle's profile, the accepted events and the instant reached. Waiting events are
/// not part of it.
///
/// # Examples
///
/// ```
/// use cc_rules::VehicleState;
///
/// let pack = cc_rules::standard_pack();
/// let state = VehicleState::new(&pack, "local/0".parse()?);
/// let (again, migration) = VehicleState::from_bytes(&pack, &state.to_bytes(&pack))?;
/// assert_eq!(again.to_bytes(&pack), state.to_bytes(&pack));
/// assert!(migration.is_clean());
///
/// let error = VehicleState::from_bytes(&pack, b"nonsense").unwrap_err();
/// assert_eq!(error.to_string(), "not the state of a vehicle");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct VehicleState {
    pub(crate) vehicle: VehicleRef,
    pub(crate) facts: Facts,
    pub(crate) rules: Standings,
    /// Rules that are not at rest; derived from `rules`.
    pub(crate) busy: Vec<u64>,
    /// For each group, its open recommendation.
    pub(crate) groups: Voices,
    /// Open recommendations that have no place in this version of the pack; they end at the next look.
    pub(crate) orphans: Vec<Said>,
    /// Every rule must be looked at, because the state was written under another version of the pack.
    pub(crate) upgraded: bool,
    /// Everything before this instant is done.
    pub(crate) reached: i64,
    /// The newest instant at which something was done.
    pub(crate) now: i64,
    /// The day whose rules were looked at last; not part of the value: it is the day of `now`.
    pub(crate) day: i64,
    /// No deadline lies before this; not part of the value.
    pub(crate) wake: i64,
}

impl VehicleState {
    /// The state of a vehicle that was never heard of.
    pub fn new(pack: &Pack, vehicle: VehicleRef) -> Self {
        Self::with_profile(pack, vehicle, Profile::default())
    }

    /// The same for a vehicle whose engine family, model, market or fleet is known.
    pub fn with_profile(pack: &Pack, vehicle: VehicleRef, profile: Profile) -> Self {
        let pack = &*pack.0;
        Self {
            vehicle,
            facts: Facts::new(pack, profile),
            rules: Standings::new(pack.rules.len()),
            busy: pack.timed.clone(),
            groups: Voices::default(),
            orphans: Vec::new(),
            upgraded: false,
            reached: NONE,
            now: NONE,
            day: NONE,
            wake: NEVER,
        }
    }

    /// Whose state it is.
    pub fn vehicle(&self) -> &VehicleRef {
        &self.vehicle
    }

    /// Every instant before this one is done; `None` before the first event.
    pub fn reached(&self) -> Option<Timestamp> {
        instant(self.reached)
    }

    /// Whether an open rule keeps this one silent.
    pub(crate) fn is_suppressed(&self, rule: &Rule) -> bool {
        self.suppressors(rule).next().is_some()
    }

    /// The open rules that keep this one silent.
    pub(crate) fn suppressors<'a>(&'a self, rule: &'a Rule) -> impl Iterator<Item = u16> + 'a {
        let is_open =
            |number: &u16| self.rules.get(usize::from(*number)).is_some_and(|s| s.phase == Phase::Open);
        rule.suppressed_by.iter().copied().filter(is_open)
    }

    /// How many readings were set aside: not finite, out of the signal's range, in an unfit unit or of an unfit kind.
    pub fn rejected(&self) -> u64 {
        self.facts.rejected
    }
}

impl fmt::Debug for VehicleState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let open = self.rules.kept().filter(|(_, rule)| rule.phase == Phase::Open).count();
        f.debug_struct("VehicleState").field("open_rules", &open).finish_non_exhaustive()
    }
}

/// Notes whether a rule is at rest; one that time alone can move never is.
pub(crate) fn mark(busy: &mut [u64], timed: &[u64], index: usize, rule: &RuleState) {
    let bit = 1 << (index % 64);
    if rule.phase == Phase::Idle && !rule.spent && timed[index / 64] & bit == 0 {
        busy[index / 64] &= !bit;
    } else {
        busy[index / 64] |= bit;
    }
}

/// The instant that many nanoseconds after the epoch; `None` for no instant.
pub(crate) fn instant(nanos: i64) -> Option<Timestamp> {
    (nanos != NONE && nanos != NEVER).then(|| Timestamp::from_timestamp_nanos(nanos))
}

/// What the vehicle said, as far as the pack reads it.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Facts {
    pub(crate) profile: Profile,
    /// For each parameter, 0 for its default or 1 + the number of its value; empty without a profile.
    pub(crate) choices: Vec<u16>,
    pub(crate) cells: Cells,
    pub(crate) codes: Vec<CodeState>,
    pub(crate) drives: Drives,
    /// Metres.
    pub(crate) odometer: Option<i64>,
    pub(crate) guards: Vec<(u16, Guard)>,
    pub(crate) readiness: Option<bool>,
    /// The day of the last service, in nanoseconds.
    pub(crate) service: i64,
    /// Not part of the value.
    pub(crate) rejected: u64,
}

impl Facts {
    pub(crate) fn new(pack: &Linked, profile: Profile) -> Self {
        Self {
            choices: choices(pack, &profile),
            profile,
            cells: Cells::new(pack.signals.len()),
            codes: vec![CodeState::default(); pack.codes.len()],
            drives: Drives::default(),
            odometer: None,
            guards: Vec::new(),
            readiness: None,
            service: NONE,
            rejected: 0,
        }
    }
}

impl Facts {
    /// The number of the current bucket; none by distance as long as no odometer is known.
    pub(crate) fn bucket(&self, by: WindowBy, now: i64) -> Option<i64> {
        match by {
            WindowBy::Duration(size) => Some(now.div_euclid(size)),
            WindowBy::Distance(size) => self.odometer.map(|metres| metres.div_euclid(size)),
            WindowBy::Drives => Some(i64::from(self.drives.ordinal)),
        }
    }

    /// The same for the form in bytes, zero where there is none.
    fn bucket_or_zero(&self, by: WindowBy, now: i64) -> i64 {
        match by {
            WindowBy::Duration(_) if now == NONE => 0,
            by => self.bucket(by, now).unwrap_or(0),
        }
    }
}

fn choices(pack: &Linked, profile: &Profile) -> Vec<u16> {
    if profile.values.is_empty() {
        return Vec::new();
    }
    let choose = |by: &[(usize, Box<str>, Constant)]| {
        let fits = |(dimension, value, _): &(usize, Box<str>, Constant)| {
            profile.values.get(dimension) == Some(value)
        };
        by.iter().position(fits).map_or(0, |index| index as u16 + 1)
    };
    pack.params.iter().map(|param| choose(&param.by)).collect()
}

/// Nanoseconds of a day.
pub(crate) const DAY: i64 = 86_400 * 1_000_000_000;

/// The number of the day in UTC.
pub(crate) fn day_of(at: i64) -> i64 {
    at.div_euclid(DAY)
}

/// What an expression sees at an instant.
pub(crate) struct View<'a> {
    pub(crate) pack: &'a Linked,
    pub(crate) facts: &'a Facts,
    pub(crate) now: i64,
    /// The windows of the rule that the expression belongs to.
    windows: &'a [Numbers],
    samples: &'a [NumbersState],
    /// How many fields of windows were not finite.
    overflow: Shared<u64>,
}

impl<'a> View<'a> {
    /// Without the windows of any rule.
    pub(crate) fn new(pack: &'a Linked, facts: &'a Facts, now: i64) -> Self {
        Self { pack, facts, now, windows: &[], samples: &[], overflow: Shared::new(0) }
    }

    /// The same with the windows of a rule.
    pub(crate) fn with_windows(&self, windows: &'a [Numbers], samples: &'a [NumbersState]) -> Self {
        Self { windows, samples, ..Self::new(self.pack, self.facts, self.now) }
    }

    /// What the expressions of a rule see.
    pub(crate) fn of_rule(pack: &'a Linked, state: &'a VehicleState, rule: usize, now: i64) -> Self {
        let view = Self::new(pack, &state.facts, now);
        let blocks = pack.rules.get(rule).and_then(|rule| rule.blocks.as_deref());
        let states = state.rules.get(rule).and_then(|rule| rule.blocks.as_deref());
        match (blocks, states) {
            (Some(blocks), Some(states)) => view.with_windows(&blocks.numbers, &states.numbers),
            (Some(blocks), None) => view.with_windows(&blocks.numbers, &[]),
            (None, _) => view,
        }
    }

    /// How many fields of windows were not finite so far.
    pub(crate) fn overflow(&self) -> u64 {
        self.overflow.get()
    }

    #[cold]
    fn window(&self, slot: u16) -> Val<'_> {
        static NO_SAMPLES: NumbersState = NumbersState { buckets: Vec::new() };
        let (number, field) = window_field(slot);
        let Some(window) = self.windows.get(number) else { return Val::Unknown };
        let samples = self.samples.get(number).unwrap_or(&NO_SAMPLES);
        let current = self.facts.bucket(window.window.by, self.now);
        match window_value(window, samples, current, field) {
            Val::Double(value) if !value.is_finite() => {
                self.overflow.set(self.overflow.get().saturating_add(1));
                Val::Unknown
            }
            value => value,
        }
    }
}

impl Slots for View<'_> {
    #[inline]
    fn get(&self, slot: u16) -> Val<'_> {
        if slot == TODAY_SLOT {
            return Val::Time(day_of(self.now).saturating_mul(DAY));
        }
        if slot & CODE_SLOT == 0 {
            return self.facts.cells.read(usize::from(slot));
        }
        if is_window(slot) {
            return self.window(slot);
        }
        let slot = slot & !CODE_SLOT;
        self.facts.codes.get(usize::from(slot / 4)).map_or(Val::Unknown, |code| code.read(slot % 4))
    }

    #[inline]
    fn number(&self, slot: u16) -> Option<f64> {
        if slot < TODAY_SLOT {
            return self.facts.cells.number(usize::from(slot));
        }
        match self.get(slot) {
            Val::Double(value) if value.is_finite() => Some(value),
            _ => None,
        }
    }

    fn age(&self, slot: u16) -> Option<i64> {
        let seen = if slot & CODE_SLOT == 0 {
            self.facts.cells.at(usize::from(slot))
        } else if is_window(slot) {
            return None;
        } else {
            self.facts.codes.get(usize::from((slot & !CODE_SLOT) / 4))?.seen
        };
        (seen != NONE).then(|| self.now.saturating_sub(seen))
    }

    fn param(&self, index: u16) -> Val<'_> {
        let Some(param) = self.pack.params.get(usize::from(index)) else { return Val::Unknown };
        let choice = self.facts.choices.get(usize::from(index)).copied().unwrap_or(0);
        let chosen = usize::from(choice).checked_sub(1).and_then(|choice| param.by.get(choice));
        match chosen.map_or(&param.default, |(_, _, value)| value) {
            Constant::Bool(value) => Val::Bool(*value),
            Constant::Int(value) => Val::Int(*value),
            Constant::Double(value) => Val::Double(*value),
            Constant::Text(text) => Val::Str(text),
            Constant::Time(nanos) => Val::Time(*nanos),
            Constant::Duration(nanos) => Val::Duration(*nanos),
        }
    }
}
