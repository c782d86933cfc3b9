//! Another pack between two calls: what a server does when a new version is published while it runs.

use std::collections::BTreeMap;
use std::fmt;

use cc_core::VehicleRef;

use crate::pack::Pack;
use crate::runner::Runner;
use crate::state::{Migration, StateError, VehicleState};

impl Runner {
    /// Goes on under another pack, usually a newer version of the same.
    ///
    /// States move over as if they had been saved and read again: what kept its layout goes on, and every rule is looked at
    /// at the instant reached. Open recommendations go on or end as `docs/reference/rules.md` says in its section 9;
    /// waiting events go on waiting. On an error nothing has changed.
    ///
    /// # Examples
    ///
    /// ```
    /// # #[cfg(feature = "source")] {
    /// use cc_core::{Body, Event, EventId, Reading, SignalId};
    ///
    /// let pack = |limit: &str| {
    ///     let text = format!(
    ///         "pack: {{id: demo, version: 1.0.0, language: 1, min_engine: 0.1.0}}\n\
    ///          rules: [{{id: low, when: battery_voltage < {limit}, recommend: {{action: book, urgency: low, message: m}}}}]"
    ///     );
    ///     cc_rules::source::compile("demo.yaml", &[("demo.yaml", &text)]).unwrap().pack
    /// };
    /// let mut runner = cc_rules::Runner::new(pack("12 V"), chrono::TimeDelta::zero());
    /// let reading = Reading::new("battery_voltage".parse()?, cc_core::Number::from_f64(11.5).unwrap());
    /// runner.feed([Event::new("local/0".parse()?, "2026-05-01T10:00:00Z".parse().unwrap(), EventId(1), Body::Reading(reading))]);
    /// let later = "2026-05-01T10:00:01Z".parse().unwrap();
    /// runner.advance(later);
    /// assert_eq!(runner.take_changes().len(), 1);
    ///
    /// let report = runner.reload(pack("11 V"))?;
    /// assert_eq!(report.to_string(), "1 vehicle; nothing starts again");
    /// runner.advance(later + chrono::TimeDelta::seconds(1));
    /// assert_eq!(runner.take_changes()[0].change, cc_core::ChangeKind::Cleared);
    /// # }
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn reload(&mut self, pack: Pack) -> Result<Reloaded, StateError> {
        let mut report = Reloaded::default();
        let mut moved = Vec::with_capacity(self.cars.len());
        for (vehicle, car) in &self.cars {
            let (state, migration) = moved_to(&car.state, &self.pack, &pack)?;
            report.add(vehicle, migration);
            moved.push(state);
        }
        for (car, state) in self.cars.values_mut().zip(moved) {
            car.state = state;
        }
        self.pack = pack;
        Ok(report)
    }
}

/// The state as another pack reads it.
pub(crate) fn moved_to(
    state: &VehicleState,
    from: &Pack,
    to: &Pack,
) -> Result<(VehicleState, Migration), StateError> {
    let (mut moved, migration) = VehicleState::from_bytes(to, &state.to_bytes(from))?;
    // Counted beside the value, so not among its bytes.
    moved.facts.rejected = state.facts.rejected;
    Ok((moved, migration))
}

/// What a change of the pack did to the vehicles.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
#[non_exhaustive]
pub struct Reloaded {
    /// How many vehicles moved to the other pack.
    pub vehicles: usize,
    /// For each rule that had something to remember and goes on, on how many vehicles.
    pub kept: BTreeMap<Box<str>, usize>,
    /// For each rule that starts again because its layout changed, on how many vehicles.
    pub reset: BTreeMap<Box<str>, usize>,
    /// Signals, codes and rules that are no longer there, summed over the vehicles.
    pub dropped: usize,
    /// The vehicles that lost anything, sorted, with what they lost.
    pub lost: Vec<(VehicleRef, Migration)>,
}

impl Reloaded {
    pub(crate) fn add(&mut self, vehicle: &VehicleRef, migration: Migration) {
        self.vehicles += 1;
        for name in migration.kept() {
            *self.kept.entry(name.into()).or_default() += 1;
        }
        for name in &migration.reset {
            *self.reset.entry(name.clone()).or_default() += 1;
        }
        self.dropped += migration.dropped;
        if !migration.is_clean() {
            self.lost.push((vehicle.clone(), migration));
        }
    }

    /// Whether no vehicle lost anything.
    pub fn is_clean(&self) -> bool {
        self.lost.is_empty()
    }
}

impl fmt::Display for Reloaded {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let plural = |number: usize| if number == 1 { "" } else { "s" };
        write!(f, "{} vehicle{}; ", self.vehicles, plural(self.vehicles))?;
        if self.reset.is_empty() {
            f.write_str("nothing starts again")?;
        }
        for (index, (rule, vehicles)) in self.reset.iter().enumerate() {
            let comma = if index > 0 { ", " } else { "" };
            write!(f, "{comma}`{rule}` starts again on {vehicles}")?;
        }
        if self.dropped > 0 {
            write!(f, "; {} value{} dropped", self.dropped, plural(self.dropped))?;
        }
        Ok(())
    }
}
